/** Standard functions to search, and a sweep's loop over one, without runs. */

import { rng } from "../../src-engine/rng.ts";
import type { Cube, Observation, Sampler } from "../../src-engine/search/cube.ts";
import { makeSpace } from "../../src-engine/search/space.ts";
import type { Space } from "../../src-engine/search/space.ts";
import type { Axis, Constraint } from "../../src-engine/spec/sweep-spec.ts";

export const head = (path: string, when: Readonly<Record<string, readonly unknown[]>> = {}) => ({ path, role: "nuisance" as const, when, block: 1 });
export const interval = (from: number, to: number, { scale = "linear", step = null, when = {} }: { readonly scale?: "linear" | "log" | "reverseLog"; readonly step?: number | null; readonly when?: Readonly<Record<string, readonly unknown[]>> } = {}): Axis => ({ ...head("x", when), from, to, scale, step });
export const values = (list: readonly unknown[], when: Readonly<Record<string, readonly unknown[]>> = {}): Axis => ({ ...head("x", when), values: list });
export const spaceOf = (axes: Readonly<Record<string, Axis>>, constraints: readonly Constraint[] = []): Space => makeSpace({ axes, constraints });

export type Target = (point: Readonly<Record<string, never>>) => number | readonly number[];

export const branin = {
  space: spaceOf({ x: interval(-5, 10), y: interval(0, 15) }), minimum: 0.39788735772973816,
  f: ({ x, y }: { x: number; y: number }) => (y - 5.1 / (4 * Math.PI ** 2) * x * x + 5 / Math.PI * x - 6) ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10,
};
const c = [1, 1.2, 3, 3.2];
const A = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]];
const P = [[1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991], [2348, 1451, 3522, 2883, 3047, 6650], [4047, 8828, 8732, 5743, 1091, 381]];
export const hartmann6 = {
  space: spaceOf(Object.fromEntries(["a", "b", "c", "d", "e", "f"].map((name) => [name, interval(0, 1)]))), minimum: -3.32236801141551,
  f: (point: Readonly<Record<string, number>>) => -c.reduce((sum, ci, i) => sum + ci * Math.exp(-Object.values(point).reduce((s, x, j) => s + A[i]![j]! * (x - P[i]![j]! / 1e4) ** 2, 0)), 0),
};
export const rosenbrock2 = {
  space: spaceOf({ x: interval(-5, 10), y: interval(-5, 10) }), minimum: 0,
  f: ({ x, y }: { x: number; y: number }) => 100 * (y - x * x) ** 2 + (1 - x) ** 2,
};
/** What tuning looks like: two logarithmic axes that lean on each other, a whole number, a choice. */
export const mixed = {
  space: spaceOf({ lr: interval(1e-5, 1, { scale: "log" }), oneMinusBeta: interval(1e-3, 0.5, { scale: "log" }), hidden: interval(8, 512, { scale: "log", step: 1 }), activation: values(["relu", "tanh", "sigmoid"]) }), minimum: 0.05,
  f: ({ lr, oneMinusBeta, hidden, activation }: { lr: number; oneMinusBeta: number; hidden: number; activation: "relu" | "tanh" | "sigmoid" }) => {
    const L = Math.log10(lr), D = Math.log10(oneMinusBeta), H = Math.log2(hidden);
    return 0.05 + 0.3 * (L + 2.5 - 0.5 * (D + 1)) ** 2 / (1 + 0.2 * Math.abs(L + 2.5)) + 0.1 * (D + 1) ** 2 + 0.02 * (H - 7) ** 2 + { relu: 0, tanh: 0.15, sigmoid: 0.4 }[activation] * (1 + 0.1 * Math.abs(L + 2.5));
  },
};
export const zdt1 = {
  space: spaceOf(Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`x${i}`, interval(0, 1)]))),
  f: (point: Readonly<Record<string, number>>): [number, number] => {
    const [first, ...rest] = Object.values(point) as [number, ...number[]];
    const g = 1 + 9 * rest.reduce((sum, x) => sum + x, 0) / rest.length;
    return [first, g * (1 - Math.sqrt(first / g))];
  },
};

/** The question a sampler is asked about trial `number` of a sweep with this seed. */
export const question = <O>(cube: Cube, observations: readonly Observation[], number: number, seed: number, options: O) =>
  ({ cube, observations, number, stream: rng(seed).stream(`trial/${number}`), shared: (name: string) => rng(seed).stream(name), options });

export interface Searching<O> { readonly space: Space; readonly f: (point: never) => number | readonly number[]; readonly sampler: Sampler<O>; readonly options: O; readonly trials: number; readonly seed: number; readonly batch?: number }
/** Plays a sweep: places and losses in order. A loss that is not finite is a failed trial. */
export function search<O>({ space, f, sampler, options, trials, seed, batch = 1 }: Searching<O>): Observation[] {
  let seen: Observation[] = [];
  while (seen.length < trials) {
    const started: Observation[] = [];
    for (let i = 0; i < batch && seen.length + started.length < trials; i++) {
      const number = seen.length + started.length + 1;
      const at = sampler(question(space.cube, [...seen, ...started], number, seed, options));
      if (at === null) return seen;
      started.push({ number, at: space.cube.snap(at), state: "running", losses: null, curve: [] });
    }
    seen = [...seen, ...started.map((one): Observation => {
      const result = f(space.fromCube(one.at) as never);
      const losses = typeof result === "number" ? [result] : result;
      return losses.every(Number.isFinite) ? { ...one, state: "finished", losses } : { ...one, state: "failed" };
    })];
  }
  return seen;
}

/** The best first loss among the first n trials. */
export const bestOf = (seen: readonly Observation[], n = seen.length): number => Math.min(...seen.slice(0, n).map(({ losses }) => losses?.[0] ?? Number.POSITIVE_INFINITY));
export const medianOf = (list: readonly number[]): number => { const s = [...list].sort((a, b) => a - b); return (s[(s.length - 1) >> 1]! + s[s.length >> 1]!) / 2; };
