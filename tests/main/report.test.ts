/** Reports: what a person arranges is kept, the file shows the store's numbers and nothing that harms, and freezing makes them stand still. */

import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { figure, percent, spreadText } from "../../src-main/contract/figures.ts";
import { diagnosisTongues, sentenceOf } from "../../src-main/contract/diagnosis-words.ts";
import type { ReportBlock, ReportSubject } from "../../src-main/contract/reports.ts";
import { replayIn, reportBlockKinds, reportTemplates } from "../../src-main/contract/reports.ts";
import { reportThemes } from "../../src-main/report/html/style.ts";
import { reportWords } from "../../src-main/report/html/words.ts";
import { smallSweep, wholeSweep } from "../support/sweeps.ts";
import { ended, openBench, smallSpec, type TestBench } from "../support/workbench.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";

let bench: TestBench;
let subject: ReportSubject;
const evil = '<img src=x onerror=alert(1)> & "quoted" </script><script>alert(2)</script>';

beforeAll(async () => {
  bench = openBench();
  const runIds: string[] = [];
  for (const [name, rate] of [["plain", 0.05], [evil, 0.2]] as const) {
    const started = await bench.workbench.startRun({ experimentId: null, spec: { ...smallSpec, name, seeds: 3, optimizer: { kind: "sgd", learningRate: rate } } });
    runIds.push(...started.runIds);
  }
  for (const id of runIds) await ended(bench.workbench, id);
  subject = { runIds, grouping: { kind: "allButSeed" }, baseline: runIds[0]! };
  await bench.workbench.writeJournal({ subject: "project", hypothesis: `A higher rate **helps** $\\alpha$ ${evil}`, decision: "Go on." });
});
afterAll(async () => { await bench[Symbol.asyncDispose](); });

const exported = async (report: Parameters<typeof bench.workbench.exportReport>[0]["report"], format: "html" | "md" = "html", language: "en" | "zh" = "en"): Promise<string> =>
  new TextDecoder().decode((await bench.workbench.exportReport({ report, format, language, theme: "system" })).bytes);

const everyBlock: readonly ReportBlock[] = [
  { kind: "text", title: "", text: `# Why\n\nBecause ${evil} $x^2$.` }, { kind: "verdict", title: "", metric: null }, { kind: "chart", title: evil, metric: "train/loss", x: "epoch", scale: "auto" },
  { kind: "chart", title: "", metric: "no/such", x: "step", scale: "log" }, { kind: "results", title: "", metrics: [] }, { kind: "differences", title: "" }, { kind: "runs", title: "" }, { kind: "data", title: "" }, { kind: "specs", title: "" }, { kind: "journal", title: "" }, { kind: "confusion", title: "" }, { kind: "diagnosis", title: "" }, { kind: "sweep", title: "", sweepId: null },
];

describe("kept in the project", () => {
  it("begins with its template's parts, is changed, listed newest first, and deleted", async () => {
    const { workbench } = bench;
    const made = await workbench.createReport({ title: "One", template: "comparison", subject });
    expect(made).toMatchObject({ id: "p-1", title: "One", frozenMs: null, subject });
    expect(made.blocks.map(({ kind }) => kind)).toEqual(["text", "verdict", "chart", "chart", "results", "differences", "data", "runs"]);
    const second = await workbench.createReport({ title: "Two", template: "run", subject, blocks: [] });
    const changed = await workbench.changeReport({ reportId: made.id, title: "Better", blocks: everyBlock });
    expect([changed.title, changed.blocks, changed.subject]).toEqual(["Better", everyBlock, subject]);
    expect((await workbench.listReports({})).map(({ id }) => id)).toEqual([made.id, second.id]);
    await workbench.deleteReport({ reportId: second.id });
    await expect(workbench.report({ reportId: second.id })).rejects.toThrow('there is no report "p-2" in this project');
  });

  it("refuses runs that are not there and a baseline that is none of them", async () => {
    await expect(bench.workbench.createReport({ title: "x", template: "run", subject: { ...subject, runIds: ["r-99"] } })).rejects.toThrow('there is no run "r-99"');
    await expect(bench.workbench.createReport({ title: "x", template: "run", subject: { ...subject, runIds: [subject.runIds[1]!] } })).rejects.toThrow("subject.baseline must be one of the report's runs");
  });

  it("stands still while it is frozen, byte for byte but for nothing, and follows its runs again afterwards", async () => {
    const { workbench } = bench;
    const { id } = await workbench.createReport({ title: "Frozen", template: "comparison", subject, blocks: everyBlock });
    await workbench.freezeReport({ reportId: id, isFrozen: true });
    const before = await exported(id);
    const [first] = subject.runIds;
    await workbench.markRun({ runId: first!, name: "renamed meanwhile" });
    expect(await exported(id)).toBe(before);
    await expect(workbench.changeReport({ reportId: id, title: "x" })).rejects.toThrow("is frozen");
    await workbench.freezeReport({ reportId: id, isFrozen: false });
    expect(await exported(id)).toContain("renamed meanwhile");
    await workbench.markRun({ runId: first!, name: "plain · seed 1" });
  });
});

describe("the page", () => {
  it("lets its own style and script run and nothing else, and asks for nothing", async () => {
    const html = await exported({ title: evil, template: "comparison", subject, blocks: everyBlock });
    const digest = (of: string): string => createHash("sha256").update(of).digest("base64");
    const [style, script] = [/<style>([\s\S]*?)<\/style>/.exec(html)![1]!, /<script>([\s\S]*?)<\/script>/.exec(html)![1]!];
    expect(/Content-Security-Policy" content="([^"]*)"/.exec(html)![1]).toBe(`default-src 'none'; style-src 'sha256-${digest(style)}'; script-src 'sha256-${digest(script)}'; img-src data:; base-uri 'none'; form-action 'none'`);
    expect(style).not.toMatch(/url\(|@import/);
    const tags = html.replace(/<(script|style)[\s\S]*?<\/\1>/g, "").match(/<[a-z][^>]*>/gi)!;
    for (const tag of tags) expect(tag).not.toMatch(/^<(link|iframe|img|object|embed|base|form)|\s(src|href|style|action)=|url\((?!#)/i);
  });

  it("shows what people wrote as they wrote it: two scripts and a style are all that a browser would take for code", async () => {
    const html = await exported({ title: evil, template: "comparison", subject, blocks: everyBlock });
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html.match(/<style/g)).toHaveLength(1);
    const withoutCode = html.replace(/<script[\s\S]*?<\/script>/g, "");
    expect(withoutCode).not.toMatch(/<[^>]*\son\w+=/i);
    expect(withoutCode).toContain("&lt;img src=x onerror=alert(1)&gt; &amp; &quot;quoted&quot; &lt;/script&gt;");
  });

  it("tells the comparison's own numbers", async () => {
    const html = await exported({ title: "Numbers", template: "comparison", subject });
    const { metrics } = await bench.workbench.compareRuns({ runIds: subject.runIds, grouping: subject.grouping, baseline: subject.baseline });
    expect(metrics.length).toBeGreaterThan(1);
    for (const { metric, results } of metrics) for (const { mean, half } of results) {
      const told = spreadText(metric, mean, half);
      expect(html).toContain(`${told.mean} ± ${told.half}`);
    }
    for (const id of subject.runIds) expect(html).toContain((await bench.workbench.run({ runId: id })).weightHash!);
  });

  it("holds what it takes to train its runs again", async () => {
    const replay = replayIn(await exported({ title: "x", template: "run", subject }), "x.html");
    expect(replay.runs).toHaveLength(6);
    for (const told of replay.runs) {
      const run = await bench.workbench.run({ runId: told.id });
      expect(told).toMatchObject({ spec: run.spec, isWhole: true, weightHash: run.weightHash, dataHash: run.data.hash });
    }
  });

  it.each([
    ["another page", "<html><script>1</script></html>", /x\.html has no replay block/],
    ["a block that is no JSON", '<script type="application/json" id="descent-replay">{</script>', /is no JSON/],
    ["a block of another program", '<script type="application/json" id="descent-replay">{}</script>', /none of Descent's/],
    ["a block of a later version", '<script type="application/json" id="descent-replay">{"format":"descent-replay","version":2,"runs":[]}</script>', /of version 2; this Descent knows version 1/],
    ["a run without its spec", '<script type="application/json" id="descent-replay">{"format":"descent-replay","version":1,"runs":[{"id":"r-1"}]}</script>', /lacks its id, name, spec or data hash/],
  ])("%s is refused by name", (_, html, message) => { expect(() => replayIn(html, "x.html")).toThrow(message); });

  it("is the same in 中文, and both are in the one file", async () => {
    const html = await exported({ title: "x", template: "comparison", subject }, "html", "zh");
    expect(html).toContain('<html lang="zh-CN" data-language="zh">');
    for (const words of Object.values(reportWords)) for (const title of [words.titles.verdict, words.titles.results, words.titles.data]) expect(html).toContain(title);
  });

  it("of no runs says so part by part", async () => {
    const html = await exported({ title: "Empty", template: "comparison", subject: { runIds: [], grouping: { kind: "allButSeed" }, baseline: null }, blocks: everyBlock });
    expect(html).toContain("No run has a metric yet.");
  });

  it.each(reportTemplates)("the template %s makes parts that are known", async (template) => {
    const { id, blocks } = await bench.workbench.createReport({ title: template, template, subject });
    for (const { kind } of blocks) expect(reportBlockKinds).toContain(kind);
    expect((await exported(id)).length).toBeGreaterThan(10_000);
  });
});

describe("a sweep", () => {
  it("is told with the best beside what fresh seeds say, its trials, and what matters", async () => {
    const { workbench } = bench;
    const { sweep, trials } = await wholeSweep(workbench, { ...smallSweep, name: evil, confirm: { top: 1, seeds: 2 } });
    const report = { title: "Sweep", template: "sweep" as const, subject, blocks: [{ kind: "sweep" as const, title: "", sweepId: sweep.id }] };
    const html = await exported(report);
    const winner = await workbench.sweepWinner({ sweepId: sweep.id });
    expect(html).toContain(`Trial ${winner.raw!.trial} looks best of ${trials.length}: validation loss ${figure(winner.raw!.value)}.`);
    expect(html).toContain(`Confirmed: trial ${winner.confirmed[0]!.trial} comes to ${figure(winner.confirmed[0]!.mean)} ± ${figure(winner.confirmed[0]!.deviation!)} with 2 fresh seeds`);
    expect(html.match(/<circle/g)).toHaveLength(2 * trials.filter(({ values }) => Number.isFinite(values?.[0])).length);
    for (const { share } of (await workbench.sweepImportance({ sweepId: sweep.id, method: "fanova" })).axes) expect(html).toContain(`<td class="number">${percent(share, 1)}</td>`);
    expect(html.replace(/<script[\s\S]*?<\/script>/g, "")).not.toContain("<img");
    expect(await exported(report, "md", "zh")).toContain(`第 ${winner.raw!.trial} 次看起来最好`);
    const { id } = await workbench.createReport({ title: "x", template: "sweep", subject });
    expect(await exported(id)).toContain("No sweep is chosen, or it is no longer in this project.");
    // Of a sweep alone: its part shows it, and the report speaks of the runs that confirmed its winner.
    const of = await workbench.createReport({ title: "x", template: "sweep", subject: { ...subject, runIds: [], baseline: null }, sweepId: sweep.id });
    expect(of.subject.runIds).toEqual(winner.confirmed[0]!.runIds);
    expect(of.blocks).toContainEqual({ kind: "sweep", title: "", sweepId: sweep.id });
  }, 240_000);
});

it("shows which class is taken for which and what the errors say, of each group's first run, as the run's page does", async () => {
  const { workbench } = bench;
  const html = await exported({ title: "x", template: "run", subject, blocks: [{ kind: "confusion", title: "" }, { kind: "diagnosis", title: "" }] });
  const firsts = (await workbench.compareRuns({ runIds: subject.runIds, grouping: subject.grouping, baseline: subject.baseline })).groups.map(({ runIds }) => runIds[0]!);
  for (const runId of firsts) {
    for await (const event of workbench.examineRun({ runId, split: "validation" })) if (event.kind === "result") {
      const { confusion, accuracy } = event.result.ofClasses!;
      expect(html).toContain(`${percent(accuracy.share)} % right (95 % CI ${percent(accuracy.from)} to ${percent(accuracy.to)})`);
      const rows = [0, 1].map((actual) => `${[0, 1].map((guess) => `<td class="number[^"]*">${confusion[2 * actual + guess]!}</td>`).join("")}`);
      for (const row of rows) expect(html).toMatch(new RegExp(row));
    }
    for await (const event of workbench.diagnoseRun({ runId })) if (event.kind === "result") expect(html).toContain(sentenceOf(event.result, diagnosisTongues.en));
  }
  const numbers = await workbench.startRun({ experimentId: null, spec: { ...smallSpec, name: "numbers", data: { kind: "sample", name: "diabetes" }, split: { kind: "random" }, layers: [{ kind: "dense", units: 1 }], loss: { kind: "mse" }, metrics: [], train: { epochs: 1, batchSize: 64 } } });
  await ended(workbench, numbers.runIds[0]!);
  expect(await exported({ title: "x", template: "run", subject: { runIds: numbers.runIds, grouping: { kind: "eachRun" }, baseline: null }, blocks: [{ kind: "confusion", title: "" }, { kind: "diagnosis", title: "" }] })).toContain("No run of this report has classes and saved weights.");
}, 240_000);

it("tells beside the file how many points it rests on and how often the test split was opened", async () => {
  const held = await bench.workbench.exportReport({ report: { title: "x", template: "run", subject }, format: "html", language: "en", theme: "light" });
  let rows = Infinity;
  for await (const event of bench.workbench.exportFile({ wish: { kind: "curves", format: "csv", runIds: subject.runIds, metrics: [] } })) if (event.kind === "done") rows = event.rows;
  expect(held).toMatchObject({ runs: 6, testOpenings: 0 });
  // Besides the metrics, each run keeps its clock.
  expect(held.points).toBeGreaterThanOrEqual(rows);
});

it("as Markdown it has the same parts, and what people wrote is no markup of ours", async () => {
  const markdown = await exported({ title: "A *b* | c", template: "comparison", subject, blocks: everyBlock }, "md");
  expect(markdown).toMatch(/^# A \\\*b\\\* \\\| c\n/);
  for (const title of ["What the numbers bear", "Results", "What differs", "Runs", "Data", "Settings", "Journal"]) expect(markdown).toContain(`## ${title}`);
  expect(markdown).toContain("\\<img src=x onerror=alert(1)\\>");
});

it("no PDF without a printer: a sentence that says which door and what to do", async () => {
  await expect(bench.workbench.exportReport({ report: { title: "x", template: "run", subject }, format: "pdf", language: "en", theme: "light" })).rejects.toThrow("the test door cannot print a PDF");
});

it("its colours are the application's", () => {
  const css = readFileSync(join(import.meta.dirname, "../../src-renderer/styles/tokens.css"), "utf8");
  const [light, dark] = [css.slice(0, css.indexOf(':root[data-theme="dark"]')), css.slice(css.indexOf(':root[data-theme="dark"]'))];
  for (const [theme, source] of [["light", light], ["dark", dark]] as const) for (const [name, value] of Object.entries(reportThemes[theme])) expect([name, new RegExp(`--${name}:\\s*([^;]+);`).exec(source)?.[1]]).toEqual([name, value]);
});
