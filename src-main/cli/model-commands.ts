/** `descent export` and `descent predict`: a saved network as a file, and what it says of new rows. */

import { basename, resolve } from "node:path";
import { csvText } from "../contract/csv.ts";
import { problem, SpecError, StoreError } from "../contract/errors.ts";
import { checkedService, limits } from "../contract/inputs.ts";
import { predictionTable } from "../contract/prediction-table.ts";
import type { RunsFormat } from "../contract/foreign-runs.ts";
import type { ModelFormat } from "../contract/models.ts";
import type { Workbench } from "../contract/workbench.ts";
import { jsonLine } from "./print.ts";
import { readOr } from "./spec-file.ts";
import type { World } from "./world.ts";

interface Everywhere { readonly project: string | undefined; readonly json: boolean }

interface Written extends Everywhere { readonly out: string | undefined; readonly isForced: boolean; readonly metrics: readonly string[] }

/** A run's network as a file. Returns 0. Throws SpecError or StoreError. */
export async function exportCommand(runIds: readonly string[], { project, json, format, out, isForced, metrics }: Written & { readonly format: ModelFormat }, world: World): Promise<number> {
  const [runId] = runIds;
  if (runId === undefined || runIds.length > 1) throw new SpecError([problem("export", "tooLong", `writes one network at a time as ${format}; got ${runIds.length} runs`, { got: String(runIds.length) })]);
  if (metrics.length > 0) throw new SpecError([problem("export", "unknownKey", `--metric goes with --format csv or jsonl; ${format} holds the network and no curves`, { known: "csv, jsonl" })]);
  // Said before anything is computed.
  if (out !== undefined) free(out, isForced, world);
  return withProject(project, world, async (workbench) => {
    const { name, bytes } = await workbench.exportModel({ runId, format });
    const file = out ?? name;
    free(file, isForced, world);
    await world.writeFile(resolve(file), bytes);
    world.out(json ? jsonLine({ kind: "exported", runId, format, file, sizeBytes: bytes.byteLength }) : `${file}  ${bytes.byteLength} bytes`);
  });
}

/** The stored curves of runs, on stdout or in a file. Returns 0. Throws StoreError. */
export async function curvesCommand(runIds: readonly string[], { project, json, format, out, isForced, metrics }: Written & { readonly format: "csv" | "jsonl" }, world: World): Promise<number> {
  if (out !== undefined) free(out, isForced, world);
  return withProject(project, world, async (workbench) => {
    const text = format === "csv" ? (await workbench.exportSeries({ runIds, metrics })).text : (await workbench.readSeries({ runIds, metrics, points: 0 }))
      .flatMap(({ runId, metric, steps, values }) => Array.from(steps, (step, i) => `${jsonLine({ runId, metric, step, value: values[i]! })}\n`)).join("");
    if (out === undefined) return world.out(text.replace(/\n$/, ""));
    const bytes = new TextEncoder().encode(text);
    await world.writeFile(resolve(out), bytes);
    world.out(json ? jsonLine({ kind: "exported", runIds, format, file: out, sizeBytes: bytes.byteLength }) : `${out}  ${bytes.byteLength} bytes`);
  });
}

/** Runs as the files of another program, in a new folder. Returns 0. Throws SpecError or StoreError. */
export async function runsCommand(runIds: readonly string[], { project, json, format, out, isForced, metrics }: Written & { readonly format: RunsFormat }, world: World): Promise<number> {
  if (metrics.length > 0) throw new SpecError([problem("export", "unknownKey", `--metric goes with --format csv or jsonl; ${format} holds whole runs`, { known: "csv, jsonl" })]);
  const folder = out ?? format;
  free(folder, isForced, world);
  return withProject(project, world, async (workbench) => {
    const files = await workbench.exportRuns({ runIds, format });
    for (const { path, bytes } of files) await world.writeFile(resolve(folder, path), bytes);
    const sizeBytes = files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
    world.out(json ? jsonLine({ kind: "exported", runIds, format, folder, files: files.length, sizeBytes }) : `${folder}  ${files.length} files, ${sizeBytes} bytes`);
  });
}

function free(file: string, isForced: boolean, world: World): void {
  if (!isForced && world.exists(resolve(file))) throw new StoreError("fileExists", `${file} exists already and was not replaced`, { file }, "Choose another --out, or say --force.");
}

/** Returns 0; the answer is CSV, or with `json` one object for each row. Throws SpecError with line and column, or StoreError. */
export async function predictCommand(runId: string, file: string, { project, json }: Everywhere, world: World): Promise<number> {
  const bytes = readOr(world, file, "The file of rows", "Name a CSV file whose header names the features.");
  if (bytes.byteLength > limits.fileBytes) throw new StoreError("tooLarge", `${file} has ${bytes.byteLength} bytes, and at most ${limits.fileBytes} are predicted at once`, { file }, "Divide it into several files.");
  return withProject(project, world, async (workbench) => {
    const answer = await workbench.predictRows({ runId, from: { kind: "csv", name: basename(file), bytes } });
    const [head, ...rows] = predictionTable(answer);
    if (!json) world.out(csvText([head!, ...rows]).replaceAll("\r\n", "\n").replace(/\n$/, ""));
    else for (const [i, [predicted, ...shares]] of rows.entries()) {
      world.out(jsonLine({ kind: "prediction", runId, row: i + 1, predicted, probabilities: answer.probabilities === null ? null : Object.fromEntries(shares.map((share, k) => [answer.classes?.[k] ?? String(k), share])) }));
    }
    if (answer.ignored.length > 0) world.err(`Columns that are no features were left aside: ${answer.ignored.slice(0, 20).join(", ")}${answer.ignored.length > 20 ? ` and ${answer.ignored.length - 20} more` : ""}\n`);
  });
}

async function withProject(project: string | undefined, world: World, act: (workbench: Workbench) => Promise<void>): Promise<number> {
  const service = world.open({ project, parallel: 1, door: "cli", views: true });
  try { await act(checkedService(service)); } finally { await service.close(); }
  return 0;
}
