/** The kernels as plain loops, in 32 or 64 bit: the definition of right. Every other executor is compared with this one. */

import type { Chance, Kernels, Precision, Vector } from "./kernels.ts";

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

  function relu(x: Vector, y: Vector, n: number): void {
    for (let i = 0; i < n; i++) y[i] = x[i]! < 0 ? 0 : x[i]!;
  }

  function reluBackward(x: Vector, dy: Vector, dx: Vector, n: number): void {
    for (let i = 0; i < n; i++) dx[i] = x[i]! <= 0 ? 0 : dy[i]!;
  }

  function tanh(x: Vector, y: Vector, n: number): void {
    for (let i = 0; i < n; i++) y[i] = Math.tanh(x[i]!);
  }

  function tanhBackward(y: Vector, dy: Vector, dx: Vector, n: number): void {
    for (let i = 0; i < n; i++) dx[i] = dy[i]! * round(round(1 - y[i]!) * round(1 + y[i]!));
  }

  const logistic = (x: number): number => {
    const e = round(Math.exp(x > 0 ? -x : x));
    return round((x > 0 ? 1 : e) / round(1 + e));
  };

  function sigmoid(x: Vector, y: Vector, n: number): void {
    for (let i = 0; i < n; i++) y[i] = logistic(x[i]!);
  }

  function sigmoidBackward(y: Vector, dy: Vector, dx: Vector, n: number): void {
    for (let i = 0; i < n; i++) dx[i] = dy[i]! * round(y[i]! * round(1 - y[i]!));
  }

  function drawMask(mask: Vector, n: number, keep: number, chance: Chance): void {
    for (let i = 0; i < n; i++) mask[i] = chance.uniform() < keep ? 1 : 0;
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

  function average(kept: Vector, fresh: Vector, n: number, retention: number): void {
    const a = round(retention), b = round(1 - retention);
    for (let i = 0; i < n; i++) kept[i] = round(a * kept[i]!) + round(b * fresh[i]!);
  }

  function softmaxCrossEntropy(z: Vector, y: Vector, dz: Vector, m: number, c: number): number {
    let loss = 0;
    for (let o = 0, i = 0; i < m; i++, o += c) {
      let most = z[o]!;
      for (let j = 1; j < c; j++) if (z[o + j]! > most) most = z[o + j]!;
      let sum = 0;
      for (let j = 0; j < c; j++) {
        const e = round(Math.exp(round(z[o + j]! - most)));
        dz[o + j] = e;
        sum = round(sum + e);
      }
      const label = o + y[i]!;
      loss = round(loss + round(round(Math.log(sum)) - round(z[label]! - most)));
      for (let j = 0; j < c; j++) dz[o + j] = round(round(dz[o + j]! / sum) - (o + j === label ? 1 : 0)) / m;
    }
    return round(loss / m);
  }

  function binaryCrossEntropy(z: Vector, y: Vector, dz: Vector, n: number): number {
    let loss = 0;
    for (let i = 0; i < n; i++) {
      const s = z[i]!, t = y[i]!;
      const tail = round(Math.log1p(round(Math.exp(-Math.abs(s)))));
      loss = round(loss + round(round((s > 0 ? s : 0) - round(s * t)) + tail));
      dz[i] = round(logistic(s) - t) / n;
    }
    return round(loss / n);
  }

  function meanSquaredError(z: Vector, y: Vector, dz: Vector, n: number): number {
    let loss = 0;
    for (let i = 0; i < n; i++) {
      const d = round(z[i]! - y[i]!);
      loss = round(loss + round(d * d));
      dz[i] = round(2 * d) / n;
    }
    return round(loss / n);
  }

  function l2(w: Vector, g: Vector, n: number, a: number): number {
    const lambda = round(a);
    let sum = 0;
    for (let i = 0; i < n; i++) {
      sum = round(sum + round(w[i]! * w[i]!));
      g[i] = g[i]! + round(lambda * w[i]!);
    }
    return round(round(lambda / 2) * sum);
  }

  return {
    precision, round,
    dense, denseInput, denseKernel, columnSums,
    relu, reluBackward, tanh, tanhBackward, sigmoid, sigmoidBackward,
    drawMask, dropout,
    moments, normalize, normalizeBackward, average,
    softmaxCrossEntropy, binaryCrossEntropy, meanSquaredError,
    l2,
  };
}
