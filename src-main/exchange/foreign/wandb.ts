/**
 * Weights & Biases' offline files (`run-….wandb`), one run each: a header, then records in LevelDB's log format (blocks of 32 KiB; CRC-32 of type and bytes), each a
 * protobuf `Record`; the numbers of the fields are those of wandb/proto/wandb_internal.proto.
 */

import crc32 from "crc-32";
import { PbfReader } from "pbf";
import { problem, SpecError } from "../../contract/errors.ts";
import type { ForeignFile, ForeignRead, ForeignRun, ForeignValue } from "../../contract/foreign-runs.ts";
import { finalValues, flattened, isStep, Left, metricValue, Metrics, pythonJson } from "./gathering.ts";

export const isWandbFile = (path: string): boolean => path.endsWith(".wandb");

const blockBytes = 32_768, headBytes = 7;
const whole = 1, first = 2, middle = 3, last = 4;

/** Throws SpecError naming file and byte for a file that is none, or a record damaged before the file's end; what was cut off at its end is left. */
export function readWandb(files: readonly ForeignFile[]): ForeignRead {
  const left = new Left();
  return { program: "wandb", runs: files.filter(({ path }) => isWandbFile(path)).map((file) => runIn(file, left)), left: left.list() };
}

interface Item { key: string; nested: string[]; json: string }

function runIn(file: ForeignFile, left: Left): ForeignRun {
  const metrics = new Metrics();
  const params = new Map<string, ForeignValue>();
  const summary = new Map<string, number>();
  const run = { id: "", project: "", group: "", name: "", notes: "", tags: [] as string[], startedMs: null as number | null };
  let exitCode: number | null = null, seconds: number | null = null, lastMs: number | null = null;

  const configure = (items: readonly Item[]): void => {
    // What W&B writes about itself.
    for (const item of items) if (item.key !== "_wandb") flattened(parsed(item, file.path), nameOf(item), params);
  };
  for (const { bytes, at } of records(file)) {
    const read = readRecord(bytes, file.path, at);
    if (read.run !== null) {
      Object.assign(run, read.run.facts);
      configure(read.run.config);
    }
    configure(read.config);
    for (const item of read.summary) {
      const value = item.key.startsWith("_") ? null : metricValue(parsed(item, file.path));
      if (value !== null) summary.set(nameOf(item), value);
    }
    if (read.history !== null) lastMs = takeHistory(read.history, metrics, left, file.path, at) ?? lastMs;
    if (read.exit !== null) [exitCode, seconds] = [read.exit.code, read.exit.seconds];
    for (const what of read.left) left.add(what);
  }
  const series = metrics.series(left);
  return {
    key: run.id || file.path, name: run.name || run.id || file.path, group: [run.project, run.group].filter((part) => part !== "").join("/"),
    state: exitCode === null ? "interrupted" : exitCode === 0 ? "finished" : "failed",
    startedMs: run.startedMs, endedMs: run.startedMs !== null && seconds !== null ? run.startedMs + 1000 * seconds : lastMs,
    params: Object.fromEntries(params), metrics: finalValues(series, summary), tags: run.tags, notes: run.notes, series,
  };
}

/** One step's items; returns its time, null where it has none. */
function takeHistory({ items, step: numbered }: { readonly items: readonly Item[]; readonly step: number | null }, metrics: Metrics, left: Left, path: string, at: number): number | null {
  const values = new Map(items.map((item) => [nameOf(item), parsed(item, path)]));
  const step = numbered ?? values.get("_step");
  if (!isStep(step)) throw damaged(path, at, "its history has no step");
  const seconds = values.get("_timestamp");
  const timeMs = typeof seconds === "number" ? 1000 * seconds : NaN;
  for (const [name, value] of values) if (!["_step", "_timestamp", "_runtime"].includes(name)) takeValue(name, value, step, timeMs, metrics, left);
  return Number.isNaN(timeMs) ? null : timeMs;
}

function takeValue(name: string, value: unknown, step: number, timeMs: number, metrics: Metrics, left: Left): void {
  const number = metricValue(value);
  if (number !== null) return metrics.add(name, step, number, timeMs);
  const kind = typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>)["_type"] : undefined;
  if (typeof kind === "string") return left.add(`values of type ${kind}`);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return left.add("logged texts and lists");
  for (const [key, inner] of Object.entries(value)) takeValue(`${name}.${key}`, inner, step, timeMs, metrics, left);
}

const nameOf = ({ key, nested }: Item): string => (nested.length > 0 ? nested.join(".") : key);

function parsed({ key, json }: Item, path: string): unknown {
  try { return pythonJson(json); } catch {
    throw new SpecError([problem(path, "badData", `has a value of ${JSON.stringify(key)} that is no JSON: ${json.slice(0, 60)}; copy the file again from where it was written`, { why: "valueNotJson", file: path, key, got: json.slice(0, 60) })]);
  }
}

interface Framed { readonly bytes: Uint8Array; readonly at: number }

function* records(file: ForeignFile): Generator<Framed> {
  const { path, bytes } = file;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < headBytes || String.fromCharCode(...bytes.subarray(0, 4)) !== ":W&B" || view.getUint16(4, true) !== 0xbee1) throw damaged(path, 0, "it does not begin as W&B's files do");
  if (bytes[6] !== 0) throw damaged(path, 6, `it is of version ${bytes[6]}, and version 0 is known`);
  let parts: Uint8Array[] = [], begun = 0;
  for (let at = headBytes; at + headBytes <= bytes.length;) {
    const room = blockBytes - (at % blockBytes);
    if (room < headBytes) { at += room; continue; }
    const length = view.getUint16(at + 4, true), type = bytes[at + 6]!;
    // Zeros fill what was reserved and never written.
    if (type === 0 && length === 0) { at += room; continue; }
    if (at + headBytes + length > bytes.length) return;
    const data = bytes.subarray(at + headBytes, at + headBytes + length);
    if (view.getUint32(at, true) !== crc32.buf(bytes.subarray(at + 6, at + headBytes + length), 0) >>> 0) throw damaged(path, at, "the checksum of its bytes is another");
    if (type === whole || type === first) [parts, begun] = [[], at];
    else if ((type !== middle && type !== last) || parts.length === 0) throw damaged(path, at, `a record of type ${type} stands where none may`);
    parts.push(data);
    if (type === whole || type === last) {
      yield { bytes: joined(parts), at: begun };
      parts = [];
    }
    at += headBytes + length;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) { all.set(part, at); at += part.length; }
  return all;
}

function damaged(path: string, byte: number, why: string): SpecError {
  return new SpecError([{ ...problem(path, "badData", `cannot be read at byte ${byte}: ${why}; copy the file again from where it was written`, { why: "unreadableRecord", file: path, byte: String(byte) }), at: { file: path, byte } }]);
}

interface RecordRead {
  history: { items: Item[]; step: number | null } | null;
  run: { facts: { id: string; project: string; group: string; name: string; notes: string; tags: string[]; startedMs: number | null }; config: Item[] } | null;
  exit: { code: number; seconds: number } | null;
  readonly config: Item[];
  readonly summary: Item[];
  readonly left: string[];
}

const leftKinds: Readonly<Record<number, string>> = { 4: "lines of console output", 7: "system measurements", 8: "artifacts", 10: "alerts", 13: "lines of console output" };

function readRecord(bytes: Uint8Array, path: string, at: number): RecordRead {
  const read: RecordRead = { history: null, run: null, exit: null, config: [], summary: [], left: [] };
  try {
    return new PbfReader(bytes).readFields((field, to, pbf) => {
      if (field === 2) to.history = pbf.readMessage(historyField, { items: [] as Item[], step: null as number | null });
      else if (field === 3) pbf.readMessage((inner, items, message) => { if (inner === 1) items.push(readItem(message)); }, to.summary);
      else if (field === 5) pbf.readMessage(configField, to.config);
      else if (field === 17) to.run = pbf.readMessage(runField, { facts: { id: "", project: "", group: "", name: "", notes: "", tags: [] as string[], startedMs: null as number | null }, config: [] as Item[] });
      else if (field === 18) to.exit = pbf.readMessage((inner, exit, message) => { if (inner === 1) exit.code = message.readVarint(true); else if (inner === 2) exit.seconds = message.readVarint(true); }, { code: 0, seconds: 0 });
      else if (leftKinds[field] !== undefined) to.left.push(leftKinds[field]);
    }, read);
  } catch (error) {
    throw error instanceof SpecError ? error : damaged(path, at, (error as Error).message);
  }
}

const readItem = (pbf: PbfReader): Item => pbf.readMessage((field, to, message) => {
  if (field === 1) to.key = message.readString();
  else if (field === 2) to.nested.push(message.readString());
  else if (field === 16) to.json = message.readString();
}, { key: "", nested: [] as string[], json: "null" });

function historyField(field: number, to: { items: Item[]; step: number | null }, pbf: PbfReader): void {
  if (field === 1) to.items.push(readItem(pbf));
  else if (field === 2) to.step = pbf.readMessage((inner, step, message) => { if (inner === 1) step.num = message.readVarint(true); }, { num: 0 }).num;
}

function configField(field: number, to: Item[], pbf: PbfReader): void { if (field === 1) to.push(readItem(pbf)); }

function runField(field: number, to: NonNullable<RecordRead["run"]>, pbf: PbfReader): void {
  const { facts } = to;
  if (field === 1) facts.id = pbf.readString();
  else if (field === 3) facts.project = pbf.readString();
  else if (field === 4) pbf.readMessage(configField, to.config);
  else if (field === 6) facts.group = pbf.readString();
  else if (field === 8) facts.name = pbf.readString();
  else if (field === 9) facts.notes = pbf.readString();
  else if (field === 10) facts.tags.push(pbf.readString());
  else if (field === 17) {
    const { seconds, nanos } = pbf.readMessage((inner, time, message) => { if (inner === 1) time.seconds = message.readVarint(true); else if (inner === 2) time.nanos = message.readVarint(); }, { seconds: 0, nanos: 0 });
    facts.startedMs = 1000 * seconds + nanos / 1e6;
  }
}
