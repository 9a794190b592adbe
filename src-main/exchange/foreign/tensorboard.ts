/**
 * TensorBoard event files: a folder holds one run for each of its folders with event files in it. Records as TensorFlow frames them (length, its checksum, bytes,
 * their checksum; CRC-32C, masked), in each a protobuf `Event`; the numbers of the fields are those of tensorboard/compat/proto/event.proto, summary.proto,
 * tensor.proto and of plugins/hparams/plugin_data.proto.
 */

import crc32c from "crc-32/crc32c.js";
import { PbfReader } from "pbf";
import { problem, SpecError } from "../../contract/errors.ts";
import type { ForeignFile, ForeignRead, ForeignRun, ForeignValue } from "../../contract/foreign-runs.ts";
import { finalValues, Left, Metrics, needStep } from "./gathering.ts";

export const isEventFile = (path: string): boolean => /(^|\/)[^/]*\.?tfevents[^/]*$/.test(path);

/** What the text and hparams summaries of one folder say beside its scalars. */
interface Gathered { readonly metrics: Metrics; readonly params: Map<string, ForeignValue>; readonly texts: Map<string, string>; first: number; last: number; startedMs: number | null; endedMs: number | null; status: number }

/**
 * Throws SpecError naming file and byte for a record that is damaged in the middle of a file; one that is cut off at its end was still being written, and what
 * stands before it is read. A run's settings come from the hparams plugin, its notes from texts.
 */
export function readTensorBoard(files: readonly ForeignFile[]): ForeignRead {
  const left = new Left();
  const folders = Map.groupBy(files.filter(({ path }) => isEventFile(path)), ({ path }) => path.split("/").slice(0, -1).join("/"));
  const runs = [...folders].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([folder, events]): ForeignRun[] => {
    const gathered: Gathered = { metrics: new Metrics(), params: new Map(), texts: new Map(), first: Infinity, last: -Infinity, startedMs: null, endedMs: null, status: 0 };
    // Event files of one folder follow each other; their names begin with the second they were opened in.
    for (const file of events.toSorted((a, b) => (a.path < b.path ? -1 : 1))) for (const record of records(file)) readEvent(record, gathered, left, file.path);
    if (gathered.metrics.isEmpty && gathered.params.size === 0) return [];
    return [runOf(folder, gathered, left)];
  });
  return { program: "tensorboard", runs, left: left.list() };
}

function runOf(folder: string, { metrics, params, texts, first, last, startedMs, endedMs, status }: Gathered, left: Left): ForeignRun {
  const series = metrics.series(left);
  const parts = folder.split("/").filter((part) => part !== "");
  return {
    key: folder, name: parts.at(-1) ?? "run", group: parts.slice(0, -1).join("/"),
    // Without the hparams plugin the files do not say how it ended; what stopped writing is taken to be done.
    state: status === 2 ? "failed" : status === 3 ? "interrupted" : "finished",
    startedMs: startedMs ?? (Number.isFinite(first) ? first : null), endedMs: endedMs ?? (Number.isFinite(last) ? last : null),
    params: Object.fromEntries(params), metrics: finalValues(series), tags: [], notes: [...texts].map(([tag, text]) => `**${tag}**\n\n${text}`).join("\n\n"), series,
  };
}

interface Framed { readonly bytes: Uint8Array; readonly at: number }

const headerBytes = 12, footerBytes = 4;

/** Masked as TensorFlow does, lest a checksum of bytes that hold checksums be weak. */
export const maskedCrc = (bytes: Uint8Array): number => {
  const crc = crc32c.buf(bytes, 0) >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
};

function* records({ path, bytes }: ForeignFile): Generator<Framed> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + headerBytes + footerBytes <= bytes.length;) {
    if (view.getUint32(at + 8, true) !== maskedCrc(bytes.subarray(at, at + 8))) throw damaged(path, at, "the checksum of its length is another");
    const length = view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
    const from = at + headerBytes;
    if (length > bytes.length - from - footerBytes) return;
    const record = bytes.subarray(from, from + length);
    if (view.getUint32(from + length, true) !== maskedCrc(record)) throw damaged(path, at, "the checksum of its bytes is another");
    yield { bytes: record, at };
    at = from + length + footerBytes;
  }
}

function damaged(path: string, byte: number, why: string): SpecError {
  return new SpecError([{ ...problem(path, "badData", `has a damaged record at byte ${byte}: ${why}; copy the event file again from where it was written`, { why: "damagedRecord", file: path, byte: String(byte) }), at: { file: path, byte } }]);
}

interface Value { tag: string; scalar: number | null; tensor: Tensor | null; plugin: string; content: Uint8Array | null; other: string | null }
interface Tensor { type: number; content: Uint8Array | null; numbers: number[]; texts: string[] }

function readEvent({ bytes, at }: Framed, into: Gathered, left: Left, path: string): void {
  const event = { wallSeconds: 0, step: 0, values: [] as Value[] };
  try {
    new PbfReader(bytes).readFields((field, to, pbf) => {
      if (field === 1) to.wallSeconds = pbf.readDouble();
      else if (field === 2) to.step = pbf.readVarint(true);
      else if (field === 5) pbf.readMessage((inner, values, summary) => { if (inner === 1) values.push(summary.readMessage(valueField, { tag: "", scalar: null, tensor: null, plugin: "", content: null, other: null } as Value)); }, to.values);
    }, event);
    for (const value of event.values) take(value, event.step, 1000 * event.wallSeconds, into, left, { file: path, byte: at });
  } catch (error) {
    if (error instanceof SpecError) throw error;
    throw damaged(path, at, (error as Error).message);
  }
}

const otherKinds: Readonly<Record<number, string>> = { 4: "images", 5: "histograms", 6: "audio clips" };

function valueField(field: number, value: Value, pbf: PbfReader): void {
  if (field === 1) value.tag = pbf.readString();
  else if (field === 2) value.scalar = pbf.readFloat();
  else if (field === 8) value.tensor = pbf.readMessage(tensorField, { type: 0, content: null, numbers: [], texts: [] } as Tensor);
  else if (field === 9) pbf.readMessage((inner, to, metadata) => { if (inner === 1) metadata.readMessage(pluginField, to); }, value);
  else if (otherKinds[field] !== undefined) value.other = otherKinds[field];
}

function pluginField(field: number, value: Value, pbf: PbfReader): void {
  if (field === 1) value.plugin = pbf.readString();
  else if (field === 2) value.content = pbf.readBytes();
}

/** Numbers written one by one may come packed or not; a reader of protobuf must take both. */
function tensorField(field: number, tensor: Tensor, pbf: PbfReader): void {
  if (field === 1) tensor.type = pbf.readVarint();
  else if (field === 4) tensor.content = pbf.readBytes();
  else if (field === 5) pbf.readPackedFloat(tensor.numbers);
  else if (field === 6) pbf.readPackedDouble(tensor.numbers);
  else if (field === 7 || field === 10) pbf.readPackedVarint(tensor.numbers, true);
  else if (field === 8) tensor.texts.push(new TextDecoder().decode(pbf.readBytes()));
}

function take(value: Value, step: number, timeMs: number, into: Gathered, left: Left, place: { readonly file: string; readonly byte: number }): void {
  const { tag, plugin, tensor, content, other } = value;
  if (plugin === "hparams") return takeSession(tag, content, into, left);
  const texts = tensor?.texts ?? [];
  if (texts.length > 0) return void into.texts.set(tag, texts.join("\n"));
  const number = value.scalar ?? (tensor === null || (plugin !== "" && plugin !== "scalars") ? null : numberIn(tensor));
  if (number === null) return left.add(other ?? (plugin === "" || plugin === "scalars" ? "tensors" : `values of the ${plugin} plugin`));
  needStep(step, tag, place);
  into.metrics.add(tag, step, number, timeMs > 0 ? timeMs : NaN);
  if (timeMs > 0) {
    into.first = Math.min(into.first, timeMs);
    into.last = Math.max(into.last, timeMs);
  }
}

/** The one number of a tensor; null where it holds more, or other things. Types are those of types.proto: 1 float, 2 double, 3 int32, 9 int64, 19 half. */
function numberIn({ type, content, numbers }: Tensor): number | null {
  if (numbers.length > 0) return numbers.length === 1 ? numbers[0]! : null;
  if (content === null) return null;
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  if (type === 1 && content.length === 4) return view.getFloat32(0, true);
  if (type === 2 && content.length === 8) return view.getFloat64(0, true);
  if (type === 3 && content.length === 4) return view.getInt32(0, true);
  if (type === 9 && content.length === 8) return Number(view.getBigInt64(0, true));
  return null;
}

/** plugin_data.proto: HParamsPluginData { experiment = 2, session_start_info = 3, session_end_info = 4 }. */
function takeSession(tag: string, content: Uint8Array | null, into: Gathered, left: Left): void {
  if (content === null) return left.add("hparams without content");
  new PbfReader(content).readFields((field, to, pbf) => {
    if (field === 3) pbf.readMessage(startField, to);
    else if (field === 4) pbf.readMessage((inner, of, end) => {
      if (inner === 1) of.status = end.readVarint();
      else if (inner === 2) of.endedMs = 1000 * end.readDouble() || null;
    }, to);
    else if (field === 2 && tag === "_hparams_/experiment") left.add("hparams experiment descriptions");
  }, into);
}

/** SessionStartInfo { map<string, Value> hparams = 1, double start_time_secs = 5 }. */
function startField(field: number, into: Gathered, pbf: PbfReader): void {
  if (field === 1) {
    const pair = pbf.readMessage((inner, to, entry) => {
      if (inner === 1) to.name = entry.readString();
      else if (inner === 2) to.value = entry.readMessage(structValue, { value: null as ForeignValue }).value;
    }, { name: "", value: null as ForeignValue });
    into.params.set(pair.name, pair.value);
  } else if (field === 5) into.startedMs = 1000 * pbf.readDouble() || null;
}

/** google.protobuf.Value: number, text or flag; lists and structs are none of a hyperparameter's. */
function structValue(field: number, to: { value: ForeignValue }, pbf: PbfReader): void {
  if (field === 2) to.value = pbf.readDouble();
  else if (field === 3) to.value = pbf.readString();
  else if (field === 4) to.value = pbf.readBoolean();
}
