/** The workbench over a project that another program owns: it follows what that one commits, and refuses to change anything, naming the owner. */

import { StoreError } from "../../src-engine/spec/errors.ts";
import { streams } from "../contract/workbench.ts";
import type { Workbench } from "../contract/workbench.ts";
import type { Store } from "../store/open.ts";
import type { SweepId } from "../contract/sweeps.ts";
import type { Changes } from "./changes.ts";
import type { RunFeed } from "./feed.ts";

/** How often it is looked whether the owner has committed something, in milliseconds. */
const lookMs = 500;

/** Calls that change the project. */
const writing = [
  "changeSettings", "createExperiment", "changeExperiment", "startRun", "pauseRun", "resumeRun", "stepRun", "stopRun", "extendRun", "branchRun", "changeRun", "openTest", "replayRun",
  "prioritizeRun", "moveRun", "holdQueue", "markRun", "writeJournal", "matchSeeds", "startSweep", "pauseSweep", "resumeSweep", "stopSweep", "changeSweep", "markSweep", "enqueueTrial", "importRuns", "confirmSweep", "openSweepTest",
  "trashRuns", "restoreRuns", "purgeRuns", "backUp", "importFile", "chooseFile", "createReport", "changeReport", "freezeReport", "deleteReport",
  "markRuns", "setDiagnosis",
  "freeSpace", "takeIn",
] as const satisfies readonly (keyof Workbench)[];

/** Tells the feeds what another program has committed, a moment later. */
export function follow({ store, feed, news, moved }: { readonly store: Store; readonly feed: RunFeed; readonly news: Changes; readonly moved: (sweep: SweepId) => void }): { close(): Promise<void> } {
  let version = store.version();
  let known = store.runs.events();
  let knownSweeps = store.sweeps.events();
  const timer = setInterval(() => {
    const now = store.version();
    if (now === version) return;
    version = now;
    const events = store.runs.events();
    const moves = [...events].flatMap(([id, seq]) => (known.get(id) === seq ? [] : [id]));
    for (const id of moves) feed.moved(id);
    news.runs(moves);
    known = events;
    const sweeps = store.sweeps.events();
    for (const [id, seq] of sweeps) if (knownSweeps.get(id) !== seq) moved(id);
    knownSweeps = sweeps;
    news.experiments();
    news.activity();
  }, lookMs);
  timer.unref();
  return { close: async () => { clearInterval(timer); } };
}

/** The same service with every call refused that would change the project. */
export function reading<S extends Workbench>(service: S, { file, viewing }: Pick<Store, "file" | "viewing">): S {
  const refuse = (): never => { throw new StoreError("viewing", `${file} is open in another Descent (process ${viewing?.pid ?? 0}); here it can only be read`, { file }, "Do it there, or close that one and open the project again."); };
  return { ...service, ...Object.fromEntries(writing.map((name) => [name, (streams as readonly string[]).includes(name) ? refuse : async () => refuse()])) };
}
