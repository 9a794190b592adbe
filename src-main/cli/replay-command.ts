/** `descent replay`: a run trained again from its record, or the runs of a report in a project of one's own, and the verdict. */

import { problem, SpecError } from "../contract/errors.ts";
import { checkedService } from "../contract/inputs.ts";
import type { Replay, RunId } from "../contract/nouns.ts";
import { replayIn, type ReplayRun } from "../contract/reports.ts";
import type { Workbench } from "../contract/workbench.ts";
import { duration, figure, jsonLine, tame } from "./print.ts";
import { readOr } from "./spec-file.ts";
import type { World } from "./world.ts";

/** Returns the exit code: 0 identical or statistically consistent, 1 different, 130 ended by Ctrl-C. Throws StoreError. */
export async function replayCommand(runId: RunId, { project, json }: { readonly project: string | undefined; readonly json: boolean }, world: World): Promise<number> {
  const service = world.open({ project, parallel: 1, door: "cli" });
  let isStopped = false;
  const ignore = world.onInterrupt(() => { isStopped = true; });
  const clear = (): void => { if (world.columns !== null) world.err("\r\x1b[K"); };
  try {
    for await (const event of checkedService(service).replayRun({ runId })) {
      if (isStopped) break;
      if (event.kind === "progress") {
        if (json) world.out(jsonLine({ ...event, kind: "replaying", runId }));
        else if (world.columns !== null) world.err(`\r\x1b[K${runId}  step ${event.step} of ${event.steps}${event.remainingMs === null ? "" : `  ${duration(event.remainingMs)} left`}`);
        continue;
      }
      clear();
      world.out(json ? jsonLine({ kind: "replay", runId, ...event.replay }) : `${runId} ${verdictLine(event.replay)}`);
      return event.replay.verdict === "different" ? 1 : 0;
    }
    clear();
    return 130;
  } finally {
    ignore();
    await service.close();
  }
}

/** Trains the runs of a report's file as new runs of the project and holds their weights against those that the file tells. Exit codes as above; 1 too where one could not be trained. */
export async function replayReport(file: string, { project, json }: { readonly project: string | undefined; readonly json: boolean }, world: World): Promise<number> {
  const { runs } = replayIn(new TextDecoder().decode(readOr(world, file, "The report", "Name a report that Descent wrote as HTML.")), file);
  const service = world.open({ project, parallel: undefined, door: "cli" });
  const workbench = checkedService(service);
  const started: RunId[] = [];
  let isStopped = false;
  const ignore = world.onInterrupt(() => {
    isStopped = true;
    for (const runId of [...started].reverse()) workbench.stopRun({ runId }).catch(() => undefined);
  });
  try {
    let isSame = true;
    for (const told of runs) {
      if (isStopped) return 130;
      const line = await replayed(told, workbench, (runId) => { started.push(runId); });
      if (isStopped) return 130;
      isSame &&= line.verdict === "identical";
      world.out(json ? jsonLine({ kind: "replay", ...line }) : `${told.id} ${tame(told.name)}: ${line.verdict}${line.runId === null ? "" : ` (as ${line.runId})`}${line.why === "" ? "" : `; ${line.why}`}`);
    }
    return isSame ? 0 : 1;
  } finally {
    ignore();
    await service.close();
  }
}

interface ReplayedRun { readonly told: RunId; readonly runId: RunId | null; readonly verdict: "identical" | "different" | "not replayed"; readonly why: string }

async function replayed({ id, spec, isWhole, dataHash, weightHash }: ReplayRun, workbench: Workbench, began: (runId: RunId) => void): Promise<ReplayedRun> {
  const not = (why: string, runId: RunId | null = null): ReplayedRun => ({ told: id, runId, verdict: "not replayed", why });
  if (!isWhole) return not("it began in another run, or was changed while it trained: its spec does not say all of its way");
  if (weightHash === null) return not("the report tells no hash of its weights");
  const { data, problems } = await workbench.inspectSpec({ spec });
  if (problems.length > 0) throw new SpecError(problems.map((one) => ({ ...one, path: `${id}: ${one.path}` })), problems.some(({ code }) => code === "noSuchFile") ? "Bring the report's data into this project first: open it and drop the file on the Data page." : "");
  if (data?.hash !== dataHash) throw new SpecError([problem(`${id}: data`, "mismatch", `must be the data that the report tells, ${dataHash}; here they are ${data?.hash ?? "none"}`, { got: data?.hash ?? "" })]);
  const [runId] = (await workbench.startRun({ experimentId: null, spec })).runIds as [RunId];
  began(runId);
  for await (const _ of workbench.watchRun({ runId, since: 0 })) { /* to its end */ }
  const run = await workbench.run({ runId });
  if (run.state !== "finished") return not(run.reason?.message ?? `it was ${run.state}`, runId);
  return { told: id, runId, verdict: run.weightHash === weightHash ? "identical" : "different", why: run.weightHash === weightHash ? "" : `the weights are ${run.weightHash!.slice(0, 12)}, the report tells ${weightHash.slice(0, 12)}` };
}

const words = { identical: "identical", consistent: "statistically consistent", different: "different" } as const;

/** The verdict and its reason in a sentence. */
export function verdictLine({ verdict, compared, fromEpoch, metric, band }: Replay): string {
  if (verdict === "identical") return `${words.identical}: all ${compared} weight hashes came again`;
  const values = metric === null ? "" : `; ${metric.name} was ${figure(metric.recorded)} and came to ${figure(metric.replayed)}`;
  const why = band === null ? "; fewer than three finished seeds, so nobody can say whether that is chance" : `; another seed is expected in [${figure(band.low)}, ${figure(band.high)}] (95 %, ${band.runs} runs)`;
  return `${words[verdict]}: the weights are others from epoch ${fromEpoch ?? 0} on${values}${why}`;
}
