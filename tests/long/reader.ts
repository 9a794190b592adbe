/**
 * `npm run test:long:reader [MINUTES] [POINTS]`: another program reads the project in one transaction for so many minutes while points are written. Prints what the log grew to;
 * throws where a point is lost, where a commit was refused, or where the log keeps more than 64 MB once the reader has gone.
 */

import { statSync } from "node:fs";
import Sqlite from "better-sqlite3";
import { openStore } from "../../src-main/store/open.ts";
import { countingClock, newRun, temporaryFolder } from "../support/project.ts";

const [minutes = 10, points = 1_000_000] = process.argv.slice(2).map(Number);
const [inReport, reports] = [100, Math.ceil(points / 100)];

using folder = temporaryFolder();
const file = folder.file();
const store = openStore(file, countingClock());
const id = store.runs.addGroup([newRun(store)])[0]!.run.id;
store.runs.begin(id, 5);
const logBytes = (): number => statSync(`${file}-wal`).size;

const reader = new Sqlite(file, { readonly: true });
const reading = reader.prepare("select count(*) from series").pluck();
reader.exec("begin");
const before = reading.get();
const began = performance.now();
let longestMs = 0;
for (let k = 0; k < reports; k++) {
  const steps = Float64Array.from({ length: inReport }, (_, i) => k * inReport + i + 1);
  const from = performance.now();
  store.runs.record(id, { epoch: 0, step: (k + 1) * inReport, trainingMs: k, metrics: {}, notes: [], hashes: [], series: [{ metric: "batch/loss", steps, values: steps.map(Math.sin) }] });
  longestMs = Math.max(longestMs, performance.now() - from);
  // Spread over the reader's time, as a training's reports are.
  const early = began + ((k + 1) / reports) * minutes * 60_000 - performance.now();
  if (early > 0) await new Promise((resolve) => { setTimeout(resolve, early); });
}
if (reading.get() !== before) throw new Error("the reader saw another moment than the one at which it began");
const grown = logBytes();
const { isLogHeld } = await store.health();
if (isLogHeld !== grown > 64 * 1024 * 1024) throw new Error("the doctor does not say that the log is held");
reader.exec("commit");
reader.close();
// The next commits begin the log anew.
for (let i = 0; i < 3; i++) store.runs.setState(id, i % 2 === 0 ? "paused" : "running");
const kept = store.series.points([id]);
const left = logBytes();
console.log(`${kept} points written in ${((performance.now() - began) / 60_000).toFixed(1)} min beside a reader of one transaction: the log grew to ${(grown / 1e6).toFixed(1)} MB and kept ${(left / 1e6).toFixed(1)} MB after the reader; the longest commit took ${longestMs.toFixed(0)} ms`);
store.close();
if (kept !== reports * inReport) throw new Error(`${reports * inReport} points were written, and ${kept} are there`);
if (left > 64 * 1024 * 1024 + 4096) throw new Error(`the log keeps ${left} bytes`);
