/** Sweeps that are disturbed come to the same trials: here a short one, a thousand trials by `npm run test:long:sweep`; and every sampler goes on as if nothing had been. */

import { expect, it } from "vitest";
import { samplerKinds } from "../../src-engine/index.ts";
import { disturbedSweep } from "../support/sweep-rounds.ts";
import { factsOf, smallSweep, startSweep, sweepUntil } from "../support/sweeps.ts";
import { openBench, openWorkbench } from "../support/workbench.ts";

it("30 trials, the program killed twice and a worker dead at every seventh training: each trial once, the best as undisturbed", { timeout: 600_000 }, async () => {
  expect(await disturbedSweep(30, { kills: 2, deathsEvery: 7, seed: 3 })).toMatchObject({ kills: 2, trials: 30 });
});

it("a population of 4 over 4 generations, the program killed twice and a worker dead at every seventh training: each member of each generation once, with the weights and the values it has undisturbed", { timeout: 600_000 }, async () => {
  expect(await disturbedSweep(16, { kills: 2, deathsEvery: 7, seed: 5, kind: "population" })).toMatchObject({ kills: 2, trials: 16 });
});

it("every sampler, closed in the middle and opened again, makes the trials of the uninterrupted sweep", { timeout: 600_000 }, async () => {
  const spec = (kind: string): object => ({ ...smallSweep, base: { ...smallSweep.base, train: { ...smallSweep.base.train, epochs: 2 } }, sampler: { kind, ...(kind === "nsga2" ? { population: 4 } : {}), ...("startupTrials" in (samplerKinds[kind as "tpe"] as { params: object }).params ? { startupTrials: 4 } : {}) }, ...(kind === "grid" || kind === "fill" ? { sampler: { kind, resolution: 3 } } : {}), trials: 9, batch: 3 });
  const kinds = Object.keys(samplerKinds);
  await using calm = openBench({ parallel: 2 });
  const whole = new Map<string, readonly object[]>();
  for (const kind of kinds) whole.set(kind, factsOf(await sweepUntil(calm.workbench, await startSweep(calm.workbench, spec(kind)))));
  await using bench = openBench({ parallel: 2 });
  const ids = [];
  for (const kind of kinds) ids.push(await startSweep(bench.workbench, spec(kind)));
  // By the time the last one has a result the others are anywhere.
  await sweepUntil(bench.workbench, ids.at(-1)!, ({ counts }) => counts.finished > 0);
  await bench.workbench.close();
  const again = openWorkbench(bench.file, { parallel: 2 });
  try {
    for (const [i, sweepId] of ids.entries()) {
      await again.resumeSweep({ sweepId });
      const view = await sweepUntil(again, sweepId);
      expect([kinds[i], factsOf(view)]).toEqual([kinds[i], whole.get(kinds[i]!)]);
      expect(view.trials.length).toBe(9);
    }
  } finally {
    await again.close();
  }
});
