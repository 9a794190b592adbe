/** A plan's state as bytes and back, in the safetensors layout: header length (8 bytes, little-endian), JSON header, raw little-endian numbers. */

import type { Precision, Vector } from "../kernels/kernels.ts";
import { SpecError } from "../spec/errors.ts";
import type { Problem } from "../spec/errors.ts";
import { problem, shown } from "../spec/param.ts";
import type { Slice } from "./arena.ts";
import type { Plan } from "./plan.ts";

/** Learned numbers, statistics and the optimizer's vectors: all that the next step depends on besides counters. */
const kept = (plan: Plan): readonly Slice[] => plan.slices.filter(({ role }) => role === "param" || role === "statistic" || role === "slot");

/** The parameters as little-endian bytes in the order of the manifest, without the gaps between slices: what a weight hash is taken of. */
export function weightBytes(plan: Plan): Uint8Array {
  const slices = plan.slices.filter(({ role }) => role === "param");
  const bytes = new Uint8Array(slices.reduce((sum, { view }) => sum + view.byteLength, 0));
  let at = 0;
  for (const { view } of slices) at = write(bytes, at, view);
  return bytes;
}

/**
 * The plan's state: every param, statistic and slot slice by name; completed steps and epochs and the streams' counters among the metadata, beside the
 * caller's own strings (whose names must not begin with "descent."). The same state gives the same bytes.
 */
export function saveCheckpoint(plan: Plan, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const own = Object.keys(metadata).find((name) => name.startsWith("descent."));
  if (own !== undefined) throw new RangeError(`the metadata name ${own} is reserved; take one that does not begin with "descent."`);
  const slices = kept(plan);
  const header: Record<string, unknown> = {
    __metadata__: {
      ...metadata,
      "descent.format": "1",
      "descent.step": String(plan.step),
      "descent.epoch": String(plan.epoch),
      "descent.streams": JSON.stringify(Object.fromEntries([...plan.streams].map(([name, { counter }]) => [name, counter]))),
    },
  };
  let length = 0;
  for (const { name, shape, view } of slices) {
    header[name] = { dtype: dtypeOf(plan.precision), shape, data_offsets: [length, length + view.byteLength] };
    length += view.byteLength;
  }
  // Padded with spaces to 8 bytes, as safetensors asks, so that the numbers lie aligned.
  const json = JSON.stringify(header);
  const head = new TextEncoder().encode(json + " ".repeat((8 - (new TextEncoder().encode(json).length % 8)) % 8));
  const bytes = new Uint8Array(8 + head.length + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(head.length), true);
  bytes.set(head, 8);
  let at = 8 + head.length;
  for (const { view } of slices) at = write(bytes, at, view);
  return bytes;
}

/**
 * Restores what `saveCheckpoint` wrote: training then goes on bit for bit as if it had not been interrupted.
 * Throws SpecError naming every slice that is missing, left over, or of another shape or precision; the plan is then unchanged.
 */
export function loadCheckpoint(plan: Plan, bytes: Uint8Array): void {
  const { tensors, metadata, data } = readHeader(bytes);
  const slices = kept(plan);
  const problems = [
    ...slices.flatMap((slice) => misfit(slice, tensors[slice.name], plan.precision, data.byteLength)),
    ...Object.keys(tensors).filter((name) => !slices.some((slice) => slice.name === name)).map((name) => problem(name, "mismatch", "is in the checkpoint, but this model has no such slice", {})),
  ];
  if (problems.length > 0) throw new SpecError(problems, "The checkpoint was saved by another model, optimizer or precision.");

  const counters = readCounters(metadata["descent.streams"]);
  const [step, epoch] = [count(metadata, "descent.step"), count(metadata, "descent.epoch")];
  for (const { name, view } of slices) read(data, tensors[name]!.data_offsets[0], view);
  plan.step = step;
  plan.epoch = epoch;
  for (const [name, stream] of plan.streams) stream.counter = counters[name] ?? 0;
}

interface Tensor { readonly dtype: string; readonly shape: readonly number[]; readonly data_offsets: readonly [number, number] }

const dtypeOf = (precision: Precision): string => `F${precision}`;

function readHeader(bytes: Uint8Array): { tensors: Readonly<Record<string, Tensor>>; metadata: Readonly<Record<string, string>>; data: DataView } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.byteLength < 8 ? -1 : Number(view.getBigUint64(0, true));
  if (length < 2 || length > bytes.byteLength - 8) throw broken(`is no checkpoint: its first 8 bytes must give the length of a header within its ${bytes.byteLength} bytes`);
  const header = parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  if (!isRecord(header)) throw broken("is no checkpoint: its header is not a JSON object");
  const { __metadata__: metadata = {}, ...tensors } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === "string")) throw broken("has metadata that are not strings");
  const odd = Object.entries(tensors).find(([, tensor]) => !isTensor(tensor));
  if (odd !== undefined) throw broken(`has a malformed entry ${shown(odd[0])} in its header`);
  return { tensors: tensors as Record<string, Tensor>, metadata: metadata as Record<string, string>, data: new DataView(bytes.buffer, bytes.byteOffset + 8 + length, bytes.byteLength - 8 - length) };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
const areCounts = (value: unknown): value is readonly number[] => Array.isArray(value) && value.every(isCount);
const isTensor = (value: unknown): value is Tensor => isRecord(value) && typeof value["dtype"] === "string" && areCounts(value["shape"]) && areCounts(value["data_offsets"]) && value["data_offsets"].length === 2;

const broken = (message: string): SpecError => new SpecError([problem("checkpoint", "badData", message, {})]);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function misfit({ name, shape, view }: Slice, tensor: Tensor | undefined, precision: Precision, bytes: number): Problem[] {
  const needs = `${shape.join("×")} (${dtypeOf(precision)})`;
  if (tensor === undefined) return [problem(name, "mismatch", `is missing in the checkpoint; this model needs ${needs}`, { wanted: needs })];
  const got = `${tensor.shape.join("×")} (${tensor.dtype})`;
  if (got !== needs) return [problem(name, "mismatch", `is ${got} in the checkpoint, but this model needs ${needs}`, { got, wanted: needs })];
  const [from, to] = tensor.data_offsets;
  if (to - from !== view.byteLength || to > bytes) return [problem(name, "mismatch", `lies at bytes ${from} to ${to} of the checkpoint's ${bytes}, but needs ${view.byteLength} of them`, { wanted: String(view.byteLength) })];
  return [];
}

function count(metadata: Readonly<Record<string, string>>, name: string): number {
  const value = Number(metadata[name] ?? "0");
  if (!isCount(value)) throw broken(`has ${name} ${shown(metadata[name])}; it must be a whole number from 0`);
  return value;
}

function readCounters(text: string | undefined): Readonly<Record<string, number>> {
  const counters = parse(text ?? "{}");
  if (!isRecord(counters) || !Object.values(counters).every(isCount)) throw broken("has stream counters that are not whole numbers");
  return counters as Record<string, number>;
}

function write(bytes: Uint8Array, from: number, view: Vector): number {
  const out = new DataView(bytes.buffer);
  const size = view.BYTES_PER_ELEMENT;
  for (let i = 0; i < view.length; i++) {
    if (size === 4) out.setFloat32(from + 4 * i, view[i]!, true);
    else out.setFloat64(from + 8 * i, view[i]!, true);
  }
  return from + view.byteLength;
}

function read(data: DataView, from: number, view: Vector): void {
  const size = view.BYTES_PER_ELEMENT;
  for (let i = 0; i < view.length; i++) view[i] = size === 4 ? data.getFloat32(from + 4 * i, true) : data.getFloat64(from + 8 * i, true);
}
