/** Samplers by themselves: the median best value they find in as many trials as random search has, and how long each takes to name its 200th trial. Nothing is trained. */

import { samplers } from "../../../src-engine/index.ts";
import { bestOf, branin, hartmann6, medianOf, mixed, rosenbrock2, search } from "../../support/search.ts";
import type { Bench, PartResult } from "./parts.ts";

const functions = { branin, hartmann6, rosenbrock2, mixed };
const options = { random: {}, sobol: { scramble: true }, tpe: { startupTrials: 10, candidates: 24 }, cmaEs: { sigma: 0.25, population: 0 }, nsga2: { population: 20, crossover: 0.9, mutation: 0 }, gaussianProcess: { startupTrials: 10 } };
/** The Gaussian process is fitted anew for each trial, so it gets fewer seeds. */
const seedsOf = (kind: string): number => (kind === "gaussianProcess" ? 4 : 12);
const trials = 50, far = 200;

export async function samplersAgainstRandom({ log }: Bench): Promise<PartResult> {
  const found: Record<string, { readonly medians: Readonly<Record<string, number>>; readonly proposalMs: number }> = {};
  for (const [kind, own] of Object.entries(options)) {
    const sampler = samplers[kind as keyof typeof options];
    const medians = Object.fromEntries(Object.entries(functions).map(([name, one]) =>
      [name, Number(medianOf(Array.from({ length: seedsOf(kind) }, (_, seed) => bestOf(search({ ...one, sampler, options: own, trials, seed }), trials))).toPrecision(4))]));
    // All but the last trial are random ones: what is measured is one question to the sampler with a long history.
    let proposalMs = 0;
    search({ ...hartmann6, options: own, trials: far, seed: 1, sampler: (question) => {
      if (question.number < far) return samplers.random({ ...question, options: {} });
      const from = performance.now(), at = sampler(question);
      proposalMs = performance.now() - from;
      return at;
    } });
    found[kind] = { medians, proposalMs: Number(proposalMs.toPrecision(3)) };
    log(`  ${kind.padEnd(16)} ${Object.entries(medians).map(([name, value]) => `${name} ${String(value).padStart(8)}`).join("   ")}   trial ${far} named in ${found[kind].proposalMs} ms`);
  }
  return { found: { trials, ...found }, isAgreed: true };
}
