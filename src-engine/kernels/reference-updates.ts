/** The reference's loops over parameters, gradients and an optimizer's own vectors: updates, clipping, norms. */

import type { Kernels, Precision, Vector } from "./kernels.ts";

type Updates = Pick<Kernels,
  | "sumOfSquares" | "allFinite" | "swap" | "scale" | "combine" | "shorten" | "clipValue" | "clipNorm"
  | "sgdUpdate" | "momentumUpdate" | "nesterovUpdate" | "adagradUpdate" | "adadeltaUpdate" | "rmspropUpdate" | "adamUpdate" | "amsgradUpdate" | "nadamUpdate"
  | "adamaxUpdate" | "lambUpdate" | "lionUpdate" | "muonDirection" | "scheduleFreeUpdate">;

/** The kernels of this file for memory of one precision. */
export function updates(precision: Precision): Updates {
  const single = precision === 32;
  // A branch and not a function handed in, as in reference.ts.
  const round = (x: number): number => (single ? Math.fround(x) : x);
  // Below these an average counts as 0: the next decays would make it subnormal, with which processors are a hundred times slower. A double takes too long to get there.
  const leastMean = single ? Math.fround(1e-30) : 0, leastSquare = single ? Math.fround(1e-36) : 0;
  const mean = (x: number): number => (Math.abs(x) < leastMean ? 0 : x);
  const square = (x: number): number => (x < leastSquare ? 0 : x);
  const sums = new Float64Array(16);

  /** Σ x² over [from, to), in double precision. */
  function squares(x: Vector, from: number, to: number): number {
    sums.fill(0);
    for (let i = from; i < to; i++) sums[(i - from) & 15] = sums[(i - from) & 15]! + x[i]! * x[i]!;
    return folded(sums);
  }

  return {
    sumOfSquares: (x, n) => squares(x, 0, n),
    allFinite(x, n) {
      for (let i = 0; i < n; i++) if (!Number.isFinite(x[i])) return 0;
      return 1;
    },
    swap(a, b, n) {
      for (let i = 0; i < n; i++) {
        const kept = a[i]!;
        a[i] = b[i]!;
        b[i] = kept;
      }
    },
    scale(x, from, to, a) {
      const factor = round(a);
      for (let i = from; i < to; i++) x[i] = factor * x[i]!;
    },
    combine(x, y, n, a, b) {
      const ofX = round(a), ofY = round(b);
      for (let i = 0; i < n; i++) y[i] = round(ofX * x[i]!) + round(ofY * y[i]!);
    },
    shorten(x, n, least) {
      const length = round(Math.max(Math.sqrt(squares(x, 0, n)), least));
      for (let i = 0; i < n; i++) x[i] = x[i]! / length;
    },
    clipValue(g, from, to, limit) {
      const most = round(limit);
      for (let i = from; i < to; i++) {
        if (g[i]! > most) g[i] = most;
        else if (g[i]! < -most) g[i] = -most;
      }
    },
    clipNorm(g, from, to, limit) {
      const length = Math.sqrt(squares(g, from, to));
      if (!(length > limit)) return length;
      const factor = round(limit / length);
      for (let i = from; i < to; i++) g[i] = factor * g[i]!;
      return length;
    },

    sgdUpdate(p, g, from, to, rate) {
      const a = round(rate);
      for (let i = from; i < to; i++) p[i] = p[i]! - round(a * g[i]!);
    },
    momentumUpdate(p, g, v, from, to, rate, kept, taken) {
      const a = round(rate), b = round(kept), c = round(taken);
      for (let i = from; i < to; i++) {
        const next = mean(round(round(b * v[i]!) + round(c * g[i]!)));
        v[i] = next;
        p[i] = p[i]! - round(a * next);
      }
    },
    nesterovUpdate(p, g, v, from, to, rate, kept, taken) {
      const a = round(rate), b = round(kept), c = round(taken);
      for (let i = from; i < to; i++) {
        const d = g[i]!;
        const next = mean(round(round(b * v[i]!) + round(c * d)));
        v[i] = next;
        p[i] = p[i]! - round(a * round(d + round(b * next)));
      }
    },
    adagradUpdate(p, g, s, from, to, rate, start, epsilon) {
      const a = round(rate), s0 = round(start), e = round(epsilon);
      for (let i = from; i < to; i++) {
        const d = g[i]!;
        const sum = square(round(s[i]! + round(d * d)));
        s[i] = sum;
        p[i] = p[i]! - round(round(a * d) / round(round(Math.sqrt(round(sum + s0))) + e));
      }
    },
    adadeltaUpdate(p, g, s, u, from, to, rate, kept, taken, epsilon) {
      const a = round(rate), b = round(kept), c = round(taken), e = round(epsilon);
      for (let i = from; i < to; i++) {
        const d = g[i]!;
        const size = square(round(round(b * s[i]!) + round(c * round(d * d))));
        s[i] = size;
        const step = round(round(round(Math.sqrt(round(u[i]! + e))) / round(Math.sqrt(round(size + e)))) * d);
        u[i] = square(round(round(b * u[i]!) + round(c * round(step * step))));
        p[i] = p[i]! - round(a * step);
      }
    },
    rmspropUpdate(p, g, s, m, v, from, to, rate, kept, taken, started, epsilon, isInside, momentum) {
      const a = round(rate), b = round(kept), c = round(taken), correction = round(started), e = round(epsilon), mu = round(momentum);
      for (let i = from; i < to; i++) {
        const d = g[i]!;
        const size = square(round(round(b * s[i]!) + round(c * round(d * d))));
        s[i] = size;
        let spread = round(size / correction);
        if (m !== null) {
          const middle = mean(round(round(b * m[i]!) + round(c * d)));
          m[i] = middle;
          const center = round(middle / correction);
          spread = Math.max(0, round(spread - round(center * center)));
        }
        let step = round(d / (isInside ? round(Math.sqrt(round(spread + e))) : round(round(Math.sqrt(spread)) + e)));
        if (v !== null) {
          step = mean(round(round(mu * v[i]!) + step));
          v[i] = step;
        }
        p[i] = p[i]! - round(a * step);
      }
    },
    adamUpdate(p, g, m, v, from, to, rate, beta1, taken1, beta2, taken2, correction, epsilon) {
      const a = round(rate), b1 = round(beta1), c1 = round(taken1), b2 = round(beta2), c2 = round(taken2), root = round(correction), e = round(epsilon);
      for (let i = from; i < to; i++) {
        const d = g[i]!;
        const middle = mean(round(round(b1 * m[i]!) + round(c1 * d)));
        const size = square(round(round(b2 * v[i]!) + round(c2 * round(d * d))));
        m[i] = middle;
        v[i] = size;
        p[i] = p[i]! - round(round(a * middle) / round(round(round(Math.sqrt(size)) / root) + e));
      }
    },
    amsgradUpdate(p, g, m, v, w, from, to, rate, beta1, taken1, beta2, taken2, correction, epsilon) {
      const a = round(rate), b1 = round(beta1), c1 = round(taken1), b2 = round(beta2), c2 = round(taken2), root = round(correction), e = round(epsilon);
      for (let i = from; i < to; i++) {
        const d = g[i]!;
        const middle = mean(round(round(b1 * m[i]!) + round(c1 * d)));
        const size = square(round(round(b2 * v[i]!) + round(c2 * round(d * d))));
        const most = Math.max(w[i]!, size);
        m[i] = middle;
        v[i] = size;
        w[i] = most;
        p[i] = p[i]! - round(round(a * middle) / round(round(round(Math.sqrt(most)) / root) + e));
      }
    },
    nadamUpdate(p, g, m, v, from, to, ofGradient, ofMean, beta1, taken1, beta2, taken2, correction, epsilon) {
      const fresh = round(ofGradient), a = round(ofMean), b1 = round(beta1), c1 = round(taken1), b2 = round(beta2), c2 = round(taken2), root = round(correction), e = round(epsilon);
      for (let i = from; i < to; i++) {
        const d = g[i]!;
        const middle = mean(round(round(b1 * m[i]!) + round(c1 * d)));
        const size = square(round(round(b2 * v[i]!) + round(c2 * round(d * d))));
        m[i] = middle;
        v[i] = size;
        p[i] = p[i]! - round(round(round(fresh * d) + round(a * middle)) / round(round(round(Math.sqrt(size)) / root) + e));
      }
    },
    adamaxUpdate(p, g, m, u, from, to, rate, beta1, taken1, beta2, epsilon) {
      const a = round(rate), b1 = round(beta1), c1 = round(taken1), b2 = round(beta2), e = round(epsilon);
      for (let i = from; i < to; i++) {
        const d = g[i]!;
        const middle = mean(round(round(b1 * m[i]!) + round(c1 * d)));
        const most = Math.max(round(b2 * u[i]!), round(Math.abs(d) + e));
        m[i] = middle;
        u[i] = most;
        p[i] = p[i]! - round(round(a * middle) / most);
      }
    },
    lambUpdate(p, g, m, v, from, to, rate, beta1, taken1, beta2, taken2, started, correction, epsilon, decay) {
      const b1 = round(beta1), c1 = round(taken1), b2 = round(beta2), c2 = round(taken2), start = round(started), root = round(correction), e = round(epsilon), lambda = round(decay);
      const direction = (i: number): number => round(round(round(m[i]! / start) / round(round(round(Math.sqrt(v[i]!)) / root) + e)) + round(lambda * p[i]!));
      sums.fill(0);
      for (let i = from; i < to; i++) {
        const d = g[i]!;
        m[i] = mean(round(round(b1 * m[i]!) + round(c1 * d)));
        v[i] = square(round(round(b2 * v[i]!) + round(c2 * round(d * d))));
        const u = direction(i);
        sums[(i - from) & 15] = sums[(i - from) & 15]! + u * u;
      }
      const length = Math.sqrt(folded(sums)), size = Math.sqrt(squares(p, from, to));
      const a = round(size > 0 && length > 0 ? (rate * size) / length : rate);
      for (let i = from; i < to; i++) p[i] = p[i]! - round(a * direction(i));
    },
    lionUpdate(p, g, m, from, to, rate, beta1, taken1, beta2, taken2) {
      const a = round(rate), b1 = round(beta1), c1 = round(taken1), b2 = round(beta2), c2 = round(taken2);
      for (let i = from; i < to; i++) {
        const d = g[i]!;
        const mixed = round(round(b1 * m[i]!) + round(c1 * d));
        if (mixed > 0) p[i] = p[i]! - a;
        else if (mixed < 0) p[i] = p[i]! + a;
        // NaN has no sign; it must not vanish here.
        else p[i] = p[i]! - mixed;
        m[i] = mean(round(round(b2 * m[i]!) + round(c2 * d)));
      }
    },
    muonDirection(g, m, u, from, to, kept, taken, looksAhead) {
      const b = round(kept), c = round(taken);
      for (let i = from; i < to; i++) {
        const d = round(c * g[i]!);
        const middle = mean(round(round(b * m[i]!) + d));
        m[i] = middle;
        u[i - from] = looksAhead ? round(b * middle) + d : middle;
      }
    },
    scheduleFreeUpdate(p, g, z, y, v, from, to, isFirst, rate, share, beta, decay, beta2, taken2, correction, epsilon) {
      const a = round(rate), c = round(share), b = round(beta), lambda = round(decay), b2 = round(beta2), c2 = round(taken2), root = round(correction), e = round(epsilon);
      for (let i = from; i < to; i++) {
        const x = p[i]!;
        const base = isFirst ? x : z[i]!, at = isFirst ? x : y[i]!;
        let d = g[i]!;
        if (v !== null) {
          const size = square(round(round(b2 * v[i]!) + round(c2 * round(d * d))));
          v[i] = size;
          d = round(d / round(round(round(Math.sqrt(size)) / root) + e));
        }
        const point = round(base - round(a * round(d + round(lambda * at))));
        const average = round(x + round(c * round(point - x)));
        z[i] = point;
        p[i] = average;
        y[i] = point + round(b * round(average - point));
      }
    },
  };
}

/** Sixteen sums as one: the upper half is added to the lower, down to the last two. In singles where the sums are singles. */
export function folded(sums: Vector): number {
  for (let width = 8; width >= 1; width /= 2) for (let j = 0; j < width; j++) sums[j] = sums[j]! + sums[j + width]!;
  return sums[0]!;
}
