/** A Gaussian process over the unit cube: its fit, its prediction and their slopes. Knows observations as numbers, nothing of where the next should be. */

import { exp, log } from "../../kernels/math.ts";
import { cholesky, invertFrom, solveLower, solveUpper } from "../../stats/linear.ts";
import { descend } from "../../stats/descend.ts";
import type { Side } from "../cube.ts";

/** What a fit found: one weight 1/ℓ² for each side, the variance of the function, the variance of the noise. */
export interface Hyper { readonly weights: readonly number[]; readonly scale: number; readonly noise: number }

const leastNoise = 1e-8, noiseShape = 1.02;
const root5 = Math.sqrt(5);

/**
 * Matérn 5/2 with a length for each side:  k(r) = (1 + √5 r + 5/3 r²) e^(−√5 r),  r² = Σ wᵢ dᵢ²; on a side whose cells have no order dᵢ is 0 or 1.
 * Rasmussen & Williams, Gaussian Processes for Machine Learning (2006), §4.2.
 */
export const matern = (r2: number): number => { const r = root5 * Math.sqrt(r2); return (1 + r + (5 / 3) * r2) * exp(-r); };
/** dk/d(r²): finite at 0 too. */
const maternSlope = (r2: number): number => { const r = root5 * Math.sqrt(r2); return (-5 / 6) * (1 + r) * exp(-r); };

const apart = (a: number, b: number, side: Side): number => side.levels > 0 && !side.isOrdered ? (Math.abs(a - b) > 1e-9 ? 1 : 0) : (a - b) * (a - b);

/** A fitted process, ready to be asked. */
export interface Process {
  readonly hyper: Hyper;
  /** Mean and variance (of the function, without noise) at x. */
  predict(x: readonly number[]): { readonly mean: number; readonly variance: number };
  /** The same with the slopes of both, written into the two lists; the slope along an unordered side is 0. */
  predictWithSlopes(x: Float64Array, meanSlope: Float64Array, varianceSlope: Float64Array): { readonly mean: number; readonly variance: number };
  /** The same process as if there had been its own mean at x: no news of the function, but no more to learn there (Ginsbourger et al. 2010, Kriging believer). */
  believing(x: readonly number[]): Process;
}

/** The process with given hyper-parameters through the points xs (as filled cube places) and the values ys. */
export function processOf(xs: readonly (readonly number[])[], ys: readonly number[], sides: readonly Side[], hyper: Hyper): Process {
  const n = xs.length, d = sides.length;
  const l = new Float64Array(n * n);
  const kernel = (a: ArrayLike<number>, b: ArrayLike<number>): number => { let r2 = 0; for (let j = 0; j < d; j++) r2 += hyper.weights[j] * apart(a[j], b[j], sides[j]); return r2; };
  for (let jitter = hyper.noise; ; jitter *= 10) {
    for (let i = 0; i < n; i++) { for (let j = 0; j < i; j++) l[i * n + j] = hyper.scale * matern(kernel(xs[i], xs[j])); l[i * n + i] = hyper.scale + jitter; }
    if (cholesky(l, n)) break;
  }
  const alpha = Float64Array.from(ys);
  solveLower(l, alpha, n);
  solveUpper(l, alpha, n);
  const k = new Float64Array(n), r2s = new Float64Array(n);
  const at = (x: ArrayLike<number>): { mean: number; variance: number; v: Float64Array } => {
    let mean = 0;
    for (let i = 0; i < n; i++) { r2s[i] = kernel(x, xs[i]); k[i] = hyper.scale * matern(r2s[i]); mean += k[i] * alpha[i]; }
    const v = k.slice();
    solveLower(l, v, n);
    let variance = hyper.scale;
    for (let i = 0; i < n; i++) variance -= v[i] * v[i];
    return { mean, variance: Math.max(variance, 1e-12), v };
  };
  return {
    hyper,
    predict: (x) => { const { mean, variance } = at(x); return { mean, variance }; },
    predictWithSlopes: (x, meanSlope, varianceSlope) => {
      const { mean, variance, v } = at(x);
      solveUpper(l, v, n);
      meanSlope.fill(0); varianceSlope.fill(0);
      for (let i = 0; i < n; i++) {
        const slope = hyper.scale * maternSlope(r2s[i]);
        for (let j = 0; j < d; j++) {
          if (sides[j].levels > 0 && !sides[j].isOrdered) continue;
          const dk = slope * 2 * hyper.weights[j] * (x[j] - xs[i][j]);
          meanSlope[j] += dk * alpha[i];
          varianceSlope[j] -= 2 * dk * v[i];
        }
      }
      return { mean, variance };
    },
    believing: (x) => processOf([...xs, x], [...ys, at(x).mean], sides, hyper),
  };
}

/**
 * The hyper-parameters with the largest posterior density:  log p(y | X) + log prior, by `descend` over their logarithms from two starts.
 * Priors: 0.1 (w + 1/w) off for each weight, which keeps lengths near 1 until the data say otherwise; Gamma(2, 1) on the scale; Gamma(1.02, 30) on the
 * noise, at least 1e-8 (as Optuna's GPSampler has them, but for its 1.1 and 1e-6: measured on the standard functions, which have no noise). ys should have mean 0 and deviation 1.
 */
export function fitProcess(xs: readonly (readonly number[])[], ys: readonly number[], sides: readonly Side[]): Process {
  const n = xs.length, d = sides.length;
  const distances = sides.map((side, j) => { const flat = new Float64Array(n * n); for (let a = 0; a < n; a++) for (let b = 0; b < a; b++) flat[a * n + b] = apart(xs[a][j], xs[b][j], side); return flat; });
  const l = new Float64Array(n * n), slopes = new Float64Array(n * n), inverse = new Float64Array(n * n);
  const hyperOf = (theta: ArrayLike<number>): Hyper => ({ weights: Array.from({ length: d }, (_, j) => exp(theta[j])), scale: exp(theta[d]), noise: exp(theta[d + 1]) + leastNoise });

  function loss(theta: Float64Array, slope: Float64Array): number {
    const { weights, scale, noise } = hyperOf(theta);
    for (let a = 0; a < n; a++) {
      for (let b = 0; b < a; b++) {
        let r2 = 0;
        for (let j = 0; j < d; j++) r2 += weights[j] * distances[j][a * n + b];
        // Half the matrix holds the kernel, the other its slope.
        l[a * n + b] = scale * matern(r2);
        slopes[a * n + b] = scale * maternSlope(r2);
        slopes[b * n + a] = l[a * n + b];
      }
      l[a * n + a] = scale + noise;
    }
    if (!cholesky(l, n)) { slope.fill(0); return Number.POSITIVE_INFINITY; }
    const alpha = Float64Array.from(ys);
    solveLower(l, alpha, n);
    let value = 0;
    for (let i = 0; i < n; i++) value += alpha[i] * alpha[i] / 2 + log(l[i * n + i]);
    solveUpper(l, alpha, n);
    invertFrom(l, inverse, n);
    // d/dθ of ½ yᵀK⁻¹y + ½ log|K|  =  ½ tr( (K⁻¹ − ααᵀ) dK/dθ ).
    slope.fill(0);
    for (let a = 0; a < n; a++) {
      const own = (inverse[a * n + a] - alpha[a] * alpha[a]) / 2;
      slope[d] += own * scale;
      slope[d + 1] += own * (noise - leastNoise);
      for (let b = 0; b < a; b++) {
        const w = inverse[a * n + b] - alpha[a] * alpha[b];
        slope[d] += w * slopes[b * n + a];
        for (let j = 0; j < d; j++) slope[j] += w * slopes[a * n + b] * weights[j] * distances[j][a * n + b];
      }
    }
    for (let j = 0; j < d; j++) { value += 0.1 * (weights[j] + 1 / weights[j]); slope[j] += 0.1 * (weights[j] - 1 / weights[j]); }
    const bare = noise - leastNoise;
    value += scale - log(scale) + 30 * bare - (noiseShape - 1) * theta[d + 1];
    slope[d] += scale - 1;
    slope[d + 1] += 30 * bare - (noiseShape - 1);
    return value;
  }

  const box = { lower: [...sides.map(() => log(1e-3)), log(1e-3), log(1e-11)], upper: [...sides.map(() => log(1e4)), log(100), log(10)], iterations: 50, tolerance: 1e-3 };
  const found = [[0, -6], [2, -11]].map(([weight, noise]) => descend(loss, [...sides.map(() => weight), 0, noise], box));
  const best = found[0].value <= found[1].value ? found[0] : found[1];
  return processOf(xs, ys, sides, hyperOf(best.x));
}
