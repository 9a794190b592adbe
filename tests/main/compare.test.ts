/** A comparison says what differs between groups and what came out, and claims no more than the numbers bear. */

import { describe, expect, it } from "vitest";
import type { Run, RunSpec, RunState } from "../../src-main/contract/nouns.ts";
import type { Statement } from "../../src-main/contract/comparison.ts";
import { spreadText } from "../../src-main/contract/figures.ts";
import { compare, groupName } from "../../src-main/report/compare.ts";
import { sayOf, sentenceOf } from "../../src-main/contract/statement-words.ts";

const run = (id: string, spec: object, metrics: Run["metrics"], given: Partial<Run> = {}): Run => ({
  id, name: id, colour: 1, state: "finished", createdMs: 0, trainingMs: 1000, data: { hash: "ab", rows: { train: 7, validation: 2, test: 1 } }, engine: { version: "1", executor: "wasm-32" },
  spec: { version: 1, name: id, seed: 1, metrics: [{ kind: "accuracy" }], split: { kind: "stratified", seed: 1 }, ...spec } as unknown as RunSpec, metrics, foreign: null, ...given,
}) as Run;
const alone = (...runs: Run[]) => compare(runs.map((one) => ({ key: one.id, run: one })), null);
/** Groups a, b … of runs with seeds from 1, one accuracy each. */
const seeded = (groups: Readonly<Record<string, readonly number[]>>, given: (key: string, seed: number) => Partial<Run> = () => ({}), firstSeed: Readonly<Record<string, number>> = {}) =>
  compare(Object.entries(groups).flatMap(([key, values]) => values.map((value, i) => {
    const seed = (firstSeed[key] ?? 1) + i;
    return { key, run: run(`${key}-${seed}`, { seed, optimizer: { kind: key } }, { "validation/accuracy": value }, { name: `${key} · seed ${seed}`, ...given(key, seed) }) };
  })), null);
const statement = (comparison: ReturnType<typeof compare>, group = 1): Statement => comparison.metrics[0]!.statements[group]!;
const told = (comparison: ReturnType<typeof compare>, language: "en" | "zh" = "en", group = 1) =>
  sayOf(statement(comparison, group), { baseline: "A", group: "B", metric: "validation/accuracy", label: language === "en" ? "validation accuracy" : "验证准确率", rivals: comparison.groups.length - 1 }, language);

it("names every key whose values differ, with null where it is absent, and folds the others", () => {
  const a = run("r-1", { metrics: [], optimizer: { kind: "adam", beta1: 0.9, learningRate: 0.01 }, layers: [{ kind: "dense", units: 8, regularizer: null }] }, {});
  const b = run("r-2", { metrics: [{ kind: "accuracy" }], optimizer: { kind: "sgd", learningRate: 0.01 }, layers: [{ kind: "dense", units: 8, regularizer: { kind: "l2", lambda: 0 } }] }, {}, { engine: { version: "2", executor: "wasm-32" } });
  const { differences, same } = alone(a, b);
  expect(differences).toEqual([
    { path: "optimizer.kind", of: "spec", values: [["adam"], ["sgd"]] },
    { path: "optimizer.beta1", of: "spec", values: [[0.9], [null]] },
    { path: "metrics.0.kind", of: "spec", values: [[null], ["accuracy"]] },
    { path: "layers.0.regularizer.kind", of: "spec", values: [[null], ["l2"]] },
    { path: "layers.0.regularizer.lambda", of: "spec", values: [[null], [0]] },
    { path: "version", of: "environment", values: [["1"], ["2"]] },
  ]);
  expect(same.map(({ path }) => path)).toEqual(["data hash", "rows", "version", "seed", "split.kind", "split.seed", "optimizer.learningRate", "layers.0.kind", "layers.0.units", "executor"]);
});

it("takes the same five seeds in both groups for no difference, and other seeds for one", () => {
  expect(seeded({ a: [1, 2], b: [1, 2] }).differences.map(({ path }) => path)).toEqual(["optimizer.kind"]);
  expect(seeded({ a: [1, 2], b: [1, 2] }, () => ({}), { b: 2 }).differences.find(({ path }) => path === "seed")!.values).toEqual([[1, 2], [2, 3]]);
});

it("takes it for no difference that another program's run has nothing of a spec; what such runs have themselves is one", () => {
  const theirs = (id: string, lr: number): Run => ({ ...run(id, {}, {}), spec: null, foreign: { program: "mlflow", params: { lr } } }) as unknown as Run;
  const { differences, same } = alone(run("r-1", { optimizer: { kind: "adam" } }, {}), run("r-2", { optimizer: { kind: "sgd" } }, {}), theirs("r-3", 0.1), theirs("r-4", 0.2));
  expect(differences).toEqual([
    { path: "optimizer.kind", of: "spec", values: [["adam"], ["sgd"], [null], [null]] },
    { path: "param.lr", of: "spec", values: [[null], [null], [0.1], [0.2]] },
    { path: "program", of: "environment", values: [[null], [null], ["mlflow"], ["mlflow"]] },
  ]);
  expect(same.map(({ path }) => path)).toContain("data hash");
});

it("lays the metrics side by side, validation first, with the direction each declares", () => {
  const first = { metrics: [{ kind: "accuracy" }, { kind: "ece", bins: 10 }] };
  const { metrics } = alone(run("r-1", first, { "train/loss": 0.5, "validation/accuracy": 0.9, "validation/eceBins10": 0.1 }), run("r-2", { metrics: [{ kind: "r2" }] }, { "train/loss": Infinity, "test/r2": 0.1, "validation/of another version": 3 }));
  expect(metrics.map(({ metric, better, results }) => [metric, better, results.map(({ n, mean }) => (n === 0 ? null : mean))])).toEqual([
    ["validation/accuracy", "higher", [0.9, null]],
    ["validation/eceBins10", "lower", [0.1, null]],
    ["validation/of another version", null, [null, 3]],
    ["test/r2", "higher", [null, 0.1]],
    ["train/loss", null, [0.5, null]],
  ]);
});

it("keeps out of the mean what failed, diverged or has not finished, and counts it", () => {
  const states: Readonly<Record<number, RunState>> = { 2: "failed", 4: "running" };
  const [result] = seeded({ a: [0.9, 0.1, NaN, 0.2, 0.8] }, (_, seed) => ({ state: states[seed] ?? "finished" })).metrics[0]!.results;
  expect(result).toMatchObject({ n: 2, lost: 2, unfinished: 1, isProvisional: false });
  expect(result!.mean).toBeCloseTo(0.85, 12);
  expect(seeded({ a: [0.5], b: [0.6] }, () => ({ state: "running" })).metrics[0]!).toMatchObject({ results: [{ isProvisional: true, mean: 0.5 }, { isProvisional: true }], statements: [null, { verdict: "unknown" }] });
});

it("calls a group by what its runs are called, without the seed", () => {
  expect(groupName(["spirals · seed 1", "spirals · seed 22"])).toBe("spirals");
  expect(groupName(["one", "two · seed 3", "three"])).toBe("one + 2");
});

describe("a statement", () => {
  const five = { a: [0.9671, 0.967, 0.9688, 0.9702, 0.97], b: [0.971, 0.9741, 0.9769, 0.9746, 0.9779] };
  it("claims with interval, pairs and p, and says that five pairs cannot do better than 0.06", () => {
    const comparison = seeded(five);
    expect(statement(comparison)).toMatchObject({ verdict: "better", isPaired: true, n: [5, 5], p: 2 / 32, wanted: 6, ahead: 1, isSameValidation: true });
    expect(told(comparison)).toEqual({
      claim: "B is better than A by 0.63 points of validation accuracy", evidence: "(95 % CI 0.38 to 0.87; 5 paired seeds, sign-flip p = 0.06)",
      notes: ["5 pairs can never give a p below 0.06.", "About 6 pairs in all could tell, if they spread as they do now."],
    });
    expect(sentenceOf(told(comparison, "zh"), "zh")).toBe("B 优于 A：验证准确率 0.63 个百分点（95 % CI 0.38 至 0.87；5 对配对种子，符号翻转检验 p = 0.06）。");
  });
  it("speaks of a positive amount where the group is worse, and of lower as better for a loss", () => {
    expect(told(seeded({ a: five.b, b: five.a })).claim).toBe("B is worse than A by 0.63 points of validation accuracy");
    const losses = (values: readonly number[], key: string) => values.map((value, i) => ({ key, run: run(`${key}${i}`, { seed: i, optimizer: { kind: key } }, { "validation/loss": value }) }));
    const { metrics } = compare([...losses([0.5, 0.52, 0.51, 0.5], "a"), ...losses([0.3, 0.33, 0.29, 0.31], "b")], null);
    expect(metrics[0]!.statements[1]).toMatchObject({ verdict: "better", ahead: 1 });
    expect(sayOf(metrics[0]!.statements[1]!, { baseline: "A", group: "B", metric: "validation/loss", label: "validation loss", rivals: 1 }, "en").evidence).toMatch(/^\(95 % CI 0\.\d+ to 0\.\d+; 4 paired seeds/);
  });
  it("claims nothing of one or two runs, and asks for as many as the smallest p needs", () => {
    expect(statement(seeded({ a: [0.9], b: [0.95] }))).toMatchObject({ verdict: "tooFew", wanted: 6, p: NaN, from: NaN });
    expect(statement(seeded({ a: [0.9, 0.91], b: [0.95, 0.961] }))).toMatchObject({ verdict: "tooFew" });
    // Equal so far says as little as any other difference of one run each.
    expect(statement(seeded({ a: [0.9], b: [0.9] }))).toMatchObject({ verdict: "tooFew", wanted: 6 });
    expect(told(seeded({ a: [0.9], b: [0.9] })).claim).toBe("One run of each cannot tell: B stands level with A, and that may be chance");
    expect(told(seeded({ a: [0.9], b: [0.95] })).claim).toBe("One run of each cannot tell: B stands 5.00 points of validation accuracy above A, and that may be chance");
  });
  it("keeps seeds apart that have no partner, and groups whose rows differ", () => {
    expect(statement(seeded({ a: [0.9, 0.91, 0.92, 0.9, 0.91], b: [0.95, 0.96, 0.95] }))).toMatchObject({ isPaired: true, n: [3, 3], unpaired: 2 });
    expect(statement(seeded({ a: [0.9, 0.91, 0.92], b: [0.95, 0.96, 0.95] }, () => ({}), { b: 2 }))).toMatchObject({ isPaired: false, n: [3, 3], p: 0.1 });
    const others = seeded(five, (key) => ({ data: { hash: key, rows: { train: 7, validation: 2, test: 1 } } as Run["data"] }));
    expect(statement(others)).toMatchObject({ isPaired: false, isSameValidation: false });
    expect(told(others).notes.at(-1)).toMatch(/different rows/);
  });
  it("calls undecided what more seeds could tell, and noise what thirty could not", () => {
    const wobbly = { a: [0.9, 0.92, 0.91, 0.93], b: [0.915, 0.918, 0.925, 0.933] };
    expect(statement(seeded(wobbly))).toMatchObject({ verdict: "undecided" });
    expect(statement(seeded(wobbly)).wanted!).toBeGreaterThan(4);
    const hopeless = seeded({ a: [0.9, 0.92, 0.91, 0.93], b: [0.93, 0.9, 0.92, 0.9101] });
    expect(statement(hopeless)).toMatchObject({ verdict: "noise", wanted: null });
    expect(told(hopeless).claim).toMatch(/^B and A cannot be told apart/);
  });
  it("is corrected after Holm for several groups against one baseline", () => {
    const comparison = seeded({ ...five, c: [0.9672, 0.9668, 0.9689, 0.9701, 0.9702] });
    expect(statement(comparison).holmP).toBeCloseTo(2 * (2 / 32), 12);
    expect(told(comparison).notes).toContain("After Holm for 2 comparisons p = 0.13.");
    expect(statement(seeded(five)).holmP).toBeNaN();
  });
  it("of the fewest arrangements that exist is exact for ten against ten, and drawn for twenty against twenty", () => {
    const many = (n: number, base: number) => Array.from({ length: n }, (_, i) => base + ((i * 7) % n) / 1000);
    expect(statement(seeded({ a: many(10, 0.9), b: many(10, 0.901) }, () => ({}), { b: 50 })).isExact).toBe(true);
    expect(statement(seeded({ a: many(20, 0.9), b: many(20, 0.901) })).isExact).toBe(false);
  });
});

it("claims nothing that the exact test does not bear, though the interval leaves out zero", () => {
  // Differences 0.37 0 0.37 0.74 0.37 points: Student's interval is 0.04 to 0.70, but two arrangements in sixteen are as far from zero.
  const comparison = seeded({ a: [0.97, 0.97, 0.97, 0.97, 0.97], b: [0.9737, 0.97, 0.9737, 0.9774, 0.9737] });
  expect(statement(comparison).from).toBeGreaterThan(0);
  expect(statement(comparison)).toMatchObject({ verdict: "undecided", p: 4 / 32 });
});

it("writes a mean with no more digits than its interval supports", () => {
  const { mean, half, signed } = spreadText("validation/loss", 0.09531234, 0.0093);
  expect([mean, half, signed(0.00618), signed(-0.5)]).toEqual(["0.0953", "0.0093", "+0.0062", "−0.5000"]);
  expect(spreadText("validation/accuracy", 0.97413, 0.0056)).toMatchObject({ mean: "97.41", half: "0.56" });
  expect(spreadText("validation/rmse", 1234.5678, 21).mean).toBe("1,235");
  expect(spreadText("validation/loss", 0.5, NaN)).toMatchObject({ mean: "0.500" });
});
