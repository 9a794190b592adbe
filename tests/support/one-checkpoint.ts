/** Writes one checkpoint into a new project, for a test that watches the order in which it reaches the disk. */

import { openStore } from "../../src-main/store/open.ts";
import { countingClock, newRun } from "./project.ts";

const store = openStore(process.argv[2]!, countingClock());
const id = store.runs.addGroup([newRun(store)])[0]!.run.id;
await store.checkpoints.keep(id, { step: 3, epoch: 1, measuredStep: 3, trainingMs: 1, metrics: {}, value: null, isPeriodic: true, canGoOn: true, bytes: new Uint8Array(2000) }, { best: 1, better: "lower" }, 6);
store.close();
