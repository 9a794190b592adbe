/** Other programs' files that are refused: for each reason in the Chinese words, the problems that the readers find. */

import crc32 from "crc-32";
import { PbfWriter } from "pbf";
import type { ForeignWhy, Problem } from "../../../src-main/contract/checks.ts";
import type { ForeignFile, ForeignRun } from "../../../src-main/contract/foreign-runs.ts";
import { readDatabase } from "../../../src-main/exchange/foreign/databases.ts";
import { readForeign } from "../../../src-main/exchange/foreign/read.ts";
import { tensorBoardFiles } from "../../../src-main/exchange/foreign/tensorboard-out.ts";
import { refusedBy } from "./refused-data.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (...files: readonly ForeignFile[]) => () => refusedBy(() => readForeign(files, () => { throw new Error("no database here"); }));
const csv = (text: string) => read({ path: "m.csv", bytes: bytes(text) });

const run = (steps: readonly number[]): ForeignRun => ({ key: "a", name: "a", group: "", state: "finished", startedMs: 1.7e12, endedMs: 1.7e12, params: {}, metrics: {}, tags: [], notes: "", series: [{ metric: "loss", steps: Float64Array.from(steps), values: Float64Array.from(steps, () => 1), timesMs: null }] });
const flipped = (files: readonly ForeignFile[]): ForeignFile[] => files.map(({ path, bytes: whole }) => ({ path, bytes: Uint8Array.from(whole, (byte, i) => (i === 0 ? byte ^ 1 : byte)) }));
const mlflow = (meta: string, points: string) => read(
  { path: "mlruns/0/meta.yaml", bytes: bytes("name: e") }, { path: "mlruns/0/ab/meta.yaml", bytes: bytes(meta) }, { path: "mlruns/0/ab/metrics/loss", bytes: bytes(points) },
);

/** A W&B file of one record, its summary of one item. */
function wandbFile(key: string, json: string): Uint8Array {
  const item = (_: null, pbf: PbfWriter): void => { pbf.writeStringField(1, key); pbf.writeStringField(16, json); };
  const pbf = new PbfWriter();
  pbf.writeMessage(3, (_, summary) => { summary.writeMessage(1, item, null); }, null);
  const record = Buffer.from(pbf.finish());
  const head = Buffer.alloc(14);
  head.write(":W&B");
  head.writeUInt16LE(0xbee1, 4);
  head.writeUInt32LE(crc32.buf(Buffer.concat([Buffer.of(1), record]), 0) >>> 0, 7);
  head.writeUInt16LE(record.length, 11);
  head[13] = 1;
  return Buffer.concat([head, record]);
}

export const refusedForeign: Readonly<Record<ForeignWhy, () => readonly Problem[]>> = {
  damagedRecord: read(...flipped(tensorBoardFiles([run([0, 1])]))),
  unreadableRecord: read({ path: "x.wandb", bytes: bytes("hello, world") }),
  otherDatabase: () => refusedBy(() => readDatabase({ names: ["stars", "planets"], columns: () => [], rows: () => [] }, "sky.db")),
  notAPoint: mlflow("run_id: ab", "1 oops 1\n"),
  notYaml: mlflow("a: [1", "1 2 0\n"),
  noSteps: csv("a,b\n1,2\n"),
  noMetric: csv("step,b\n1,x\n"),
  notAMetric: csv("step,loss\nx,3\n"),
  notAStep: csv("step,loss\n2.5,4\n"),
  valueNotJson: read({ path: "x.wandb", bytes: wandbFile("loss", "{oops") }),
  noRuns: read({ path: "notes.txt", bytes: bytes("x") }),
  stepBelow: read(...tensorBoardFiles([run([0, 1, -3])])),
};
