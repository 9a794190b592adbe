/**
 * A run's curves as a safetensors file: for each metric a tensor F64 [2, points], first its steps, then its values. Little-endian, so NaN and infinities come back bit for bit. Pure.
 */

import { problem, SpecError, type CapsuleWhy } from "../../contract/errors.ts";

export interface CurveLength { readonly metric: string; readonly points: number }
export interface Curve { readonly metric: string; readonly steps: Float64Array; readonly values: Float64Array }

const mostHeader = 4 * 1024 * 1024, mostName = 500;

/** Header length and header; the numbers follow, curve by curve. */
export function curvesHead(curves: readonly CurveLength[]): Uint8Array {
  let at = 0;
  const header = Object.fromEntries(curves.map(({ metric, points }) => {
    const from = at;
    at += 16 * points;
    return [metric, { dtype: "F64", shape: [2, points], data_offsets: [from, at] }];
  }));
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(text.length / 8) * 8;
  const head = new Uint8Array(8 + padded).fill(0x20, 8);
  new DataView(head.buffer).setBigUint64(0, BigInt(padded), true);
  head.set(text, 8);
  return head;
}

/** Throws SpecError naming `file` where it is not exactly such a file, or steps do not rise. */
export function readCurves(bytes: Uint8Array, file: string): readonly Curve[] {
  const refuse = (why: CapsuleWhy, message: string, more: Readonly<Record<string, string>> = {}): never => { throw new SpecError([{ ...problem(file, "badData", message, { why, file, ...more }), at: { file } }]); };
  if (bytes.length < 8) return refuse("shortCurves", "is too short for curves");
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (length > mostHeader || 8 + length > bytes.length) return refuse("curvesHeader", `says that its header has ${length} bytes`, { got: String(length) });
  let header: unknown;
  try { header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, 8 + length))); } catch { return refuse("curvesNotJson", "has a header that is no JSON"); }
  if (typeof header !== "object" || header === null || Array.isArray(header)) return refuse("curvesNoList", "has a header that is no list of curves");
  let at = 0;
  const curves = Object.entries(header).map(([metric, told]): Curve => {
    const { dtype, shape, data_offsets: offsets } = (told ?? {}) as { dtype?: unknown; shape?: unknown; data_offsets?: unknown };
    const of = { curve: JSON.stringify(metric.slice(0, 100)) };
    const points = Array.isArray(shape) && shape.length === 2 && shape[0] === 2 && Number.isSafeInteger(shape[1]) && shape[1] > 0 ? shape[1] as number : refuse("curveShape", `has a curve ${of.curve} of another shape than [2, points]`, of);
    if (metric === "" || metric.length > mostName || /\p{Cc}/u.test(metric)) refuse("curveName", `has a curve with the name ${of.curve}`, of);
    if (dtype !== "F64" || !Array.isArray(offsets) || offsets.length !== 2 || offsets[0] !== at || offsets[1] !== at + 16 * points) refuse("curvePlace", `has a curve ${of.curve} whose numbers lie elsewhere`, of);
    const from = 8 + length + at;
    at += 16 * points;
    if (8 + length + at > bytes.length) refuse("brokenCurve", `breaks off within the curve ${of.curve}`, of);
    const numbers = new Float64Array(new Uint8Array(bytes.subarray(from, from + 16 * points)).buffer);
    const [steps, values] = [numbers.subarray(0, points), numbers.subarray(points)];
    if (!steps.every((step, i) => Number.isSafeInteger(step) && step >= 0 && (i === 0 || step > steps[i - 1]!))) refuse("curveSteps", `has a curve ${of.curve} whose steps do not rise`, of);
    return { metric, steps, values };
  });
  if (8 + length + at !== bytes.length) return refuse("longCurves", "holds more bytes than its curves have");
  return curves;
}
