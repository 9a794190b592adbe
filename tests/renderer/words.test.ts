import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { en } from "../../src-renderer/words/en.ts";
import { zh } from "../../src-renderer/words/zh.ts";
import { metricLabel } from "../../src-renderer/parts/charts/metric-names.ts";

type Tree = { readonly [key: string]: unknown };
const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null && !Array.isArray(value);

/** Every word with its path; a function is called with marks where numbers and names go, so that its own words show. */
function wordsOf(tree: Tree, path = ""): { readonly path: string; readonly text: string }[] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const here = path === "" ? key : `${path}.${key}`;
    if (isTree(value)) return wordsOf(value, here);
    return typeof value === "string" ? [{ path: here, text: value }] : [];
  });
}
const pathsOf = (tree: Tree, path = ""): string[] => Object.entries(tree).flatMap(([key, value]) => (isTree(value) ? pathsOf(value, `${path}${key}.`) : [`${path}${key}`]));

/** Names that stay Latin in every language: products, algorithms, formats, symbols. */
const latin = /^(fANOVA|PED-ANOVA|Sobol|CMA-ES|NSGA-II|ASHA|Hyperband|Wilcoxon|Descent|English|CSV|RMSE|R²|Adam|AdamW|SGD|L2|ReLU|softmax|nat|α|–|)$/;

/** The frame's own areas; the editor's words have their own test beside the editor. */
const { editor: _en, ...ours } = en;
const { editor: _zh, ...theirs } = zh;

describe("the Chinese words", () => {
  it("have every place the English have, and no other", () => { expect(pathsOf(theirs).sort()).toEqual(pathsOf(ours).sort()); });
  it("are Chinese, or a name that stays Latin", () => {
    const left = wordsOf(theirs).filter(({ text }) => !/\p{Script=Han}/u.test(text) && !latin.test(text));
    expect(left).toEqual([]);
  });
  it("never say the polite you nor exclaim", () => { expect(wordsOf(theirs).filter(({ text }) => /您|！|!/.test(text))).toEqual([]); });
  it.each([
    ["frame.training", zh.frame.training("2"), "2 个训练中"], ["run.epochOf", zh.run.epochOf("31", "50"), "第 31 / 50 轮"], ["run.left", zh.run.left(zh.common.seconds("45")), "约剩 45 秒"],
    ["runs.count", zh.runs.count(54, "54"), "54 次运行"], ["run.openings", zh.run.openings(2), "已打开 2 次"], ["run.notes.restored", zh.run.notes.restored("", { best: 7 }), "权重取自最佳的第 7 轮。"], ["chart.at", zh.chart.at("16", "轮"), "第 16 轮"],
  ])("%s puts its numbers where Chinese wants them", (_, said, wanted) => { expect(said).toBe(wanted); });
});

describe("the English words", () => {
  it("call the specs in the box as their files do, all of them", () => {
    const files = readdirSync("examples").filter((name) => name.endsWith(".json"));
    expect(en.examples).toEqual(Object.fromEntries(files.map((name) => [name.replace(/\.json$/, ""), (JSON.parse(readFileSync(join("examples", name), "utf8")) as { name: string }).name])));
  });
  it("never exclaim, beg or apologise", () => { expect(wordsOf(ours).filter(({ text }) => /!|\bplease\b|\boops\b|\bsuccessfully\b/i.test(text))).toEqual([]); });
  it.each([[en.runs.count(1, "1"), "1 run"], [en.runs.count(2, "2"), "2 runs"], [en.run.openings(1), "opened once"], [en.run.notes.stoppedEarly("", { epoch: 9, best: 6, value: 0.25 }), "Early stopping ended training after epoch 9: nothing better came after epoch 6, whose watched metric was 0.25."], [en.run.openings(3), "opened 3 times"], [en.frame.workersReady(1, "1"), "1 worker ready"], [en.compare.differsCount(1, "34"), "1 key; 34 are the same"]])("counts: %s", (said, wanted) => { expect(said).toBe(wanted); });
});

it("what an import leaves out, and what was written over, have words of their own in Chinese", () => {
  const readers = join(import.meta.dirname, "..", "..", "src-main", "exchange", "foreign");
  const kinds = readdirSync(readers).flatMap((file) => [...readFileSync(join(readers, file), "utf8").matchAll(/(?:left\.add\(|\d+: )"([a-z][\w ,]+)"/g)].map(([, kind]) => kind!));
  expect(kinds.length).toBeGreaterThan(12);
  for (const kind of kinds) expect(zh.imports.leftOne("2", kind), kind).not.toContain(kind);
  expect([metricLabel(zh, "earlier/validation/loss"), metricLabel(en, "earlier 2/loss")]).toEqual(["验证损失（较早）", "loss, earlier 2"]);
});
