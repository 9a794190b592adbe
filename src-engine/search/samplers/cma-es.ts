/** Covariance matrix adaptation: a normal distribution that walks towards the better half of each generation. Rebuilt from the history each time it is asked. */

import { exp, log, pow } from "../../kernels/math.ts";
import { eigen, square } from "../../stats/linear.ts";
import { filled, lossOf } from "../cube.ts";
import type { Cube, Observation, Sampler } from "../cube.ts";

interface Options { readonly sigma: number; readonly population: number }
interface State { mean: number[]; sigma: number; c: Float64Array; pathC: Float64Array; pathS: Float64Array; generation: number }

/**
 * A draw from the distribution that the finished generations have made. A generation is λ trials in the order of their numbers, whoever chose their points;
 * failed ones rank last. Draws outside the cube are drawn again (100 times, then clipped). On a side with cells the spread never falls below 0.3 of a
 * cell, so that the next cell stays in reach. Starts in the middle of the cube.
 */
export const cmaEs: Sampler<Options> = ({ cube, observations, stream, options }) => {
  const d = cube.sides.length;
  const lambda = options.population > 0 ? Math.max(4, options.population) : 4 + Math.floor(3 * log(d));
  const done = observations.filter(({ state }) => state !== "running").sort((a, b) => a.number - b.number);
  const state: State = { mean: cube.sides.map(() => 0.5), sigma: options.sigma, c: identity(d), pathC: new Float64Array(d), pathS: new Float64Array(d), generation: 0 };
  for (let from = 0; from + lambda <= done.length; from += lambda) advance(state, done.slice(from, from + lambda), lambda, options.sigma);

  const { values, vectors } = eigen(state.c, d);
  const roots = values.map((value) => Math.sqrt(Math.max(value, 1e-20)));
  const draw = (): number[] => {
    const z = Float64Array.from({ length: d }, () => stream.normal());
    return state.mean.map((m, i) => {
      let step = 0;
      for (let k = 0; k < d; k++) step += vectors[i * d + k] * roots[k] * z[k];
      const { levels } = cube.sides[i];
      const own = state.sigma * Math.sqrt(state.c[i * d + i]);
      const least = levels > 1 ? 0.3 / levels : 0;
      return m + state.sigma * step * (own < least && own > 0 ? least / own : 1);
    });
  };
  const isInside = (at: readonly number[]): boolean => at.every((u) => u >= 0 && u <= 1);
  let last = draw();
  for (let attempt = 0; attempt < 100; attempt++, last = draw()) if (isInside(last) && cube.allows(last)) return last;
  const clipped = last.map((u) => Math.min(1, Math.max(0, u)));
  return cube.allows(clipped) ? clipped : anywhere(cube, () => cube.sides.map(() => stream.uniform()), clipped);
};

function anywhere(cube: Cube, draw: () => number[], otherwise: number[]): number[] {
  for (let attempt = 0; attempt < 1000; attempt++) { const at = draw(); if (cube.allows(at)) return at; }
  return otherwise;
}

const identity = (d: number): Float64Array => { const c = new Float64Array(d * d); for (let i = 0; i < d; i++) c[i * d + i] = 1; return c; };

/** One generation: Hansen's tutorial, figure 6, with the default constants of table 1 (positive weights only). */
function advance(state: State, generation: readonly Observation[], lambda: number, firstSigma: number): void {
  const d = state.mean.length, mu = lambda >> 1;
  const raw = Array.from({ length: mu }, (_, i) => log((lambda + 1) / 2) - log(i + 1));
  const sum = raw.reduce((a, b) => a + b, 0);
  const weights = raw.map((w) => w / sum);
  const muEff = 1 / weights.reduce((a, w) => a + w * w, 0);
  const cS = (muEff + 2) / (d + muEff + 5);
  const dS = 1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (d + 1)) - 1) + cS;
  const cC = (4 + muEff / d) / (d + 4 + 2 * muEff / d);
  const c1 = 2 / (square(d + 1.3) + muEff);
  const cMu = Math.min(1 - c1, 2 * (0.25 + muEff + 1 / muEff - 2) / (square(d + 2) + muEff));
  const usual = Math.sqrt(d) * (1 - 1 / (4 * d) + 1 / (21 * d * d));

  const loss = (one: Observation): number => lossOf(one) ?? Number.POSITIVE_INFINITY;
  const ranked = [...generation].sort((a, b) => loss(a) === loss(b) ? a.number - b.number : loss(a) - loss(b));
  if (loss(ranked[0]) === Number.POSITIVE_INFINITY) return; // nothing to learn where all failed
  // A side not in play at a point says nothing about it: it counts as unmoved.
  const steps = ranked.map(({ at }) => filled(at).map((u, i) => ((Number.isNaN(at[i]) ? state.mean[i] : u) - state.mean[i]) / state.sigma));
  const y = state.mean.map((_, i) => weights.reduce((a, w, k) => a + w * steps[k][i], 0));
  const { values, vectors } = eigen(state.c, d);
  const whitened = y.map((_, i) => {
    let a = 0;
    for (let k = 0; k < d; k++) { let b = 0; for (let j = 0; j < d; j++) b += vectors[j * d + k] * y[j]; a += vectors[i * d + k] * b / Math.sqrt(Math.max(values[k], 1e-20)); }
    return a;
  });
  state.generation++;
  state.mean = state.mean.map((m, i) => Math.min(1, Math.max(0, m + state.sigma * y[i])));
  for (let i = 0; i < d; i++) state.pathS[i] = (1 - cS) * state.pathS[i] + Math.sqrt(cS * (2 - cS) * muEff) * whitened[i];
  const length = Math.sqrt(state.pathS.reduce((a, u) => a + u * u, 0));
  const isSlow = length / Math.sqrt(1 - pow(1 - cS, 2 * state.generation)) < (1.4 + 2 / (d + 1)) * usual;
  for (let i = 0; i < d; i++) state.pathC[i] = (1 - cC) * state.pathC[i] + (isSlow ? Math.sqrt(cC * (2 - cC) * muEff) * y[i] : 0);
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) {
    let rankMu = 0;
    for (let k = 0; k < mu; k++) rankMu += weights[k] * steps[k][i] * steps[k][j];
    const kept = 1 - c1 - cMu + (isSlow ? 0 : c1 * cC * (2 - cC));
    state.c[i * d + j] = kept * state.c[i * d + j] + c1 * state.pathC[i] * state.pathC[j] + cMu * rankMu;
  }
  state.sigma = Math.min(4 * firstSigma, state.sigma * exp(Math.min(1, (cS / dS) * (length / usual - 1))));
}
