/** `descent run`: reads a spec, brings its file into the project, trains, and tells how it went. */

import { basename, dirname, resolve } from "node:path";
import { problem, SpecError, StoreError, type Problem } from "../contract/errors.ts";
import { checkedService } from "../contract/inputs.ts";
import type { Run, RunId } from "../contract/nouns.ts";
import { readSpecText, type SpecText } from "../contract/spec-text.ts";
import type { Workbench } from "../contract/workbench.ts";
import { duration, figure, jsonLine } from "./print.ts";
import { progressOn, type Progress } from "./progress.ts";
import type { World } from "./world.ts";

/** Returns the exit code: 0 all finished, 1 one failed, 130 stopped. Throws SpecError with the places of the spec's text, or StoreError. */
export async function runCommand(file: string, options: { project: string | undefined; parallel: number | undefined; json: boolean }, world: World): Promise<number> {
  const text = readSpecText(new TextDecoder().decode(readOr(world, file)), file);
  if (text.problems.length > 0) throw new SpecError(text.problems);
  const service = world.open({ project: options.project, parallel: options.parallel, door: "cli" });
  try {
    return await train(checkedService(service), text, file, options.json, world);
  } catch (error) {
    throw error instanceof SpecError ? new SpecError(error.problems.map((one) => placed(one, text, file)), error.hint) : error;
  } finally {
    await service.close();
  }
}

async function train(service: Workbench, text: SpecText, file: string, isJson: boolean, world: World): Promise<number> {
  let runIds: readonly RunId[] = [];
  let isStopped = false;
  // Backwards, so that stopping one does not give its place to the next.
  const stop = () => Promise.all([...runIds].reverse().map((runId) => service.stopRun({ runId }).catch(() => undefined)));
  let progress: Progress | null = null;
  const ignore = world.onInterrupt(() => {
    isStopped = true;
    progress?.clear();
    world.err("Stopping after the step under way; what was learned is kept. Ctrl-C again leaves at once.\n");
    void stop();
  });
  try {
    const spec = await withFile(service, text.value, file, world);
    if (isStopped) return 130;
    ({ runIds } = await service.startRun({ experimentId: null, spec }));
    if (isStopped) void stop();
    progress = progressOn(world, runIds.length, isJson);
    const shown = progress;
    const runs = await Promise.all(runIds.map((runId) => followed(service, runId, shown)));
    shown.clear();
    for (const run of runs) world.out(isJson ? jsonLine(lastLine(run)) : lastWords(run));
    if (isStopped || runs.some((run) => run.state === "stopped")) return 130;
    return runs.every((run) => run.state === "finished") ? 0 : 1;
  } finally {
    ignore();
  }
}

/** The run as it ended. */
async function followed(service: Workbench, runId: RunId, progress: Progress): Promise<Run> {
  for await (const event of service.watchRun({ runId, since: 0 })) progress.show(event.run, event.kind === "progress" ? event.pace : null);
  return service.run({ runId });
}

function lastLine(run: Run): object {
  const { id: runId, metrics, step: steps, trainingMs, weightHash, reason } = run;
  const kind = run.state === "finished" || run.state === "stopped" ? run.state : "failed";
  return { kind, runId, metrics, steps, seconds: trainingMs / 1000, weightHash, ...(kind === "failed" ? { reason } : {}) };
}

function lastWords(run: Run): string {
  if (run.state !== "finished" && run.state !== "stopped") return `${run.id} ${run.state}: ${run.reason?.message ?? "no reason is known"}${run.reason?.hint ? `\n  ${run.reason.hint}` : ""}`;
  const metrics = Object.entries(run.metrics).map(([name, value]) => `${name} ${figure(value)}`);
  return [`${run.id} ${run.state}: ${run.step} steps in ${duration(run.trainingMs)}`, ...metrics, ...(run.weightHash === null ? [] : [`weights ${run.weightHash.slice(0, 12)}`])].join("  ");
}

/**
 * The spec with its CSV file in the project: `data.file` is read from beside the spec and `data.hash` names its content.
 * Nothing is imported for a spec that has other problems; a file that is not there is one problem among them.
 */
async function withFile(service: Workbench, spec: unknown, specFile: string, world: World): Promise<unknown> {
  if (!isRecord(spec) || !isRecord(spec["data"]) || spec["data"]["kind"] !== "csv") return spec;
  const data = spec["data"];
  const { file, hash } = data;
  if (typeof file !== "string" || file.trim() === "") return spec;
  const others = (await service.inspectSpec({ spec })).problems.filter(({ path, code }) => code !== "noSuchFile" && !(code === "missing" && path === "data.hash"));
  const bytes = bytesOf(world, resolve(dirname(specFile), file));
  // Without the file the project may still have what the hash names.
  if (bytes === null && typeof hash === "string" && hash !== "") return spec;
  const missing = bytes === null ? [problem("data.file", "noSuchFile", `must name a file beside the spec; there is none at ${resolve(dirname(specFile), file)}`, { got: file })] : [];
  if (bytes === null || others.length > 0) throw new SpecError([...others, ...missing]);
  const kept = await service.importFile({ name: basename(file), bytes }).catch((error: unknown) => { throw error instanceof SpecError ? new SpecError(error.problems.map(ofFile)) : error; });
  if (typeof hash === "string" && hash !== "" && hash !== kept.hash) throw new SpecError([problem("data.hash", "mismatch", `must be the hash of ${file}, which is ${kept.hash}; leave it out to take the file as it is`, { got: hash }, kept.hash)]);
  return { ...spec, data: { ...data, hash: kept.hash } };
}

/** What is wrong with a file, said where the spec names it. */
const ofFile = (one: Problem): Problem => (one.path.startsWith("data") ? one : { ...one, path: "data.file" });

/** A problem with its line in the spec, unless it already has one in a file of rows. */
function placed(one: Problem, text: SpecText, file: string): Problem {
  if (one.at?.line !== undefined) return one;
  const place = text.placeOf(one.path);
  return place === null ? one : { ...one, at: { ...one.at, path: one.path, file, line: place.line, column: place.column } };
}

function readOr(world: World, file: string): Uint8Array {
  try { return world.readFile(resolve(file)); } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "it is a folder" : code === "EACCES" ? "it may not be read by this account" : (error as Error).message;
    throw new StoreError(code === "ENOENT" ? "noSuchFile" : "unreadable", `The spec ${file} cannot be read: ${why}.`, { file }, "Name a JSON or YAML file, such as examples/digits.json.");
  }
}

function bytesOf(world: World, path: string): Uint8Array | null {
  try { return world.readFile(path); } catch { return null; }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);
