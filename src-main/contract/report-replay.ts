/** A run that a report's file tells of, trained again in another project: by the command line and by the page alike. */

import { problem, SpecError } from "./errors.ts";
import type { Run, RunId } from "./nouns.ts";
import type { ReplayRun } from "./reports.ts";
import type { Workbench } from "./workbench.ts";

/** `told` is the run's id in the file, `runId` the new one, null where none was begun; `run` is what became of it. `why` is English, for the command line. */
export interface ReplayedRun { readonly told: RunId; readonly runId: RunId | null; readonly run: Run | null; readonly verdict: "identical" | "different" | "not replayed"; readonly why: string }

/** Trains it as a new run and holds its weights against those the file tells; `began` hears the run at once. Throws SpecError where it cannot be trained here, or its data are others. */
export async function trainedAgain({ id, spec, isWhole, dataHash, weightHash }: ReplayRun, workbench: Pick<Workbench, "inspectSpec" | "startRun" | "watchRun" | "run">, began: (runId: RunId) => void): Promise<ReplayedRun> {
  const not = (why: string, run: Run | null = null): ReplayedRun => ({ told: id, runId: run?.id ?? null, run, verdict: "not replayed", why });
  if (!isWhole) return not("it began in another run, was changed while it trained, or did not train to its end: its spec does not say all of its way");
  if (weightHash === null) return not("the report tells no hash of its weights");
  const { data, problems } = await workbench.inspectSpec({ spec });
  if (problems.length > 0) throw new SpecError(problems.map((one) => ({ ...one, path: `${id}: ${one.path}` })), problems.some(({ code }) => code === "noSuchFile") ? "Bring the report's data into this project first: open it and drop the file on the Data page." : "");
  if (data?.hash !== dataHash) throw new SpecError([problem(`${id}: data`, "mismatch", `must be the data that the report tells, ${dataHash}; here they are ${data?.hash ?? "none"}`, { why: "otherData", wanted: dataHash, got: data?.hash ?? "" })]);
  const [runId] = (await workbench.startRun({ experimentId: null, spec })).runIds as [RunId];
  began(runId);
  for await (const _ of workbench.watchRun({ runId, since: 0 })) { /* to its end */ }
  const run = await workbench.run({ runId });
  if (run.state !== "finished") return not(run.reason?.message ?? `it was ${run.state}`, run);
  return { told: id, runId, run, verdict: run.weightHash === weightHash ? "identical" : "different", why: run.weightHash === weightHash ? "" : `the weights are ${run.weightHash!.slice(0, 12)}, the report tells ${weightHash.slice(0, 12)}` };
}
