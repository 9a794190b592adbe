/** The element-wise functions of the reference, forward and backward, and softmax over a row. */

import { erfc, exp, expm1, log, log1p, tanh as hyperbolic } from "./math.ts";
import type { Kernels, Precision, Vector } from "./kernels.ts";

type Activations = Pick<Kernels,
  | "relu" | "reluBackward" | "leakyRelu" | "leakyReluBackward" | "elu" | "eluBackward" | "selu" | "seluBackward" | "geluExact" | "geluExactBackward" | "geluTanh" | "geluTanhBackward"
  | "swish" | "swishBackward" | "mish" | "mishBackward" | "sigmoid" | "sigmoidBackward" | "tanh" | "tanhBackward" | "softplus" | "softplusBackward" | "hardTanh" | "hardTanhBackward"
  | "softmax" | "softmaxBackward" | "logSoftmax" | "logSoftmaxBackward">;

/** The fixed point of Klambauer et al. (2017), equations 14: mean 0 and variance 1 map to themselves. */
const seluScale = 1.0507009873554805, seluTail = 1.7580993408473768;

export function activations(precision: Precision): Activations {
  const single = precision === 32;
  const round = (x: number): number => (single ? Math.fround(x) : x);

  const logistic = (x: number): number => {
    const e = round(exp(x > 0 ? -x : x));
    return round((x > 0 ? 1 : e) / round(1 + e));
  };

  function relu(x: Vector, y: Vector, n: number): void {
    for (let i = 0; i < n; i++) y[i] = x[i]! < 0 ? 0 : x[i]!;
  }

  function reluBackward(x: Vector, dy: Vector, dx: Vector, n: number): void {
    for (let i = 0; i < n; i++) dx[i] = x[i]! <= 0 ? 0 : dy[i]!;
  }

  function leakyRelu(x: Vector, y: Vector, n: number, slope: number): void {
    const a = round(slope);
    for (let i = 0; i < n; i++) y[i] = x[i]! > 0 ? x[i]! : a * x[i]!;
  }

  function leakyReluBackward(x: Vector, dy: Vector, dx: Vector, n: number, slope: number): void {
    const a = round(slope);
    for (let i = 0; i < n; i++) dx[i] = x[i]! > 0 ? dy[i]! : a * dy[i]!;
  }

  function elu(x: Vector, y: Vector, n: number, alpha: number): void {
    scaledElu(x, y, n, 1, round(alpha));
  }

  function eluBackward(x: Vector, dy: Vector, dx: Vector, n: number, alpha: number): void {
    scaledEluBackward(x, dy, dx, n, 1, round(alpha));
  }

  function selu(x: Vector, y: Vector, n: number): void {
    scaledElu(x, y, n, round(seluScale), round(seluTail));
  }

  function seluBackward(x: Vector, dy: Vector, dx: Vector, n: number): void {
    scaledEluBackward(x, dy, dx, n, round(seluScale), round(seluTail));
  }

  function scaledElu(x: Vector, y: Vector, n: number, above: number, below: number): void {
    for (let i = 0; i < n; i++) y[i] = x[i]! > 0 ? above * x[i]! : below * round(expm1(x[i]!));
  }

  function scaledEluBackward(x: Vector, dy: Vector, dx: Vector, n: number, above: number, below: number): void {
    for (let i = 0; i < n; i++) dx[i] = dy[i]! * (x[i]! > 0 ? above : round(below * round(exp(x[i]!))));
  }

  const rootHalf = round(Math.SQRT1_2), perRootTwoPi = round(0.3989422804014327);
  /** Φ(x), the normal distribution. */
  const normal = (x: number): number => round(0.5 * round(erfc(-round(x * rootHalf))));

  function geluExact(x: Vector, y: Vector, n: number): void {
    for (let i = 0; i < n; i++) y[i] = x[i]! * normal(x[i]!);
  }

  function geluExactBackward(x: Vector, dy: Vector, dx: Vector, n: number): void {
    for (let i = 0; i < n; i++) {
      const v = x[i]!;
      const density = round(perRootTwoPi * round(exp(round(-0.5 * round(v * v)))));
      dx[i] = dy[i]! * round(normal(v) + round(v * density));
    }
  }

  const rootTwoPerPi = round(0.7978845608028654), cubic = round(0.044715), threeCubic = round(3 * 0.044715);
  const inner = (x: number): number => round(hyperbolic(round(rootTwoPerPi * round(x + round(cubic * round(x * round(x * x)))))));

  function geluTanh(x: Vector, y: Vector, n: number): void {
    for (let i = 0; i < n; i++) y[i] = round(0.5 * x[i]!) * round(1 + inner(x[i]!));
  }

  function geluTanhBackward(x: Vector, dy: Vector, dx: Vector, n: number): void {
    for (let i = 0; i < n; i++) {
      const v = x[i]!, t = inner(v);
      const slope = round(round(1 - t) * round(1 + t));
      // Where tanh is flat its slope is 0, and what it multiplies may have overflowed.
      const bend = slope === 0 ? 0 : round(round(round(0.5 * v) * slope) * round(rootTwoPerPi * round(1 + round(threeCubic * round(v * v)))));
      dx[i] = dy[i]! * round(round(0.5 * round(1 + t)) + bend);
    }
  }

  function swish(x: Vector, y: Vector, n: number, beta: number): void {
    const b = round(beta);
    for (let i = 0; i < n; i++) y[i] = x[i]! * logistic(round(b * x[i]!));
  }

  function swishBackward(x: Vector, dy: Vector, dx: Vector, n: number, beta: number): void {
    const b = round(beta);
    for (let i = 0; i < n; i++) {
      const u = round(b * x[i]!);
      const s = logistic(u);
      dx[i] = dy[i]! * round(s * round(1 + round(u * logistic(-u))));
    }
  }

  // tanh(ln(1 + eˣ)) = (e² + 2e)/(e² + 2e + 2) with e = eˣ; for x > 0 both are divided by e², so that nothing overflows.
  function mish(x: Vector, y: Vector, n: number): void {
    for (let i = 0; i < n; i++) {
      const v = x[i]!;
      const e = round(exp(v > 0 ? -v : v));
      const top = v > 0 ? round(1 + round(2 * e)) : round(e * round(e + 2));
      const rest = v > 0 ? round(2 * round(e * e)) : 2;
      y[i] = v * round(top / round(top + rest));
    }
  }

  function mishBackward(x: Vector, dy: Vector, dx: Vector, n: number): void {
    for (let i = 0; i < n; i++) {
      const v = x[i]!;
      const e = round(exp(v > 0 ? -v : v));
      const top = v > 0 ? round(1 + round(2 * e)) : round(e * round(e + 2));
      const whole = round(top + (v > 0 ? round(2 * round(e * e)) : 2));
      // d/dx of the quotient: 4 e (1 + e)/whole², and e² more of e where both were divided by e².
      const slope = round(round(round(4 * (v > 0 ? round(e * e) : e)) * round(1 + e)) / round(whole * whole));
      dx[i] = dy[i]! * round(round(top / whole) + round(v * slope));
    }
  }

  function sigmoid(x: Vector, y: Vector, n: number): void {
    for (let i = 0; i < n; i++) y[i] = logistic(x[i]!);
  }

  function sigmoidBackward(y: Vector, dy: Vector, dx: Vector, n: number): void {
    for (let i = 0; i < n; i++) dx[i] = dy[i]! * round(y[i]! * round(1 - y[i]!));
  }

  function tanh(x: Vector, y: Vector, n: number): void {
    for (let i = 0; i < n; i++) y[i] = hyperbolic(x[i]!);
  }

  function tanhBackward(y: Vector, dy: Vector, dx: Vector, n: number): void {
    for (let i = 0; i < n; i++) dx[i] = dy[i]! * round(round(1 - y[i]!) * round(1 + y[i]!));
  }

  function softplus(x: Vector, y: Vector, n: number, beta: number): void {
    const b = round(beta);
    for (let i = 0; i < n; i++) {
      const u = round(b * x[i]!);
      y[i] = round((u > 0 ? u : 0) + round(log1p(round(exp(u > 0 ? -u : u))))) / b;
    }
  }

  function softplusBackward(x: Vector, dy: Vector, dx: Vector, n: number, beta: number): void {
    const b = round(beta);
    for (let i = 0; i < n; i++) dx[i] = dy[i]! * logistic(round(b * x[i]!));
  }

  function hardTanh(x: Vector, y: Vector, n: number, min: number, max: number): void {
    const least = round(min), most = round(max);
    for (let i = 0; i < n; i++) y[i] = x[i]! < least ? least : x[i]! > most ? most : x[i]!;
  }

  function hardTanhBackward(x: Vector, dy: Vector, dx: Vector, n: number, min: number, max: number): void {
    const least = round(min), most = round(max);
    for (let i = 0; i < n; i++) dx[i] = x[i]! <= least || x[i]! >= most ? 0 : dy[i]!;
  }

  function largest(x: Vector, from: number, to: number): number {
    let most = x[from]!;
    for (let i = from + 1; i < to; i++) if (x[i]! > most) most = x[i]!;
    return most;
  }

  function softmax(x: Vector, y: Vector, m: number, c: number, temperature: number): void {
    const t = round(temperature);
    for (let o = 0; o < m * c; o += c) {
      const most = largest(x, o, o + c);
      let sum = 0;
      for (let i = o; i < o + c; i++) {
        y[i] = round(exp(round(round(x[i]! - most) / t)));
        sum = round(sum + y[i]!);
      }
      for (let i = o; i < o + c; i++) y[i] = y[i]! / sum;
    }
  }

  function softmaxBackward(y: Vector, dy: Vector, dx: Vector, m: number, c: number, temperature: number): void {
    const t = round(temperature);
    for (let o = 0; o < m * c; o += c) {
      let mean = 0;
      for (let i = o; i < o + c; i++) mean = round(mean + round(dy[i]! * y[i]!));
      for (let i = o; i < o + c; i++) dx[i] = round(y[i]! * round(dy[i]! - mean)) / t;
    }
  }

  function logSoftmax(x: Vector, y: Vector, m: number, c: number, temperature: number): void {
    const t = round(temperature);
    for (let o = 0; o < m * c; o += c) {
      const most = largest(x, o, o + c);
      let sum = 0;
      for (let i = o; i < o + c; i++) {
        y[i] = round(x[i]! - most) / t;
        sum = round(sum + round(exp(y[i]!)));
      }
      const logSum = round(log(sum));
      for (let i = o; i < o + c; i++) y[i] = y[i]! - logSum;
    }
  }

  function logSoftmaxBackward(y: Vector, dy: Vector, dx: Vector, m: number, c: number, temperature: number): void {
    const t = round(temperature);
    for (let o = 0; o < m * c; o += c) {
      let sum = 0;
      for (let i = o; i < o + c; i++) sum = round(sum + dy[i]!);
      for (let i = o; i < o + c; i++) dx[i] = round(dy[i]! - round(round(exp(y[i]!)) * sum)) / t;
    }
  }

  return {
    relu, reluBackward, leakyRelu, leakyReluBackward, elu, eluBackward, selu, seluBackward, geluExact, geluExactBackward, geluTanh, geluTanhBackward,
    swish, swishBackward, mish, mishBackward, sigmoid, sigmoidBackward, tanh, tanhBackward, softplus, softplusBackward, hardTanh, hardTanhBackward,
    softmax, softmaxBackward, logSoftmax, logSoftmaxBackward,
  };
}
