/** The losses among the reference kernels. Each returns a mean and overwrites its gradient in one pass over the rows. */

import type { Kernels, Precision, Vector } from "./kernels.ts";
import { exp, log, log1p } from "./math.ts";

type Losses = Pick<Kernels, "softmaxCrossEntropy" | "weightedCrossEntropy" | "binaryCrossEntropy" | "meanSquaredError" | "meanAbsoluteError" | "huber" | "hinge" | "multiMargin">;

export function losses(precision: Precision): Losses {
  const single = precision === 32;
  const round = (x: number): number => (single ? Math.fround(x) : x);

  const leastGradient = single ? Math.fround(1e-18) : 0;
  /** A gradient of a cross-entropy, or 0 where it is too small to matter: kernels.ts, above `softmaxCrossEntropy`. */
  const flushed = (x: number): number => (Math.abs(x) < leastGradient ? 0 : x);

  /** The largest logit of the row that starts at o; NaN is never the largest, but makes every sum over the row NaN. */
  function largest(z: Vector, o: number, c: number): number {
    let most = z[o]!;
    for (let j = 1; j < c; j++) if (z[o + j]! > most) most = z[o + j]!;
    return most;
  }

  function softmaxCrossEntropy(z: Vector, y: Vector, dz: Vector, m: number, c: number): number {
    let loss = 0;
    for (let o = 0, i = 0; i < m; i++, o += c) {
      const most = largest(z, o, c);
      let sum = 0;
      for (let j = 0; j < c; j++) {
        const e = round(exp(round(z[o + j]! - most)));
        dz[o + j] = e;
        sum = round(sum + e);
      }
      const label = o + y[i]!;
      loss = round(loss + round(round(log(sum)) - round(z[label]! - most)));
      for (let j = 0; j < c; j++) dz[o + j] = flushed(round(round(round(dz[o + j]! / sum) - (o + j === label ? 1 : 0)) / m));
    }
    return round(loss / m);
  }

  function weightedCrossEntropy(z: Vector, y: Vector, w: Vector | null, dz: Vector, m: number, c: number, width: number, smoothing: number, temperature: number): number {
    const t = round(temperature), kept = round(1 - smoothing), spread = round(smoothing / c);
    let divisor = m;
    if (width === 1 && w !== null) {
      divisor = 0;
      for (let i = 0; i < m; i++) divisor = round(divisor + w[y[i]!]!);
    }
    const scale = round(divisor * t);
    let loss = 0;
    for (let o = 0, i = 0; i < m; i++, o += c) {
      const most = largest(z, o, c);
      let sum = 0;
      for (let j = 0; j < c; j++) {
        const e = round(exp(round(round(z[o + j]! - most) / t)));
        dz[o + j] = e;
        sum = round(sum + e);
      }
      const lift = round(log(sum));
      let row = 0, whole = 0;
      for (let j = 0; j < c; j++) {
        const share = weightedShare(y, w, i, j, c, width, kept, spread);
        whole = round(whole + share);
        // A class without a share costs nothing, however unlikely it is.
        if (share !== 0) row = round(row + round(share * round(lift - round(round(z[o + j]! - most) / t))));
      }
      loss = round(loss + row);
      for (let j = 0; j < c; j++) dz[o + j] = flushed(round(round(round(whole * round(dz[o + j]! / sum)) - weightedShare(y, w, i, j, c, width, kept, spread)) / scale));
    }
    return round(loss / divisor);
  }

  /** wⱼ q′ⱼ of row i: the target's smoothed probability of class j, times the weight of that class. */
  function weightedShare(y: Vector, w: Vector | null, i: number, j: number, c: number, width: number, kept: number, spread: number): number {
    const q = width === 1 ? (y[i] === j ? 1 : 0) : y[i * c + j]!;
    const smoothed = round(round(kept * q) + spread);
    return w === null ? smoothed : round(w[j]! * smoothed);
  }

  function binaryCrossEntropy(z: Vector, y: Vector, dz: Vector, n: number, positive: number): number {
    const p = round(positive);
    let loss = 0;
    for (let i = 0; i < n; i++) {
      const s = z[i]!, yes = round(p * y[i]!), no = round(1 - y[i]!), both = round(yes + no);
      const e = round(exp(-Math.abs(s)));
      const above = round(no * (s > 0 ? s : 0)), below = round(yes * (s < 0 ? -s : 0));
      loss = round(loss + round(round(above + below) + round(both * round(log1p(e)))));
      dz[i] = flushed(round(round(round(both * round((s > 0 ? 1 : e) / round(1 + e))) - yes) / n));
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

  function meanAbsoluteError(z: Vector, y: Vector, dz: Vector, n: number): number {
    let loss = 0;
    for (let i = 0; i < n; i++) {
      const d = round(z[i]! - y[i]!);
      loss = round(loss + Math.abs(d));
      dz[i] = Math.sign(d) / n;
    }
    return round(loss / n);
  }

  function huber(z: Vector, y: Vector, dz: Vector, n: number, delta: number): number {
    const k = round(delta), half = round(k / 2);
    let loss = 0;
    for (let i = 0; i < n; i++) {
      const d = round(z[i]! - y[i]!), size = Math.abs(d);
      const isFar = size > k;
      loss = round(loss + (isFar ? round(k * round(size - half)) : round(0.5 * round(d * d))));
      dz[i] = (isFar ? Math.sign(d) * k : d) / n;
    }
    return round(loss / n);
  }

  function hinge(z: Vector, y: Vector, dz: Vector, n: number, isSquared: boolean): number {
    let loss = 0;
    for (let i = 0; i < n; i++) {
      const t = round(round(2 * y[i]!) - 1);
      const gap = round(1 - round(t * z[i]!));
      // Asked this way round, so that NaN is not taken for a kept margin.
      const short = gap <= 0 ? 0 : gap;
      loss = round(loss + (isSquared ? round(short * short) : short));
      dz[i] = (short === 0 ? 0 : isSquared ? -round(round(2 * t) * short) : -t) / n;
    }
    return round(loss / n);
  }

  function multiMargin(z: Vector, y: Vector, dz: Vector, m: number, c: number, isSquared: boolean): number {
    const n = round(m * c);
    let loss = 0;
    for (let o = 0, i = 0; i < m; i++, o += c) {
      const label = o + y[i]!;
      let row = 0, pull = 0;
      for (let k = o; k < o + c; k++) {
        if (k === label) continue;
        const gap = round(1 + round(z[k]! - z[label]!));
        const short = gap <= 0 ? 0 : gap;
        const slope = short === 0 ? 0 : isSquared ? round(2 * short) : 1;
        row = round(row + (isSquared ? round(short * short) : short));
        pull = round(pull + slope);
        dz[k] = slope / n;
      }
      dz[label] = -pull / n;
      loss = round(loss + row);
    }
    return round(loss / n);
  }

  return { softmaxCrossEntropy, weightedCrossEntropy, binaryCrossEntropy, meanSquaredError, meanAbsoluteError, huber, hinge, multiMargin };
}
