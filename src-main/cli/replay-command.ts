/** `descent replay`: a run trained again from its record, or the runs of a report in a project of one's own, and the verdict. */

import { checkedService } from "../contract/inputs.ts";
import type { Replay, RunId } from "../contract/nouns.ts";
import { trainedAgain } from "../contract/report-replay.ts";
import { replayIn } from "../contract/reports.ts";
import { duration, figure, jsonLine, tame } from "./print.ts";
import { readOr } from "./spec-file.ts";
import type { World } from "./world.ts";

/** Returns the exit code: 0 identical or statistically consistent, 1 different, 130 ended by Ctrl-C. Throws StoreError. */
export async function replayCommand(runId: RunId, { project, json }: { readonly project: string | undefined; readonly json: boolean }, world: World): Promise<number> {
  const service = world.open({ project, parallel: 1, door: "cli", trains: true });
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
  const service = world.open({ project, parallel: undefined, door: "cli", trains: true });
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
      const line = await trainedAgain(told, workbench, (runId) => { started.push(runId); });
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

const words = { identical: "identical", consistent: "statistically consistent", different: "different" } as const;

/** The verdict and its reason in a sentence. */
export function verdictLine({ verdict, compared, fromEpoch, metric, band }: Replay): string {
  if (verdict === "identical") return `${words.identical}: all ${compared} weight hashes came again`;
  const values = metric === null ? "" : `; ${metric.name} was ${figure(metric.recorded)} and came to ${figure(metric.replayed)}`;
  const why = band === null ? "; fewer than three finished seeds, so nobody can say whether that is chance" : `; another seed is expected in [${figure(band.low)}, ${figure(band.high)}] (95 %, ${band.runs} runs)`;
  return `${words[verdict]}: the weights are others from epoch ${fromEpoch ?? 0} on${values}${why}`;
}
