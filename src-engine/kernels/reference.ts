/** The kernels as plain loops, in 32 or 64 bit: the definition of right. Every other executor is compared with this one. */

import type { Chance, Kernels, Precision, Vector } from "./kernels.ts";
import { activations } from "./reference-activations.ts";
import { images } from "./reference-images.ts";
import { losses } from "./reference-losses.ts";
import { penalties } from "./reference-penalties.ts";
import { updates } from "./reference-updates.ts";

/** The kernels for memory of one precision. */
export function reference(precision: Precision): Kernels {
  const single = precision === 32;
  // A branch and not a function handed in: V8 inlines this in a process that uses both precisions, and there a called rounding function is ten times slower.
  // The product of two singles is exact in a double, and rounding their sum twice is the same as rounding it once (53 ≥ 2·24 + 2 bits).
  const round = (x: number): number => (single ? Math.fround(x) : x);

  function dense(x: Vector, w: Vector, b: Vector | null, y: Vector, m: number, n: number, c: number): void {
    for (let i = 0; i < m; i++) {
      const row = i * n, out = i * c;
      let j = 0;
      // Four columns side by side: four independent sums keep the processor busy, and each is still one ascending sum.
      for (; j + 4 <= c; j += 4) {
        let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        for (let k = 0, o = j; k < n; k++, o += c) {
          const a = x[row + k]!;
          s0 = round(s0 + round(a * w[o]!));
          s1 = round(s1 + round(a * w[o + 1]!));
          s2 = round(s2 + round(a * w[o + 2]!));
          s3 = round(s3 + round(a * w[o + 3]!));
        }
        y[out + j] = s0;
        y[out + j + 1] = s1;
        y[out + j + 2] = s2;
        y[out + j + 3] = s3;
      }
      for (; j < c; j++) {
        let s = 0;
        for (let k = 0, o = j; k < n; k++, o += c) s = round(s + round(x[row + k]! * w[o]!));
        y[out + j] = s;
      }
      if (b !== null) for (let k = 0; k < c; k++) y[out + k] = y[out + k]! + b[k]!;
    }
  }

  function denseInput(dy: Vector, w: Vector, dx: Vector, m: number, n: number, c: number): void {
    for (let i = 0; i < m; i++) {
      const row = i * c, out = i * n;
      let k = 0;
      for (; k + 4 <= n; k += 4) {
        let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        const w0 = k * c, w1 = w0 + c, w2 = w1 + c, w3 = w2 + c;
        for (let j = 0; j < c; j++) {
          const a = dy[row + j]!;
          s0 = round(s0 + round(a * w[w0 + j]!));
          s1 = round(s1 + round(a * w[w1 + j]!));
          s2 = round(s2 + round(a * w[w2 + j]!));
          s3 = round(s3 + round(a * w[w3 + j]!));
        }
        dx[out + k] = s0;
        dx[out + k + 1] = s1;
        dx[out + k + 2] = s2;
        dx[out + k + 3] = s3;
      }
      for (; k < n; k++) {
        let s = 0;
        for (let j = 0; j < c; j++) s = round(s + round(dy[row + j]! * w[k * c + j]!));
        dx[out + k] = s;
      }
    }
  }

  function denseKernel(x: Vector, dy: Vector, dw: Vector, m: number, n: number, c: number): void {
    for (let k = 0; k < n; k++) {
      let j = 0;
      for (; j + 4 <= c; j += 4) {
        let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        for (let i = 0, o = j; i < m; i++, o += c) {
          const a = x[i * n + k]!;
          s0 = round(s0 + round(a * dy[o]!));
          s1 = round(s1 + round(a * dy[o + 1]!));
          s2 = round(s2 + round(a * dy[o + 2]!));
          s3 = round(s3 + round(a * dy[o + 3]!));
        }
        dw[k * c + j] = s0;
        dw[k * c + j + 1] = s1;
        dw[k * c + j + 2] = s2;
        dw[k * c + j + 3] = s3;
      }
      for (; j < c; j++) {
        let s = 0;
        for (let i = 0, o = j; i < m; i++, o += c) s = round(s + round(x[i * n + k]! * dy[o]!));
        dw[k * c + j] = s;
      }
    }
  }

  function columnSums(x: Vector, sums: Vector, m: number, c: number): void {
    for (let j = 0; j < c; j++) {
      let s = 0;
      for (let o = j; o < m * c; o += c) s = round(s + x[o]!);
      sums[j] = s;
    }
  }

  function copy(x: Vector, y: Vector, n: number): void {
    for (let i = 0; i < n; i++) y[i] = x[i]!;
  }

  function add(a: Vector, b: Vector, y: Vector, n: number): void {
    for (let i = 0; i < n; i++) y[i] = a[i]! + b[i]!;
  }

  function drawMask(mask: Vector, n: number, keep: number, chance: Chance): void {
    for (let i = 0; i < n; i++) mask[i] = chance.uniform() < keep ? 1 : 0;
  }

  function drawNoise(noise: Vector, n: number, deviation: number, chance: Chance): void {
    const sigma = round(deviation);
    for (let i = 0; i < n; i++) noise[i] = sigma * round(chance.normal());
  }

  function dropout(x: Vector, mask: Vector, y: Vector, n: number, keep: number): void {
    const k = round(keep);
    for (let i = 0; i < n; i++) y[i] = round(x[i]! * mask[i]!) / k;
  }

  function moments(x: Vector, mean: Vector, variance: Vector, r: number, c: number): void {
    for (let j = 0; j < c; j++) {
      let sum = 0;
      for (let o = j; o < r * c; o += c) sum = round(sum + x[o]!);
      const center = round(sum / r);
      let squares = 0;
      for (let o = j; o < r * c; o += c) {
        const d = round(x[o]! - center);
        squares = round(squares + round(d * d));
      }
      mean[j] = center;
      variance[j] = squares / r;
    }
  }

  const deviation = (variance: number, epsilon: number): number => round(Math.sqrt(round(variance + round(epsilon))));

  function normalize(x: Vector, mean: Vector, variance: Vector, scale: Vector, shift: Vector, normalized: Vector, y: Vector, r: number, c: number, epsilon: number): void {
    for (let j = 0; j < c; j++) {
      const center = mean[j]!, spread = deviation(variance[j]!, epsilon), gamma = scale[j]!, beta = shift[j]!;
      for (let o = j; o < r * c; o += c) {
        const z = round(round(x[o]! - center) / spread);
        normalized[o] = z;
        y[o] = round(gamma * z) + beta;
      }
    }
  }

  function normalizeBackward(dy: Vector, normalized: Vector, variance: Vector, scale: Vector, dscale: Vector, dshift: Vector, dx: Vector | null, r: number, c: number, epsilon: number): void {
    for (let j = 0; j < c; j++) {
      let dgamma = 0, dbeta = 0;
      for (let o = j; o < r * c; o += c) {
        dgamma = round(dgamma + round(dy[o]! * normalized[o]!));
        dbeta = round(dbeta + dy[o]!);
      }
      dscale[j] = dgamma;
      dshift[j] = dbeta;
      if (dx === null) continue;
      const a = round(scale[j]! / round(r * deviation(variance[j]!, epsilon)));
      for (let o = j; o < r * c; o += c) dx[o] = a * round(round(round(r * dy[o]!) - dbeta) - round(normalized[o]! * dgamma));
    }
  }

  function normalizeRows(x: Vector, scale: Vector, shift: Vector, variance: Vector, normalized: Vector, y: Vector, r: number, c: number, epsilon: number): void {
    for (let i = 0, from = 0; i < r; i++, from += c) {
      let sum = 0;
      for (let j = 0; j < c; j++) sum = round(sum + x[from + j]!);
      const center = round(sum / c);
      let squares = 0;
      for (let j = 0; j < c; j++) {
        const d = round(x[from + j]! - center);
        squares = round(squares + round(d * d));
      }
      variance[i] = squares / c;
      const spread = deviation(variance[i]!, epsilon);
      for (let j = 0; j < c; j++) {
        const z = round(round(x[from + j]! - center) / spread);
        normalized[from + j] = z;
        y[from + j] = round(scale[j]! * z) + shift[j]!;
      }
    }
  }

  function normalizeRowsBackward(dy: Vector, normalized: Vector, variance: Vector, scale: Vector, dscale: Vector, dshift: Vector, dx: Vector | null, r: number, c: number, epsilon: number): void {
    for (let j = 0; j < c; j++) {
      let dgamma = 0, dbeta = 0;
      for (let o = j; o < r * c; o += c) {
        dgamma = round(dgamma + round(dy[o]! * normalized[o]!));
        dbeta = round(dbeta + dy[o]!);
      }
      dscale[j] = dgamma;
      dshift[j] = dbeta;
    }
    if (dx === null) return;
    for (let i = 0, from = 0; i < r; i++, from += c) {
      let sum = 0, along = 0;
      for (let j = 0; j < c; j++) {
        const h = round(scale[j]! * dy[from + j]!);
        sum = round(sum + h);
        along = round(along + round(h * normalized[from + j]!));
      }
      const a = round(1 / round(c * deviation(variance[i]!, epsilon)));
      for (let j = 0; j < c; j++) {
        const h = round(scale[j]! * dy[from + j]!);
        dx[from + j] = a * round(round(round(c * h) - sum) - round(normalized[from + j]! * along));
      }
    }
  }

  function average(kept: Vector, fresh: Vector, n: number, retention: number): void {
    const a = round(retention), b = round(1 - retention);
    for (let i = 0; i < n; i++) kept[i] = round(a * kept[i]!) + round(b * fresh[i]!);
  }

  return {
    precision, round,
    dense, denseInput, denseKernel, columnSums,
    ...activations(precision),
    copy, add,
    drawMask, drawNoise, dropout,
    moments, normalize, normalizeBackward, normalizeRows, normalizeRowsBackward, average,
    ...images(precision),
    ...losses(precision),
    ...penalties(precision),
    ...updates(precision),
  };
}
