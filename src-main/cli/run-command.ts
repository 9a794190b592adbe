/** `descent run`, `resume` and `extend`: begin runs or go on with them, and tell how it went. */

import { ownRun } from "../contract/foreign-runs.ts";
import { checkedService } from "../contract/inputs.ts";
import type { Comparison } from "../contract/comparison.ts";
import { spreadText } from "../contract/figures.ts";
import type { Run, RunId } from "../contract/nouns.ts";
import { problem, SpecError } from "../contract/errors.ts";
import { inTurn } from "../contract/turn-order.ts";
import type { Workbench } from "../contract/workbench.ts";
import { duration, figure, jsonLine, tame } from "./print.ts";
import { progressOn, type Progress } from "./progress.ts";
import { placed, readSpec, withFile } from "./spec-file.ts";
import type { World } from "./world.ts";

export interface TrainOptions {
  readonly project: string | undefined;
  readonly parallel: number | undefined;
  readonly json: boolean;
  /** Among waiting runs the higher trains first. */
  readonly priority?: number;
  /** Print `ack RUN STEP` after each commit, so that durability can be checked from outside. */
  readonly acks: boolean;
}

/** Begins runs, or goes on with some, and says which; `isStopped` turns true at Ctrl-C. */
export type Begin = (service: Workbench, isStopped: () => boolean) => Promise<readonly RunId[]>;

/** Returns the exit code: 0 all finished, 1 one failed, 130 stopped. Throws SpecError with the places of the spec's text, or StoreError. */
export async function runCommand(file: string, options: TrainOptions, world: World): Promise<number> {
  const spec = readSpec(world, file);
  try {
    return await inProject(options, world, async (service, isStopped) => {
      const whole = await withFile(service, spec, world);
      return isStopped() ? [] : (await service.startRun({ experimentId: null, spec: whole, ...(options.priority === undefined ? {} : { priority: options.priority }) })).runIds;
    });
  } catch (error) {
    throw placed(error, spec);
  }
}

/** Goes on with runs that were stopped, interrupted or failed by no fault of theirs; without ids with all that are interrupted. */
export function resumeCommand(ids: readonly RunId[], options: TrainOptions, world: World): Promise<number> {
  return inProject(options, world, async (service) => {
    const wanted = ids.length > 0 ? ids : inTurn((await service.listRuns({ where: "state = interrupted and program = descent" })).toReversed()).map(({ id }) => id);
    if (wanted.length === 0) world.err("No run is interrupted.\n");
    for (const runId of wanted) if (ownRun(await service.run({ runId }), "resumed").state === "finished") throw new SpecError([problem(runId, "mismatch", "is finished; extend it by some epochs: descent extend ID --epochs N")]);
    for (const runId of wanted) await service.resumeRun({ runId });
    return wanted;
  });
}

export function extendCommand(runId: RunId, epochs: number, options: TrainOptions, world: World): Promise<number> {
  return inProject(options, world, async (service) => [(await service.extendRun({ runId, epochs })).id]);
}

export type Setting = Parameters<Workbench["branchRun"]>[0]["changes"][number];

export function branchCommand(wish: Parameters<Workbench["branchRun"]>[0], options: TrainOptions, world: World): Promise<number> {
  return inProject(options, world, async (service) => [(await service.branchRun(wish)).id]);
}

/** Opens the project, begins what `begin` says, and follows those runs to their ends. */
export async function inProject(options: TrainOptions, world: World, begin: Begin): Promise<number> {
  const service = world.open({ project: options.project, parallel: options.parallel, door: "cli", trains: true });
  try {
    return await train(checkedService(service), begin, options, world);
  } finally {
    await service.close();
  }
}

async function train(service: Workbench, begin: Begin, { json: isJson, acks }: TrainOptions, world: World): Promise<number> {
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
    runIds = await begin(service, () => isStopped);
    if (isStopped && runIds.length === 0) return 130;
    if (isStopped) void stop();
    progress = progressOn(world, runIds.length, isJson);
    const shown = progress;
    const runs = await Promise.all(runIds.map((runId) => followed(service, runId, shown, acks ? (step) => { world.out(`ack ${runId} ${step}`); } : null)));
    shown.clear();
    for (const run of runs) world.out(isJson ? jsonLine(lastLine(run)) : lastWords(run));
    for (const own of Map.groupBy(runs, ({ groupId }) => groupId).values()) {
      if (own.length < 2) continue;
      for (const group of groupsOf(await service.compareRuns({ runIds: own.map(({ id }) => id), grouping: { kind: "allButSeed" }, baseline: null }))) world.out(isJson ? jsonLine({ kind: "group", ...group }) : groupWords(group));
    }
    if (isStopped || runs.some((run) => run.state === "stopped")) return 130;
    return runs.every((run) => run.state === "finished") ? 0 : 1;
  } finally {
    ignore();
  }
}

/** The run as it ended. */
async function followed(service: Workbench, runId: RunId, progress: Progress, ack: ((step: number) => void) | null): Promise<Run> {
  for await (const event of service.watchRun({ runId, since: 0 })) {
    progress.show(event.run, event.kind === "progress" ? event.pace : null);
    if (event.kind === "progress") ack?.(event.run.step);
  }
  return service.run({ runId });
}

/** Runs of one setting that came to an end together: of each metric the mean with Student's 95 % interval, and of how many finished runs it is. */
interface Group { readonly name: string; readonly runIds: readonly RunId[]; readonly n: number; readonly metrics: Readonly<Record<string, { readonly mean: number; readonly low: number; readonly high: number; readonly n: number }>> }

/** Only groups of several runs: of one there is nothing to say that its own line does not. */
function groupsOf({ groups, metrics, runs }: Comparison): readonly Group[] {
  return groups.flatMap(({ name, runIds }, i) => {
    if (runIds.length < 2) return [];
    const told = metrics.flatMap(({ metric, results }) => { const { mean, half, n, isProvisional } = results[i]!; return n === 0 || isProvisional ? [] : [[metric, { mean, low: mean - half, high: mean + half, n }] as const]; });
    return [{ name, runIds, n: runs.filter(({ id, state }) => runIds.includes(id) && state === "finished").length, metrics: Object.fromEntries(told) }];
  });
}

function groupWords({ name, runIds, n, metrics }: Group): string {
  const means = Object.entries(metrics).map(([metric, { mean, high, n: of }]) => { const { mean: middle, half } = spreadText(metric, mean, high - mean); return `${metric} ${middle}${Number.isNaN(high) ? "" : ` ± ${half}`} (n ${of})`; });
  return tame([`${name}: ${n} of ${runIds.length} runs finished`, ...means].join("  "));
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
