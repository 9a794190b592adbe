/** A project in which every page has something to show, the list of its pages, and the ways into its dialogs: for tests that walk them all, and for pictures. */

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Locator, Page } from "playwright-core";
import type { RunId } from "../../src-main/contract/nouns.ts";
import { createWorkbench } from "../../src-main/service/workbench.ts";
import { openStore } from "../../src-main/store/open.ts";
import { createPool } from "../../src-main/workers/pool.ts";
import { ended, endlessSpec, smallSpec } from "./workbench.ts";

const examples = resolve(import.meta.dirname, "..", "..", "examples");
const example = (name: string): object => JSON.parse(readFileSync(join(examples, `${name}.json`), "utf8")) as object;

export interface Filled {
  readonly experiment: string;
  /** Two groups of three seeds on the digits, finished, with curves, weights and predictions. */
  readonly groups: readonly [readonly RunId[], readonly RunId[]];
  readonly failed: RunId;
  readonly stopped: RunId;
  readonly trashed: RunId;
  readonly csv: string;
  /** A sweep that is over, with a confirmed winner. */
  readonly sweep: string;
  /** A report of one run that follows it, and one of both groups whose numbers stand still. */
  readonly reports: readonly [string, string];
}

/** Texts a person might write; a test of hostile ones gives its own. */
export interface Texts { readonly name: string; readonly tag: string; readonly experiment: string; readonly question: string; readonly note: string; readonly file: string; readonly csv: string; readonly view: string }
export const plainTexts: Texts = {
  name: "digits, one hidden layer", tag: "best so far", experiment: "Dropout or L2 on digits?", question: "Does either close the gap between training and validation?", note: "The **gap** opens near epoch 12.\n\nNext: fewer units.", file: "measurements.csv",
  csv: `length,width,kind\n${Array.from({ length: 60 }, (_, i) => `${(i % 7) + 0.5},${(i % 5) * 2},${i % 3 === 0 ? "round" : i % 3 === 1 ? "square" : "long"}`).join("\n")}\n`, view: "adam only",
};

/** Makes the project at `file` with a workbench of its own, really trained, and closes it. */
export async function fillProject(file: string, texts: Texts = plainTexts): Promise<Filled> {
  const pool = createPool({ parallel: 1 });
  const workbench = createWorkbench({ store: openStore(file, Date.now), pool, now: Date.now, examples, door: "test" });
  try {
    const { id: experiment } = await workbench.createExperiment({ name: texts.experiment, question: texts.question });
    await workbench.createExperiment({ name: "Nothing here yet", question: "" });
    const digits = { ...example("digits"), train: { epochs: 8, batchSize: 32, openTest: false }, seeds: 3 };
    const first = (await workbench.startRun({ experimentId: experiment, spec: { ...digits, name: texts.name } })).runIds;
    const second = (await workbench.startRun({ experimentId: experiment, spec: { ...digits, name: "digits, slower", optimizer: { kind: "sgd", learningRate: 0.01 } } })).runIds;
    const kept = await workbench.importFile({ name: texts.file, bytes: new TextEncoder().encode(texts.csv) });
    const single = async (spec: object): Promise<RunId> => { const id = (await workbench.startRun({ experimentId: experiment, spec })).runIds[0]!; await ended(workbench, id); return id; };
    const failed = await single({ ...smallSpec, name: "rate too large", loss: { kind: "mse" }, optimizer: { kind: "sgd", learningRate: 1e30 } }).catch(() => single({ ...smallSpec, name: "rate too large", optimizer: { kind: "sgd", learningRate: 1e30 } }));
    const trashed = await single({ ...smallSpec, name: "thrown away" });
    const stopped = (await workbench.startRun({ experimentId: experiment, spec: { ...endlessSpec, name: "stopped by hand" } })).runIds[0]!;
    for await (const { run } of workbench.watchRun({ runId: stopped, since: 0 })) if (run.step > 0) break;
    await workbench.stopRun({ runId: stopped });
    for (const id of [...first, ...second, stopped]) await ended(workbench, id);
    await workbench.markRun({ runId: first[0]!, tags: [texts.tag], isPinned: true, isBaseline: true });
    await workbench.markRun({ runId: second[2]!, isArchived: true });
    await workbench.writeJournal({ subject: "project", hypothesis: texts.note, notes: texts.note });
    await workbench.writeJournal({ subject: first[0]!, hypothesis: texts.note, result: texts.note, decision: texts.note, notes: texts.note });
    await workbench.writeJournal({ subject: experiment, notes: texts.note });
    const { sweepId: sweep } = await workbench.startSweep({ experimentId: null, spec: { base: { ...example("iris"), train: { epochs: 2 } }, axes: { "optimizer.learningRate": { role: "scientific" }, "train.batchSize": { from: 8, to: 64 }, "optimizer.kind": { value: "adam" } }, objective: [{ metric: "validation/accuracy" }, { metric: "run/seconds" }], sampler: { kind: "sobol" }, trials: 12, confirm: { top: 1, seeds: 2 } } });
    for await (const { sweep: now } of workbench.watchSweep({ sweepId: sweep, since: 0 })) if (now.state === "finished") break;
    await workbench.trashRuns({ runIds: [trashed] });
    await workbench.changeSettings({ views: [{ name: texts.view, query: "optimizer.kind = adam", layout: { columns: ["validation/accuracy"], sort: [] } }] });
    const { id: report } = await workbench.createReport({ title: texts.name, template: "run", subject: { runIds: [first[0]!], grouping: { kind: "allButSeed" }, baseline: null } });
    const { id: frozen } = await workbench.createReport({ title: texts.experiment, template: "comparison", subject: { runIds: [...first, ...second], grouping: { kind: "allButSeed" }, baseline: first[0]! } });
    await workbench.freezeReport({ reportId: frozen, isFrozen: true });
    await workbench.backUp({});
    return { reports: [report, frozen], experiment, groups: [first, second], failed, stopped, trashed, csv: kept.hash, sweep };
  } finally { await workbench.close(); }
}

/** A place: its name, its address, and what shows that it is there. */
export interface Place { readonly name: string; readonly hash: string; readonly ready?: string }

export function placesOf({ experiment, groups, failed, stopped, csv, sweep, reports }: Filled): readonly Place[] {
  const all = [...groups[0], ...groups[1].slice(0, 2)].join(",");
  return [
    { name: "home", hash: "#/", ready: ".starts canvas, .starts svg, .starts img" },
    { name: "runs", hash: "#/runs", ready: "[role=grid], table" },
    { name: "runs-query", hash: "#/runs?q=validation%2Faccuracy+%3E", ready: "[role=combobox], input" },
    { name: "runs-none", hash: "#/runs?q=epochs+%3E+9999" },
    { name: "experiment", hash: `#/experiments/${experiment}`, ready: "table" },
    { name: "experiment-empty", hash: "#/experiments/e-2" },
    { name: "run", hash: `#/runs/${groups[0][0]!}`, ready: "figure" },
    { name: "run-failed", hash: `#/runs/${failed}` },
    { name: "run-stopped", hash: `#/runs/${stopped}` },
    { name: "run-unknown", hash: "#/runs/r-9999", ready: "[role=alert]" },
    { name: "compare", hash: `#/compare/${all}`, ready: "section.answer" },
    { name: "compare-scatter", hash: `#/compare/${all}?tab=scatter` },
    { name: "compare-parallel", hash: `#/compare/${all}?tab=parallel` },
    { name: "compare-boxes", hash: `#/compare/${all}?tab=boxes` },
    { name: "compare-empty", hash: "#/compare" },
    { name: "new", hash: "#/new/example/digits" },
    { name: "new-csv", hash: `#/new/file/${csv}` },
    { name: "sweeps", hash: "#/sweeps", ready: "table" },
    { name: "sweep", hash: `#/sweeps/${sweep}`, ready: "[role=tabpanel] figure" },
    { name: "sweep-edit", hash: `#/sweeps/${sweep}/edit`, ready: "[role=img]" },
    { name: "sweep-new", hash: "#/sweeps/new" },
    { name: "sweep-unknown", hash: "#/sweeps/s-99", ready: "[role=alert]" },
    { name: "data", hash: "#/data" },
    { name: "data-file", hash: `#/data?set=file/${csv}`, ready: "td, svg, .head" },
    { name: "queue", hash: "#/queue" },
    { name: "journal", hash: "#/journal" },
    { name: "journal-experiment", hash: `#/journal/${experiment}` },
    { name: "reports", hash: "#/reports" },
    { name: "report", hash: `#/reports/${reports[0]}`, ready: "iframe" },
    { name: "report-frozen", hash: `#/reports/${reports[1]}`, ready: "iframe" },
    { name: "report-unknown", hash: "#/reports/none", ready: "[role=alert]" },
    { name: "storage", hash: "#/storage", ready: "table" },
    { name: "settings", hash: "#/settings" },
    { name: "settings-none", hash: "#/settings?find=zzzz" },
    { name: "explain", hash: "#/explain" },
    { name: "explain-adam", hash: "#/explain/optimizer/adam" },
    { name: "nowhere", hash: "#/nowhere" },
  ];
}

/** A dialog or another thing that lies over a page: where it opens, how, and what it is in the document. */
export interface Overlay { readonly name: string; readonly hash: string; readonly open: (page: Page) => Promise<void>; readonly close: (page: Page) => Promise<void> }

export function overlaysOf({ groups }: Filled): readonly Overlay[] {
  const run = `#/runs/${groups[0][1]!}`;
  const keys = (...presses: readonly string[]) => async (page: Page): Promise<void> => { for (const key of presses) await page.keyboard.press(key); };
  /** Esc closes most of them; what a deed changed is taken back besides. */
  const list: readonly (Omit<Overlay, "close"> & { readonly undo?: boolean })[] = [
    { name: "palette", hash: "#/runs", open: keys("Control+k") },
    { name: "palette-found", hash: "#/", open: async (page) => { await page.keyboard.press("Control+k"); await page.keyboard.type("adam"); await page.locator("[role=option]").first().waitFor(); } },
    { name: "palette-none", hash: "#/", open: async (page) => { await page.keyboard.press("Control+k"); await page.keyboard.type("qqqqzz"); await page.locator("[role=option]").first().waitFor({ state: "detached" }); } },
    { name: "keys", hash: "#/", open: keys("?") },
    { name: "purge", hash: "#/storage", open: keys("Shift+Delete") },
    { name: "columns", hash: "#/runs", open: keys("o") },
    { name: "selected", hash: "#/runs", open: keys("j", "x", "j", "x") },
    { name: "report-new", hash: "#/reports?new=yes", open: keys() },
    { name: "query-builder", hash: "#/runs?q=epochs+%3E+3+and+state+%3D+finished", open: keys("q") },
    { name: "extend", hash: run, open: keys("Shift+e") },
    { name: "toast", hash: run, open: keys("Shift+i"), undo: true },
    { name: "tour", hash: "#/", open: keys("g", "w") },
  ];
  return list.map(({ undo, ...overlay }) => ({ ...overlay, async close(page) { await page.keyboard.press("Escape"); if (undo === true) await page.keyboard.press("Control+z"); await settled(page); } }));
}

/** Goes to a place and waits until what it loads has arrived. */
export async function goTo(page: Page, { hash, ready }: Pick<Place, "hash" | "ready">): Promise<void> {
  await page.evaluate((to) => { location.hash = to; }, hash);
  await page.locator("main h1, main h2").first().waitFor();
  if (ready !== undefined) await page.locator(`main :is(${ready})`).first().waitFor();
  await settled(page);
}

/** Waits until nothing in sight is being loaded and six frames in a row have changed nothing in the document; of a page that never rests, two seconds of frames. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => [...document.querySelectorAll("main [aria-busy=true]:not(button)")].every((one) => !one.checkVisibility()));
  await page.evaluate(() => new Promise<void>((done) => {
    let [still, left] = [0, 120];
    const observer = new MutationObserver(() => { still = 0; });
    observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    const look = (): void => {
      if (++still <= 6 && --left > 0) { requestAnimationFrame(look); return; }
      observer.disconnect();
      done();
    };
    requestAnimationFrame(look);
  }));
}

/** The tabs of a page with views of its own, of a run or a sweep. */
export const tabsOf = (page: Page): Locator => page.locator("main [role=tablist] [role=tab]");

/** Switches language and theme as the settings page would, through the interface's own keys, from any page. */
export async function show(page: Page, language: "en" | "zh", theme: "light" | "dark"): Promise<void> {
  await goTo(page, { hash: "#/settings" });
  await page.getByRole("radio", { name: language === "en" ? "English" : "中文", exact: true }).check({ force: true });
  await page.getByRole("radio", { name: theme === "light" ? /^(Light|浅色)$/ : /^(Dark|深色)$/ }).check({ force: true });
  await page.waitForFunction(([lang, look]) => document.documentElement.lang === lang && document.documentElement.dataset["theme"] === look, [language === "en" ? "en" : "zh-CN", theme] as const);
}
