/** The sweep doctor: each finding fires on a sweep made to show it, with its evidence and a change that the check accepts, and a healthy sweep is left in peace. */

import { describe, expect, it } from "vitest";
import { checkSweepSpec, describeCatalog, diagnose as diagnosed, next, rng } from "../../src-engine/index.ts";
import type { Finding, SweepSpec, Trial } from "../../src-engine/index.ts";

const diagnose = (history: readonly Trial[], spec: SweepSpec): Finding[] => diagnosed(history, spec, describeCatalog());
const base = { data: { kind: "blobs" }, layers: [{ kind: "dense", units: 16 }, { kind: "relu" }, { kind: "dense", units: 3 }] };
const rawOf = (given: object) => ({ base, axes: { "optimizer.learningRate": {}, "layers.0.units": { from: 4, to: 128 } }, sampler: { kind: "sobol" }, trials: 48, batch: 8, ...given });
const specOf = (raw: object): SweepSpec => {
  const { spec, problems } = checkSweepSpec(raw, describeCatalog());
  if (spec === null) throw new Error(problems.map(({ path, message }) => `${path} ${message}`).join("\n"));
  return spec;
};
/** A sweep played with a loss in log10(rate) and units; NaN fails. */
function played(spec: SweepSpec, loss: (rate: number, units: number, number: number) => number, repeats?: (loss: number, number: number) => number[]): Trial[] {
  let history: Trial[] = [];
  for (;;) {
    const { start } = next(history, spec);
    if (start.length === 0) return history;
    history = [...history, ...start.map(({ sameAs: _, ...trial }): Trial => {
      const value = loss(Math.log10(Number(trial.point["optimizer.learningRate"])), Number(trial.point["layers.0.units"]), trial.number);
      if (!Number.isFinite(value)) return { ...trial, state: "failed" };
      const all = repeats?.(value, trial.number);
      return { ...trial, state: "finished", values: [all === undefined ? value : all.reduce((a, b) => a + b, 0) / all.length], ...(all === undefined ? {} : { repeats: all.map((one) => [one]) }) };
    })];
  }
}
const healthy = (rate: number, units: number): number => (rate + 2) ** 2 + ((units - 60) / 40) ** 2;
/** The spec with the finding's change made, as a button would: it must pass the check. */
function changed(spec: SweepSpec, { change }: Finding): SweepSpec {
  const raw = structuredClone(spec) as unknown as Record<string, unknown>;
  let into = raw;
  for (const step of change!.path.slice(0, -1)) into = into[step] as Record<string, unknown>;
  into[change!.path.at(-1)!] = change!.to;
  return specOf(raw);
}
const only = (history: Trial[], spec: SweepSpec, code: Finding["code"]): Finding => { const found = diagnose(history, spec).filter((one) => one.code === code); expect(found.map((one) => one.code)).toEqual([code]); return found[0]!; };

it("says nothing of a healthy sweep, nor of one that has hardly begun", () => {
  const spec = specOf(rawOf({}));
  expect(diagnose(played(spec, healthy), spec)).toEqual([]);
  expect(diagnose([], spec)).toEqual([]);
  expect(diagnose(played(specOf(rawOf({ trials: 8 })), healthy), spec)).toEqual([]);
});

it("bestOnBorder: names the end, and widens the axis on its own scale", () => {
  const spec = specOf(rawOf({ axes: { "optimizer.learningRate": { from: 1e-4, to: 1e-2 }, "layers.0.units": { from: 4, to: 128 } } }));
  const finding = only(played(spec, (rate, units) => (rate - 1) ** 2 + ((units - 60) / 400) ** 2), spec, "bestOnBorder");
  expect(finding).toMatchObject({ axis: "optimizer.learningRate", change: { path: ["axes", "optimizer.learningRate", "to"], to: 0.1 } });
  expect(finding.message).toMatch(/of the best three trials lie at the upper end of optimizer\.learningRate \(0\.01\)/);
  expect(changed(spec, finding).axes["optimizer.learningRate"]).toMatchObject({ from: 1e-4, to: 0.1 });
});

it.each([["to", 0.99, 0.99684], ["from", 0.9, 0]] as const)("bestOnBorder: on a reverse-log scale half its length beyond `%s` %f is %f, to three digits of the distance from 1", (end, bound, to) => {
  const spec = specOf(rawOf({ axes: { "optimizer.learningRate": {}, "optimizer.beta1": { from: 0.9, to: end === "to" ? 0.99 : 0.999 } } }));
  let history: Trial[] = [];
  for (let { start } = next(history, spec); start.length > 0; { start } = next(history, spec)) {
    history = [...history, ...start.map(({ sameAs: _, ...trial }): Trial => { const distance = Math.log10(1 - Number(trial.point["optimizer.beta1"])); return { ...trial, state: "finished", values: [end === "to" ? distance : -distance] }; })];
  }
  const [finding] = diagnose(history, spec).filter((one) => one.code === "bestOnBorder" && one.axis === "optimizer.beta1");
  expect(finding).toMatchObject({ details: { end, bound: String(bound) } });
  expect(finding!.change!.to).toBeCloseTo(to, 12);
  expect(changed(spec, finding!).axes["optimizer.beta1"]).toMatchObject({ [end]: to });
});

it("bestOnBorder: stays inside the declared interval, and is silent where that ends", () => {
  const dropout = { ...base, layers: [base.layers[0], { kind: "dropout" }, ...base.layers.slice(1)] };
  const spec = (to: number): SweepSpec => specOf(rawOf({ base: dropout, axes: { "optimizer.learningRate": {}, "layers.0.units": { from: 4, to: 128 }, "layers.1.keepProb": { from: 0.5, to } } }));
  const found = (to: number): Finding[] => {
    let history: Trial[] = [];
    for (;;) {
      const { start } = next(history, spec(to));
      if (start.length === 0) return diagnose(history, spec(to)).filter(({ code }) => code === "bestOnBorder");
      history = [...history, ...start.map(({ sameAs: _, ...trial }): Trial => ({ ...trial, state: "finished", values: [-Number(trial.point["layers.1.keepProb"])] }))];
    }
  };
  expect(found(0.9).map(({ change }) => change)).toEqual([{ path: ["axes", "layers.1.keepProb", "to"], to: 1 }]);
  expect(found(1)).toEqual([]);
});

it("manyDiverged: tells the share, finds the axis on which the failed ones lie, and ends it before them", () => {
  const spec = specOf(rawOf({}));
  const finding = only(played(spec, (rate, units) => rate > -1.5 ? Number.NaN : healthy(rate, units)), spec, "manyDiverged");
  expect(finding).toMatchObject({ axis: "optimizer.learningRate", change: { path: ["axes", "optimizer.learningRate", "to"] } });
  expect(finding.message).toMatch(/^1[78] of 48 trials \(3[5-8] %\) failed or diverged; they have large values of optimizer\.learningRate: end the axis at 0\./);
  expect(changed(spec, finding).axes["optimizer.learningRate"]).toMatchObject({ from: 1e-4, to: finding.change!.to });
});

it("axisWithoutEffect: holds the idle axis at the winner's value", () => {
  const spec = specOf(rawOf({ trials: 80 }));
  const history = played(spec, (rate) => (rate + 2) ** 2);
  const finding = only(history, spec, "axisWithoutEffect");
  expect(finding.axis).toBe("layers.0.units");
  expect(changed(spec, finding).axes["layers.0.units"]).toMatchObject({ role: "fixed", value: finding.change!.to === null ? null : expect.any(Number) as number });
});

it("tooFewTrials: fewer than ten for each axis when all are done, and only then", () => {
  const spec = specOf(rawOf({ trials: 12 }));
  const history = played(spec, healthy);
  expect(only(history, spec, "tooFewTrials").change).toEqual({ path: ["trials"], to: 20 });
  expect(diagnose(history.slice(0, 11), spec).filter(({ code }) => code === "tooFewTrials")).toEqual([]);
  expect(changed(spec, only(history, spec, "tooFewTrials")).trials).toBe(20);
});

it("stillImproving: the last quarter gained as much as the others did", () => {
  const spec = specOf(rawOf({}));
  const finding = only(played(spec, (rate, units, number) => healthy(rate, units) + 10 - number / 5), spec, "stillImproving");
  expect(finding.change).toEqual({ path: ["trials"], to: 72 });
  expect(changed(spec, finding).trials).toBe(72);
});

describe("winnerWithinNoise", () => {
  const spec = specOf(rawOf({ repeats: { count: 3 } }));
  const noisy = (deviation: number): Trial[] => { const stream = rng(3).stream("noise"); return played(spec, healthy, (loss) => [0, 1, 2].map(() => loss + deviation * stream.normal())); };

  it("tells how many could have won, how lucky the winner is expected to be, and asks for fresh seeds", () => {
    const finding = only(noisy(0.5), spec, "winnerWithinNoise");
    expect(Number(finding.details["count"])).toBeGreaterThan(3);
    expect(Number(finding.details["optimism"])).toBeGreaterThan(0);
    expect(changed(spec, finding).confirm.seeds).toBeGreaterThan(3);
  });

  it("is silent where the spread is small beside the lead, and where trials have one run", () => {
    expect(diagnose(noisy(1e-4), spec).filter(({ code }) => code === "winnerWithinNoise")).toEqual([]);
  });
});
