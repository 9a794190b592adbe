/** Breeding from the trials that no other beats in every objective. Works for one objective too. */

import { pow } from "../../kernels/math.ts";
import type { Stream } from "../../rng.ts";
import type { Observation, Sampler, Side } from "../cube.ts";
import { crowding, fronts } from "../pareto.ts";
import { startup } from "./sobol.ts";

interface Options { readonly population: number; readonly crossover: number; readonly mutation: number }
interface Parent { readonly at: readonly number[]; readonly front: number; readonly crowding: number }

/**
 * A child of two parents, each the better of two drawn from the best `population` trials: smaller front, then more room around it. Numbers cross by simulated binary
 * crossover (index 20) and change by polynomial mutation (index 20), options are one parent's or drawn anew. Elders stay among the parents for as long as
 * they are good enough, so trials may end in any order. Failed trials have no children. The first `population` trials are a Sobol sequence.
 */
export const nsga2: Sampler<Options> = (question) => {
  const { cube, observations, stream, options } = question;
  const known = observations.filter(({ losses, state }) => losses !== null && state === "finished").sort((a, b) => a.number - b.number);
  if (observations.length < options.population || known.length < 2) return startup(question);
  const parents = best(known, options.population);
  const chance = options.mutation > 0 ? options.mutation : 1 / cube.sides.length;
  const seen = new Set(observations.map(({ at }) => at.join()));
  let child: number[] = [];
  for (let attempt = 0; attempt < 200; attempt++) {
    const [a, b] = [tournament(parents, stream), tournament(parents, stream)];
    const isMixed = stream.uniform() < options.crossover;
    child = cube.sides.map((side, i) => mutated(side, isMixed ? crossed(side, a.at[i], b.at[i], stream) : a.at[i], chance, stream));
    if (cube.allows(child) && !seen.has(cube.snap(child).join())) return child;
  }
  return cube.allows(child) ? child : startup(question);
};

function best(known: readonly Observation[], size: number): Parent[] {
  const parents: Parent[] = [];
  for (const [front, members] of fronts(known.map(({ losses }) => losses!)).entries()) {
    const room = crowding(members.map((i) => known[i].losses!));
    const sorted = members.map((i, k) => ({ at: known[i].at, front, crowding: room[k] })).sort((a, b) => b.crowding - a.crowding);
    parents.push(...sorted.slice(0, size - parents.length));
    if (parents.length >= size) break;
  }
  return parents;
}

function tournament(parents: readonly Parent[], stream: Stream): Parent {
  const [a, b] = [parents[stream.below(parents.length)], parents[stream.below(parents.length)]];
  return a.front !== b.front ? (a.front < b.front ? a : b) : a.crowding >= b.crowding ? a : b;
}

const index = 20;
const clamp = (u: number): number => Math.min(1, Math.max(0, u));

function crossed({ levels, isOrdered }: Side, a: number, b: number, stream: Stream): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) ? b : a;
  if ((levels > 0 && !isOrdered) || stream.uniform() < 0.5) return stream.uniform() < 0.5 ? a : b;
  const u = stream.uniform();
  const beta = u <= 0.5 ? pow(2 * u, 1 / (index + 1)) : pow(1 / (2 * (1 - u)), 1 / (index + 1));
  return clamp(stream.uniform() < 0.5 ? ((1 + beta) * a + (1 - beta) * b) / 2 : ((1 - beta) * a + (1 + beta) * b) / 2);
}

function mutated({ levels, isOrdered, centres }: Side, u: number, chance: number, stream: Stream): number {
  if (Number.isNaN(u)) return stream.uniform();
  if (stream.uniform() >= chance) return u;
  if (levels > 0 && !isOrdered) return centres[stream.below(levels)];
  const r = stream.uniform();
  const delta = r < 0.5 ? pow(2 * r, 1 / (index + 1)) - 1 : 1 - pow(2 * (1 - r), 1 / (index + 1));
  // A step narrower than a cell would never leave it.
  const least = levels > 1 ? 1 / levels : 0;
  return clamp(u + (Math.abs(delta) < least ? Math.sign(delta) * least : delta));
}
