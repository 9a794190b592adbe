/** A program that trains, as far as its store can tell, and waits to be killed. Prints how much of its write-ahead log the last fact had synced. */

import { statSync } from "node:fs";
import { openStore } from "../../src-main/store/open.ts";
import { countingClock, newRun } from "./project.ts";

const file = process.argv[2]!;
const standing = { epoch: 0, step: 0, trainingMs: 0, metrics: {}, hashes: [], notes: [] };
const losses = (from: number, to: number) => [{ metric: "batch/loss", steps: Float64Array.from({ length: to - from }, (_, i) => from + i + 1), values: new Float64Array(to - from) }];

const store = openStore(file, countingClock());
const id = store.runs.addGroup([newRun(store), newRun(store)])[0]!.run.id;
store.runs.begin(id, 5);
store.runs.record(id, { ...standing, step: 100, series: losses(0, 100) });
// The last fact: it and all before it is on the disk, whatever comes.
await store.checkpoints.keep(id, { step: 100, epoch: 1, measuredStep: 100, trainingMs: 1, metrics: {}, value: null, isPeriodic: true, canGoOn: true, bytes: new Uint8Array(20_000).fill(100) }, { best: 1, better: "lower" }, 6);
const synced = statSync(`${file}-wal`).size;
for (let k = 0; k < 5; k++) store.runs.record(id, { ...standing, step: 120 + 20 * k, series: losses(100 + 20 * k, 120 + 20 * k) });
console.log(synced);
setInterval(() => {}, 1000);
