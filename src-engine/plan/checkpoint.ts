/** A plan's state as bytes and back, in the safetensors layout: header length (8 bytes, little-endian), JSON header, raw little-endian numbers. */

import type { Scaling } from "../data/scaling.ts";
import type { Vector } from "../kernels/kernels.ts";
import { SpecError } from "../spec/errors.ts";
import type { Problem } from "../spec/errors.ts";
import { problem, shown } from "../spec/param.ts";
import type { Slice } from "./arena.ts";
import type { Plan, Watch } from "./plan.ts";
import { keptRoles, Snapshot } from "./snapshot.ts";

/** Learned numbers, statistics and the optimizer's vectors: all that the next step depends on besides counters and single numbers. */
const kept = (plan: Pick<Plan, "slices">): readonly Slice[] => plan.slices.filter(({ role }) => keptRoles.includes(role));
/** Where the same slices stand as they were at the best epoch, and what was fitted to the training rows. */
const best = "best/";
const scaling = "scaling/";

/** The parameters as little-endian bytes in the order of the manifest, without the gaps between slices: what a weight hash is taken of. */
export function weightBytes(plan: Plan): Uint8Array {
  const slices = plan.slices.filter(({ role }) => role === "param");
  const bytes = new Uint8Array(slices.reduce((sum, { view }) => sum + view.byteLength, 0));
  let at = 0;
  for (const { view } of slices) at = write(bytes, at, view);
  return bytes;
}

/**
 * The plan's state: every param, statistic and slot slice by name, the best epoch's again as "best/…" where early stopping keeps them; counts, streams' counters,
 * the place within the epoch and the single numbers of optimizer, schedule and early stopping among the metadata, beside the caller's own strings
 * (whose names must not begin with "descent."). With `fitted`, also the scaling of the training rows, as "scaling/…" in double precision.
 * The same state gives the same bytes.
 */
export function saveCheckpoint(plan: PlanState, metadata: Readonly<Record<string, string>> = {}, fitted: Scaling | null = null): Uint8Array {
  const own = Object.keys(metadata).find((name) => name.startsWith("descent."));
  if (own !== undefined) throw new RangeError(`the metadata name ${own} is reserved; take one that does not begin with "descent."`);
  const slices: Pick<Slice, "name" | "shape" | "view">[] = [...kept(plan), ...(plan.best?.slices ?? []).map((slice) => ({ ...slice, name: best + slice.name })), ...(fitted === null ? [] : scalingSlices(fitted))];
  const header: Record<string, unknown> = {
    __metadata__: {
      ...metadata,
      "descent.format": "1",
      "descent.optimizer": plan.model.optimizer.kind,
      "descent.step": String(plan.step),
      "descent.epoch": String(plan.epoch),
      "descent.visited": String(plan.visited),
      "descent.orderFrom": String(plan.orderFrom),
      "descent.states": written(plan.states),
      ...(plan.watch === null ? {} : { "descent.watch": written(plan.watch) }),
      ...(plan.best === null ? {} : { "descent.bestStates": written(plan.best.states) }),
      "descent.streams": JSON.stringify(Object.fromEntries([...plan.streams].map(([name, { counter }]) => [name, counter]))),
    },
  };
  let length = 0;
  for (const { name, shape, view } of slices) {
    header[name] = { dtype: dtypeOf(view), shape, data_offsets: [length, length + view.byteLength] };
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

/** What a checkpoint is made of. */
export type PlanState = Pick<Plan, "slices" | "model" | "step" | "epoch" | "visited" | "orderFrom" | "states" | "watch"> & { readonly streams: ReadonlyMap<string, { readonly counter: number }>; readonly best: Pick<Snapshot, "slices" | "states"> | null };

/** The plan's state as it is now, as a copy that `saveCheckpoint` turns into bytes later: a copy costs little, and most states that might be kept are overtaken. */
export function captureState(plan: Plan): PlanState {
  const copied = (slices: readonly Slice[]): Slice[] => slices.map((slice) => ({ ...slice, view: slice.view.slice() }));
  const numbers = ({ optimizer, schedule }: Plan["states"]): Plan["states"] => ({ optimizer: { ...optimizer }, schedule: { ...schedule } });
  const { model, step, epoch, visited, orderFrom, watch, best: found } = plan;
  return {
    model, step, epoch, visited, orderFrom, watch, slices: copied(kept(plan)), states: numbers(plan.states), streams: new Map([...plan.streams].map(([name, { counter }]) => [name, { counter }])),
    best: found === null ? null : { slices: copied(found.slices), states: numbers(found.states) },
  };
}

/**
 * Restores what `saveCheckpoint` wrote: training then goes on bit for bit as if it had not been interrupted.
 * Throws SpecError naming every slice that is missing, left over, or of another shape or precision; the plan is then unchanged.
 */
export function loadCheckpoint(plan: Plan, bytes: Uint8Array): void {
  const { tensors, metadata, data } = readHeader(bytes);
  const slices = kept(plan);
  const hasBest = Object.keys(tensors).some((name) => name.startsWith(best));
  const wanted = [...slices, ...(hasBest ? slices.map((slice) => ({ ...slice, name: best + slice.name })) : [])];
  const problems = [
    ...wanted.flatMap((slice) => misfit(slice, tensors[slice.name], data.byteLength)),
    ...Object.keys(tensors).filter((name) => !name.startsWith(scaling) && !wanted.some((slice) => slice.name === name)).map((name) => problem(name, "mismatch", "is in the checkpoint, but this model has no such slice", { why: "extraSlice", slice: name })),
  ];
  if (problems.length > 0) throw new SpecError(problems, "The checkpoint was saved by another model, optimizer or precision.");

  const counters = readCounters(metadata["descent.streams"]);
  const [step, epoch, visited, orderFrom] = ["descent.step", "descent.epoch", "descent.visited", "descent.orderFrom"].map((name) => count(metadata, name)) as [number, number, number, number];
  const states = readStates(metadata["descent.states"], plan.states);
  const bestStates = hasBest ? readStates(metadata["descent.bestStates"], plan.states) : null;
  const watch = readWatch(metadata["descent.watch"]);
  for (const { name, view } of slices) read(data, tensors[name]!.data_offsets[0], view);
  plan.best = null;
  if (bestStates !== null) {
    plan.best = new Snapshot(plan);
    for (const { name, view } of plan.best.slices) read(data, tensors[best + name]!.data_offsets[0], view);
    restore(bestStates, plan.best.states);
  }
  restore(states, plan.states);
  plan.step = step;
  plan.epoch = epoch;
  plan.visited = visited;
  plan.orderFrom = orderFrom;
  plan.watch = watch;
  for (const [name, stream] of plan.streams) stream.counter = counters[name] ?? 0;
}

/** The strings that a checkpoint was saved with, those of the engine's own besides. Throws SpecError where it is no checkpoint. */
export const metadataOf = (bytes: Uint8Array): Readonly<Record<string, string>> => readHeader(bytes).metadata;

/** What a plan of another spec could not take over: slots and single numbers of the optimizer or schedule, by name. They begin anew. */
export interface Carried { readonly anew: readonly string[] }

/**
 * Restores as much of a checkpoint as this plan, compiled from a changed spec, can go on from: weights and statistics must all be there and fit; the optimizer's
 * vectors and numbers are taken where it is the same optimizer, the schedule's numbers where it has these very ones; otherwise they begin anew. Streams go on by name. With `keepsWatch` early stopping goes on counting; otherwise it forgets.
 * With nothing changed it does what `loadCheckpoint` does. Throws SpecError naming every weight that does not fit; the plan is then unchanged.
 */
export function carryCheckpoint(plan: Plan, bytes: Uint8Array, { keepsWatch }: { readonly keepsWatch: boolean }): Carried {
  const { tensors, metadata, data } = readHeader(bytes);
  const own = kept(plan);
  const problems = own.filter(({ role }) => role !== "slot").flatMap((slice) => misfit(slice, tensors[slice.name], data.byteLength));
  if (problems.length > 0) throw new SpecError(problems, "A run can only go on with the weights it has: keep the layers' kinds and sizes.");
  const slots = own.filter(({ role }) => role === "slot");
  const states = looseStates(metadata["descent.states"], plan.states);
  // Another optimizer may have vectors of the same name that mean something else.
  const isSame = (metadata["descent.optimizer"] ?? plan.model.optimizer.kind) === plan.model.optimizer.kind && slots.every((slot) => misfit(slot, tensors[slot.name], data.byteLength).length === 0) && states.optimizer !== null;
  const counters = readCounters(metadata["descent.streams"]);
  const [step, epoch, visited, orderFrom] = ["descent.step", "descent.epoch", "descent.visited", "descent.orderFrom"].map((name) => count(metadata, name)) as [number, number, number, number];
  const watch = keepsWatch ? readWatch(metadata["descent.watch"]) : null;

  for (const { name, role, view } of own) if (role !== "slot" || isSame) read(data, tensors[name]!.data_offsets[0], view);
  plan.best = null;
  if (watch !== null && isSame && own.every((slice) => misfit({ ...slice, name: best + slice.name }, tensors[best + slice.name], data.byteLength).length === 0)) {
    plan.best = new Snapshot(plan);
    const bestStates = looseStates(metadata["descent.bestStates"], plan.states);
    restore({ optimizer: bestStates.optimizer ?? {}, schedule: bestStates.schedule ?? {} }, plan.best.states);
    for (const { name, view } of plan.best.slices) read(data, tensors[best + name]!.data_offsets[0], view);
  }
  if (isSame) Object.assign(plan.states.optimizer, states.optimizer);
  if (states.schedule !== null) Object.assign(plan.states.schedule, states.schedule);
  plan.step = step;
  plan.epoch = epoch;
  plan.visited = visited;
  plan.orderFrom = orderFrom;
  plan.watch = watch;
  for (const [name, stream] of plan.streams) stream.counter = counters[name] ?? 0;
  return { anew: [...(isSame ? [] : ["optimizer"]), ...(states.schedule === null ? ["schedule"] : [])] };
}

/** The single numbers of each part, where they are exactly this plan's; null where they are another's. */
function looseStates(text: string | undefined, own: Plan["states"]): { readonly [K in keyof Plan["states"]]: Record<string, number> | null } {
  const parsed = parse(text ?? "{}");
  const of = (part: keyof Plan["states"]): Record<string, number> | null => {
    const values = isRecord(parsed) ? parsed[part] ?? {} : null;
    return numeric(values) && Object.keys(values).sort().join() === Object.keys(own[part]).sort().join() ? Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)])) : null;
  };
  return { optimizer: of("optimizer"), schedule: of("schedule") };
}

interface Tensor { readonly dtype: string; readonly shape: readonly number[]; readonly data_offsets: readonly [number, number] }

const dtypeOf = ({ BYTES_PER_ELEMENT: bytes }: Vector): string => `F${8 * bytes}`;

/** The scaling that a checkpoint was saved with; null where it has none. Throws SpecError where its numbers are not whole. */
export function scalingOf(bytes: Uint8Array): Scaling | null {
  const { tensors, data } = readHeader(bytes);
  const vector = (name: string): Float64Array => {
    const view = new Float64Array(tensors[scaling + name]?.shape[0] ?? 0);
    const problems = misfit({ name: scaling + name, shape: [view.length], view }, tensors[scaling + name], data.byteLength);
    if (problems.length > 0) throw new SpecError(problems);
    read(data, tensors[scaling + name]!.data_offsets[0], view);
    return view;
  };
  if (!Object.keys(tensors).some((name) => name.startsWith(scaling))) return null;
  const [mean, deviation, target] = [vector("mean"), vector("deviation"), vector("target")];
  return { features: { mean, deviation }, target: { mean: target[0] ?? 0, deviation: target[1] ?? 1 } };
}

function scalingSlices({ features: { mean, deviation }, target }: Scaling): Pick<Slice, "name" | "shape" | "view">[] {
  const slice = (name: string, view: Float64Array) => ({ name: scaling + name, shape: [view.length], view });
  return [slice("mean", mean), slice("deviation", deviation), slice("target", Float64Array.of(target.mean, target.deviation))];
}

/** JSON in which NaN and the infinities are the words JavaScript has for them. */
const written = (value: unknown): string => JSON.stringify(value, (_, entry: unknown) => (typeof entry === "number" && !Number.isFinite(entry) ? String(entry) : entry));

const isNumeric = (value: unknown): boolean => typeof value === "number" || value === "NaN" || value === "Infinity" || value === "-Infinity";
const numeric = (value: unknown): value is Record<string, number | string> => isRecord(value) && Object.values(value).every(isNumeric);

/** The single numbers of optimizer and schedule, exactly those this plan has. */
function readStates(text: string | undefined, own: Plan["states"]): Plan["states"] {
  const parsed = parse(text ?? "{}");
  const read = (part: keyof Plan["states"]): Record<string, number> => {
    const values = isRecord(parsed) ? parsed[part] ?? {} : null;
    if (!numeric(values) || Object.keys(values).sort().join() !== Object.keys(own[part]).sort().join()) throw broken(`has other numbers of its ${part} than this model: ${shown(values)}; this model needs ${Object.keys(own[part]).join(", ") || "none"}`);
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]));
  };
  return { optimizer: read("optimizer"), schedule: read("schedule") };
}

function restore(from: Plan["states"], to: Plan["states"]): void {
  Object.assign(to.optimizer, from.optimizer);
  Object.assign(to.schedule, from.schedule);
}

function readWatch(text: string | undefined): Watch | null {
  if (text === undefined) return null;
  const watch = parse(text);
  if (!isRecord(watch) || !isCount(watch["waited"])) throw broken(`has an early stopping that cannot be read: ${shown(text)}`);
  const { best: found, waited } = watch;
  if (found === null) return { best: null, waited };
  if (!isRecord(found) || !isCount(found["epoch"]) || !isCount(found["step"]) || !isNumeric(found["value"]) || !numeric(found["metrics"])) throw broken(`has an early stopping that cannot be read: ${shown(text)}`);
  const { epoch, step, value, metrics } = found;
  return { best: { epoch, step, value: Number(value), metrics: Object.fromEntries(Object.entries(metrics).map(([name, of]) => [name, Number(of)])) }, waited };
}

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

const broken = (message: string): SpecError => new SpecError([problem("checkpoint", "badData", message, { why: "brokenCheckpoint" })]);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function misfit({ name, shape, view }: Pick<Slice, "name" | "shape" | "view">, tensor: Tensor | undefined, bytes: number): Problem[] {
  const needs = `${shape.join("×")} (${dtypeOf(view)})`;
  if (tensor === undefined) return [problem(name, "mismatch", `is missing in the checkpoint; this model needs ${needs}`, { why: "missingSlice", slice: name, wanted: needs })];
  const got = `${tensor.shape.join("×")} (${tensor.dtype})`;
  if (got !== needs) return [problem(name, "mismatch", `is ${got} in the checkpoint, but this model needs ${needs}`, { why: "otherSlice", slice: name, got, wanted: needs })];
  const [from, to] = tensor.data_offsets;
  if (to - from !== view.byteLength || to > bytes) return [problem(name, "mismatch", `lies at bytes ${from} to ${to} of the checkpoint's ${bytes}, but needs ${view.byteLength} of them`, { why: "misplacedSlice", slice: name, from: String(from), to: String(to), bytes: String(bytes), wanted: String(view.byteLength) })];
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

/** Whether this machine lays numbers out as the file does: then they are copied as they lie. */
const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
const bytesOf = ({ buffer, byteOffset, byteLength }: Vector): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength);

function write(bytes: Uint8Array, from: number, view: Vector): number {
  if (isLittleEndian) {
    bytes.set(bytesOf(view), from);
    return from + view.byteLength;
  }
  const out = new DataView(bytes.buffer);
  const size = view.BYTES_PER_ELEMENT;
  for (let i = 0; i < view.length; i++) {
    if (size === 4) out.setFloat32(from + 4 * i, view[i]!, true);
    else out.setFloat64(from + 8 * i, view[i]!, true);
  }
  return from + view.byteLength;
}

function read(data: DataView, from: number, view: Vector): void {
  if (isLittleEndian) return bytesOf(view).set(new Uint8Array(data.buffer, data.byteOffset + from, view.byteLength));
  const size = view.BYTES_PER_ELEMENT;
  for (let i = 0; i < view.length; i++) view[i] = size === 4 ? data.getFloat32(from + 4 * i, true) : data.getFloat64(from + 8 * i, true);
}
