/** `descent export`: stored data as a table, whole runs for another program, a saved network; files are whole or not there. */

import { resolve } from "node:path";
import { Option, type Command } from "commander";
import { problem, SpecError, StoreError } from "../contract/errors.ts";
import { tableFormats, type ExportWish, type TableFormat } from "../contract/exports.ts";
import { runsFormats, type RunsFormat } from "../contract/foreign-runs.ts";
import { checkedService } from "../contract/inputs.ts";
import { modelFormats, type ModelFormat } from "../contract/models.ts";
import type { Workbench } from "../contract/workbench.ts";
import { jsonLine } from "./print.ts";
import type { World } from "./world.ts";

interface Everywhere { readonly project: string | undefined; readonly json: boolean }
interface Options { readonly format: TableFormat | RunsFormat | ModelFormat; readonly metric?: readonly string[]; readonly table?: true; readonly columns?: string; readonly where?: string; readonly out?: string; readonly force?: true }
type Target = Everywhere & Omit<Options, "format">;

const isTable = (format: string): format is TableFormat => (tableFormats as readonly string[]).includes(format);
const isRuns = (format: string): format is RunsFormat => (runsFormats as readonly string[]).includes(format);

/** The command line's own helpers are handed in: how a command is added, what its shared options say. */
export function exportCommand(
  sub: (usage: string, description: string, act: (argument: string, command: Command) => Promise<number>) => Command,
  everywhere: (command: Command) => Everywhere,
  several: (word: string, before?: readonly string[]) => readonly string[],
  world: World,
): void {
  sub("export [ids...]", "the stored curves of runs, or with --table a row for each run, never thinned (csv, json, jsonl, parquet); runs as another program's files (tensorboard, mlflow); or a run's saved network as a file", async (_, command) => {
    const { format, ...rest } = command.opts<Options>();
    const to = { ...everywhere(command), ...rest };
    if (isTable(format)) return await tableFile(command.args, format, to, world);
    if ((to.metric ?? []).length > 0 || to.table === true || to.columns !== undefined || to.where !== undefined) throw refused("unknownKey", `--metric, --table, --columns and --where go with --format ${tableFormats.join(", ")}; ${format} holds ${isRuns(format) ? "whole runs" : "the network and no curves"}`);
    if (command.args.length === 0) throw refused("missing", "needs the ids of runs");
    return isRuns(format) ? await runFiles(command.args, format, to, world) : await network(command.args, format, to, world);
  })
    .addOption(new Option("--format <kind>", "csv, json, jsonl or parquet for curves and tables; tensorboard or mlflow for whole runs, in a folder; onnx, safetensors or npz for the network's numbers; pytorch, keras, numpy or typescript for a program").choices([...tableFormats, ...runsFormats, ...Object.keys(modelFormats)]).default("csv"))
    .option("--metric <name>", "curves: only this metric, such as validation/loss; may come several times", several)
    .option("--table", "a row for each run in place of its curves: facts, settings, results")
    .option("--columns <names>", "table: these names of the query language, with commas between; without them all there are")
    .option("--where <query>", "table: the runs a query admits, where no ids are given")
    .option("--out <file>", "where to write it; without it csv, json and jsonl go to stdout, others to a file in this folder")
    .option("--force", "replace a file of that name");
}

/** `descent capsule`: runs, or all of the project, as one file that another project takes in. */
export function capsuleCommand(sub: Parameters<typeof exportCommand>[0], everywhere: (command: Command) => Everywhere, world: World): void {
  sub("capsule [ids...]", "runs with everything that belongs to them as one file, a .descent.zip that `descent import` takes into another project", async (_, command) => {
    const { out, all, data, checkpoints, language, force } = command.opts<{ out: string; all?: true; data: boolean; checkpoints: boolean; language: "en" | "zh"; force?: true }>();
    const { project, json } = everywhere(command);
    if (all === true && command.args.length > 0) throw refused("unknownKey", "--all means every run there is; leave the ids out");
    if (all !== true && command.args.length === 0) throw refused("missing", "needs the ids of runs, or --all");
    if (!out.endsWith(".descent.zip")) throw refused("unknownKey", `--out must end in .descent.zip; got ${out}`);
    mustBeFree(out, force, world);
    return await withProject(project, world, async (workbench) => {
      const wish: ExportWish = { kind: "capsule", runIds: all === true ? null : command.args, withData: data, withCheckpoints: checkpoints, language };
      const active = all === true ? (await workbench.listRuns({ where: "state in (queued, running, paused)" })).map(({ id }) => id) : [];
      if (active.length > 0) world.err(`Left out, for they are not over: ${active.join(", ")}\n`);
      return await sentFile(workbench, wish, { file: out, json, what: { runIds: wish.runIds, format: "capsule" } }, world);
    });
  })
    .requiredOption("--out <file>", "where to write it: NAME.descent.zip")
    .option("--all", "every run that is over, and all experiments, sweeps, reports, notes and data files")
    .option("--no-data", "without imported data files; their hashes are told all the same")
    .option("--no-checkpoints", "without checkpoints")
    .addOption(new Option("--language <code>", "which of its two languages the report inside shows first").choices(["en", "zh"]).default("en"))
    .option("--force", "replace a file of that name");
}

/** Curves or a table of runs, on stdout or in a file. Returns 0, or 130 where it was broken off. */
async function tableFile(ids: readonly string[], format: TableFormat, { project, json, metric = [], table, columns, where, out, force }: Target, world: World): Promise<number> {
  if (table === true && metric.length > 0) throw refused("unknownKey", "--metric names curves; a table's columns are named with --columns");
  if (table !== true && (columns !== undefined || where !== undefined)) throw refused("unknownKey", "--columns and --where go with --table");
  if (table !== true && ids.length === 0) throw refused("missing", "needs the ids of runs, or --table");
  const file = out ?? (format === "parquet" ? `${table === true ? "runs" : "curves"}.parquet` : null);
  if (file !== null) mustBeFree(file, force, world);
  return await withProject(project, world, async (workbench) => {
    const runIds = ids.length > 0 ? ids : (await workbench.listRuns({ where })).map(({ id }) => id);
    const wish: ExportWish = table === true ? { kind: "runs", format, runIds, columns: columns?.split(",").map((name) => name.trim()) ?? null } : { kind: "curves", format, runIds, metrics: metric };
    return await sentFile(workbench, wish, { file, json, what: { runIds, format } }, world);
  });
}

/** What `exportFile` sends, into a file or, where that is null, to stdout. Returns 0, or 130 and no file where it was broken off. */
export async function sentFile(workbench: Workbench, wish: ExportWish, { file, json, what }: { readonly file: string | null; readonly json: boolean; readonly what: Readonly<Record<string, unknown>> }, world: World): Promise<number> {
  let isStopped = false, rows = 0, sizeBytes = 0;
  const ignore = world.onInterrupt(() => { isStopped = true; });
  const clear = (): void => { if (world.columns !== null) world.err("\r\x1b[K"); };
  const stopped = new Error("stopped");
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for await (const event of workbench.exportFile({ wish })) {
      if (isStopped) throw stopped;
      if (event.kind === "progress" && file !== null && world.columns !== null && event.of > 0) world.err(`\r\x1b[K${file}  ${Math.floor((100 * event.done) / event.of)} %`);
      if (event.kind === "done") rows = event.rows;
      if (event.kind !== "bytes") continue;
      sizeBytes += event.bytes.byteLength;
      yield event.bytes;
      // Written: its memory goes at once, for some thousand of these would wait to be collected.
      (event.bytes.buffer as ArrayBuffer).transfer(0);
    }
  }
  try {
    if (file === null) await print(pieces(), world);
    else await world.writeFile(resolve(file), pieces());
  } catch (error) {
    if (error !== stopped) throw error;
    clear();
    world.err(file === null ? "Stopped.\n" : `Stopped; ${file} was not written.\n`);
    return 130;
  } finally { ignore(); }
  clear();
  const counted = `${rows} ${wish.kind === "capsule" ? "run" : "row"}${rows === 1 ? "" : "s"}`;
  if (file === null) world.err(`${counted}\n`);
  else world.out(json ? jsonLine({ kind: "exported", ...what, file, [wish.kind === "capsule" ? "runs" : "rows"]: rows, sizeBytes }) : `${file}  ${counted}, ${sizeBytes} bytes`);
  return 0;
}

/** Text in whole lines, as they come. */
async function print(pieces: AsyncIterable<Uint8Array>, world: World): Promise<void> {
  const utf8 = new TextDecoder();
  let rest = "";
  for await (const piece of pieces) {
    rest += utf8.decode(piece, { stream: true });
    const end = rest.lastIndexOf("\n");
    if (end < 0) continue;
    world.out(rest.slice(0, end));
    rest = rest.slice(end + 1);
  }
  if (rest !== "") world.out(rest);
}

/** A run's network as a file. */
async function network(runIds: readonly string[], format: ModelFormat, { project, json, out, force }: Target, world: World): Promise<number> {
  const [runId] = runIds;
  if (runId === undefined || runIds.length > 1) throw refused("tooLong", `writes one network at a time as ${format}; got ${runIds.length} runs`);
  // Said before anything is computed.
  if (out !== undefined) mustBeFree(out, force, world);
  return await withProject(project, world, async (workbench) => {
    const { name, bytes } = await workbench.exportModel({ runId, format });
    const file = out ?? name;
    mustBeFree(file, force, world);
    await world.writeFile(resolve(file), bytes);
    world.out(json ? jsonLine({ kind: "exported", runId, format, file, sizeBytes: bytes.byteLength }) : `${file}  ${bytes.byteLength} bytes`);
    return 0;
  });
}

/** Runs as the files of another program, in a new folder. */
async function runFiles(runIds: readonly string[], format: RunsFormat, { project, json, out, force }: Target, world: World): Promise<number> {
  const folder = out ?? format;
  mustBeFree(folder, force, world);
  return await withProject(project, world, async (workbench) => {
    const files = await workbench.exportRuns({ runIds, format });
    for (const { path, bytes } of files) await world.writeFile(resolve(folder, path), bytes);
    const sizeBytes = files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
    world.out(json ? jsonLine({ kind: "exported", runIds, format, folder, files: files.length, sizeBytes }) : `${folder}  ${files.length} files, ${sizeBytes} bytes`);
    return 0;
  });
}

/** Throws StoreError where something bears that name already and nobody said that it goes. */
export function mustBeFree(file: string, isForced: true | undefined, world: World): void {
  if (isForced !== true && world.exists(resolve(file))) throw new StoreError("fileExists", `${file} exists already and was not replaced`, { file }, "Choose another --out, or say --force.");
}

/** A look at the project, whoever has it open. */
export async function withProject(project: string | undefined, world: World, act: (workbench: Workbench) => Promise<number>): Promise<number> {
  const service = world.open({ project, parallel: 1, door: "cli", views: true });
  try { return await act(checkedService(service)); } finally { await service.close(); }
}

const refused = (code: "unknownKey" | "missing" | "tooLong", message: string): SpecError => new SpecError([problem("export", code, message)]);
