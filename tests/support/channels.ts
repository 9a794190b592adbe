/** Golden images have their channels first; the project's have them last. Knows layouts, not what the numbers mean. */

import type { Tensor } from "./golden.ts";

/** A batch with its channels last: [n, c] as it is, [n, c, h, w] → [n, h, w, c]. */
export function channelsLast({ shape, data }: Tensor): { values: Float64Array; rows: number; input: readonly number[] } {
  const [rows, c, h = 1, w = 1] = shape as [number, number, number?, number?];
  const values = new Float64Array(data.length);
  data.forEach((value, i) => {
    const [n, channel, place] = [Math.floor(i / (c * h * w)), Math.floor(i / (h * w)) % c, i % (h * w)];
    values[(n * h * w + place) * c + channel] = Number(value);
  });
  return { values, rows, input: shape.length === 2 ? [c] : [h, w, c] };
}

/** A convolution's kernel: [out, in, h, w] → [h, w, in, out]. */
export function kernelOf({ shape, data }: Tensor): Float64Array {
  const [out, into, h, w] = shape as [number, number, number, number];
  const values = new Float64Array(data.length);
  data.forEach((value, i) => {
    const [o, c, place] = [Math.floor(i / (into * h * w)), Math.floor(i / (h * w)) % into, i % (h * w)];
    values[(place * into + c) * out + o] = Number(value);
  });
  return values;
}

/** A dense kernel behind flattened images of [c, h, w]: [out, c·h·w] → [h·w·c, out]. */
export function kernelBehind({ shape, data }: Tensor, [c, h, w]: readonly [number, number, number]): Float64Array {
  const out = shape[0]!;
  const values = new Float64Array(data.length);
  data.forEach((value, i) => {
    const [o, channel, place] = [Math.floor(i / (c * h * w)), Math.floor(i / (h * w)) % c, i % (h * w)];
    values[(place * c + channel) * out + o] = Number(value);
  });
  return values;
}
