/** `descent run`: reads a spec, brings its file into the project, trains, and tells how it went. */

import { checkedService } from "../contract/inputs.ts";
import type { Run, RunId } from "../contract/nouns.ts";
import type { Workbench } from "../contract/workbench.ts";
import { duration, figure, jsonLine } from "./print.ts";
import { progressOn, type Progress } from "./progress.ts";
import { placed, readSpec, withFile, type SpecFile } from "./spec-file.ts";
import type { World } from "./world.ts";

/** Returns the exit code: 0 all finished, 1 one failed, 130 stopped. Throws SpecError with the places of the spec's text, or StoreError. */
export async function runCommand(file: string, options: { project: string | undefined; parallel: number | undefined; json: boolean }, world: World): Promise<number> {
  const spec = readSpec(world, file);
  const service = world.open({ project: options.project, parallel: options.parallel, door: "cli" });
  try {
    return await train(checkedService(service), spec, options.json, world);
  } catch (error) {
    throw placed(error, spec);
  } finally {
    await service.close();
  }
}

async function train(service: Workbench, file: SpecFile, isJson: boolean, world: World): Promise<number> {
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
    const spec = await withFile(service, file, world);
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
