/** Runs as TensorBoard event files: a folder for each, its metrics as scalars in double-precision tensors, its settings for the hparams plugin. Formats: see tensorboard.ts. */

import { PbfWriter } from "pbf";
import type { ForeignFile, ForeignRun, ForeignValue } from "../../contract/foreign-runs.ts";
import { folderNames } from "./folder-names.ts";
import { maskedCrc } from "./tensorboard.ts";

type Out = PbfWriter;

/** `logs/NAME/events.out.tfevents.SECONDS.descent` for each run. Points that have no time bear the run's start. */
export function tensorBoardFiles(runs: readonly ForeignRun[]): ForeignFile[] {
  const names = folderNames(runs);
  return runs.map((run, i) => ({ path: `logs/${names[i]!}/events.out.tfevents.${Math.floor((run.startedMs ?? 0) / 1000)}.descent`, bytes: eventsOf(run) }));
}

function eventsOf({ series, params, state, startedMs, endedMs }: ForeignRun): Uint8Array {
  const began = startedMs ?? 0;
  const points = series.flatMap(({ metric, steps, values, timesMs }) => Array.from(steps, (step, i) => ({ metric, step, value: values[i]!, timeMs: usable(timesMs?.[i]) ?? began })));
  points.sort((a, b) => a.timeMs - b.timeMs || a.step - b.step);
  const records = [framed((out) => { out.writeDoubleField(1, began / 1000); out.writeStringField(3, "brain.Event:2"); })];
  const summary = (timeMs: number, step: number, write: (value: Out) => void): void => {
    records.push(framed((out) => {
      out.writeDoubleField(1, timeMs / 1000);
      out.writeVarintField(2, step);
      out.writeMessage(5, (_: null, message: Out) => { message.writeMessage(1, (_inner: null, value: Out) => { write(value); }, null); }, null);
    }));
  };
  summary(began, 0, (value) => { session(value, "_hparams_/session_start_info", 3, (info) => { startInfo(params, began, info); }); });
  for (const { metric, step, value, timeMs } of points) summary(timeMs, step, (out) => { scalar(metric, value, out); });
  if (state !== "interrupted") summary(endedMs ?? began, points.at(-1)?.step ?? 0, (value) => { session(value, "_hparams_/session_end_info", 4, (info) => { info.writeVarintField(1, state === "failed" ? 2 : 1); info.writeDoubleField(2, (endedMs ?? began) / 1000); }); });
  return joined(records);
}

const usable = (timeMs: number | undefined): number | null => (timeMs === undefined || Number.isNaN(timeMs) ? null : timeMs);

/** A tensor of one double (type 2), which keeps every bit; `simple_value` would keep single precision. */
function scalar(tag: string, value: number, out: Out): void {
  out.writeStringField(1, tag);
  out.writeMessage(8, (_: null, tensor: Out) => { tensor.writeVarintField(1, 2); tensor.writeBytesField(2, new Uint8Array(0)); tensor.writeBytesField(4, new Uint8Array(Float64Array.of(value).buffer)); }, null);
  plugin("scalars", null, out);
}

function session(out: Out, tag: string, field: number, write: (info: Out) => void): void {
  const content = new PbfWriter();
  content.writeVarintField(1, 0);
  content.writeMessage(field, (_: null, info: Out) => { write(info); }, null);
  out.writeStringField(1, tag);
  plugin("hparams", content.finish(), out);
}

function plugin(name: string, content: Uint8Array | null, out: Out): void {
  out.writeMessage(9, (_: null, metadata: Out) => {
    metadata.writeMessage(1, (_inner: null, data: Out) => { data.writeStringField(1, name); if (content !== null) data.writeBytesField(2, content); }, null);
  }, null);
}

function startInfo(params: ForeignRun["params"], began: number, out: Out): void {
  for (const [name, value] of Object.entries(params)) out.writeMessage(1, (_: null, pair: Out) => { pair.writeStringField(1, name); pair.writeMessage(2, (_inner: null, to: Out) => { structValue(value, to); }, null); }, null);
  out.writeDoubleField(5, began / 1000);
}

function structValue(value: ForeignValue, out: Out): void {
  if (typeof value === "number") out.writeDoubleField(2, value);
  else if (typeof value === "string") out.writeStringField(3, value);
  else if (typeof value === "boolean") out.writeBooleanField(4, value);
  else out.writeVarintField(1, 0);
}

/** Length, its checksum, the message, its checksum. */
function framed(write: (out: Out) => void): Uint8Array {
  const out = new PbfWriter();
  write(out);
  const message = out.finish();
  const record = new Uint8Array(message.length + 16);
  const view = new DataView(record.buffer);
  view.setUint32(0, message.length, true);
  view.setUint32(8, maskedCrc(record.subarray(0, 8)), true);
  record.set(message, 12);
  view.setUint32(12 + message.length, maskedCrc(message), true);
  return record;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) { all.set(part, at); at += part.length; }
  return all;
}
