/** A report's file in a real Chromium, from disk and with the network blocked: it asks for nothing, complains of nothing, runs nothing of anybody's, and axe finds nothing, in both languages and themes and on a telephone. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type axe from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { spreadText } from "../../src-main/contract/figures.ts";
import type { ReportBlock } from "../../src-main/contract/reports.ts";
import { launchBrowser } from "../support/browser.ts";
import { payloads } from "../support/payloads.ts";
import { ended, openBench, smallSpec, type TestBench } from "../support/workbench.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const folder = mkdtempSync(join(tmpdir(), "descent-report-"));
const file = join(folder, "report.html");
const engine = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
let bench: TestBench;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const runIds: string[] = [];
const asked: string[] = [];
const complaints: string[] = [];

/** Control characters have no place in HTML and are left out. */
const plain = (text: string): string => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, "").replace(/\s+/g, " ").trim();
/** A comma or quotes are CSV's to keep. */
const quoted = (text: string): string => `"${text.replaceAll('"', '""').replace(/[\r\n]/g, " ")}"`;

beforeAll(async () => {
  bench = openBench();
  const { workbench } = bench;
  // Class labels, header and categories are payloads too.
  const labels = payloads.slice(0, 4);
  const table = [[payloads[4]!, "b", payloads[5]!].map(quoted).join(","), ...Array.from({ length: 120 }, (_, i) => `${(i % 4) + (i % 7) / 10},${i % 5},${quoted(labels[i % 4]!)}`)].join("\n");
  const { hash } = await workbench.importFile({ name: "payloads.csv", bytes: new TextEncoder().encode(table) });
  const data = { kind: "csv", file: "payloads.csv", hash };
  for (const seed of [1, 2]) {
    const started = await workbench.startRun({ experimentId: null, spec: { ...smallSpec, name: payloads[6]!.slice(0, 180), seed, data, layers: [{ kind: "dense", units: 4 }], train: { epochs: 2, batchSize: 32 } } });
    runIds.push(...started.runIds);
  }
  for (const id of runIds) expect((await ended(workbench, id)).state).toBe("finished");
  await workbench.writeJournal({ subject: "project", hypothesis: payloads.join("\n\n"), result: payloads[7]!, decision: payloads[8]!, notes: payloads[9]! });
  const usual = ["verdict", "results", "differences", "runs", "data", "specs", "journal"] as const;
  const blocks: ReportBlock[] = [
    ...payloads.map((payload): ReportBlock => ({ kind: "text", title: payload.slice(0, 200), text: payload })),
    { kind: "chart", title: payloads[10]!.slice(0, 200), metric: "validation/loss", x: "epoch", scale: "auto" },
    ...usual.map((kind): ReportBlock => (kind === "verdict" ? { kind, title: "", metric: null } : kind === "results" ? { kind, title: "", metrics: [] } : { kind, title: "" })),
  ];
  const { bytes } = await workbench.exportReport({ report: { title: payloads[11]!.slice(0, 200), template: "run", subject: { runIds, grouping: { kind: "eachRun" }, baseline: null }, blocks }, format: "html", language: "en", theme: "system" });
  writeFileSync(file, bytes);
  browser = await launchBrowser();
  context = await browser.newContext({ offline: true, bypassCSP: false });
  page = await context.newPage();
  page.on("request", (request) => { asked.push(request.url()); });
  page.on("console", (message) => { complaints.push(message.text()); });
  page.on("pageerror", (error) => { complaints.push(error.message); });
  page.on("dialog", (dialog) => { complaints.push(`dialog ${dialog.message()}`); void dialog.dismiss(); });
  await page.goto(pathToFileURL(file).href);
});

afterAll(async () => {
  await browser?.close();
  await bench?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

it("asks for itself alone, and says nothing to the console", async () => {
  await page.waitForLoadState("networkidle");
  expect(asked).toEqual([pathToFileURL(file).href]);
  expect(complaints).toEqual([]);
});

it(`shows ${payloads.length} hostile texts as headings, letter for letter`, async () => {
  expect(payloads.length).toBeGreaterThanOrEqual(60);
  const headings = await page.locator("section > h2").allTextContents();
  const shown = new Set(headings.map(plain));
  for (const payload of payloads) expect(shown).toContain(plain(payload.slice(0, 200)));
});

it("shows them as names of runs, as column names and as class labels too, letter for letter, and makes nothing of them", async () => {
  const { workbench } = bench;
  const all: string[] = [];
  for (const name of payloads) all.push(...(await workbench.startRun({ experimentId: null, spec: { ...smallSpec, name: name.slice(0, 180), data: { kind: "xor", samples: 60 }, layers: [{ kind: "dense", units: 2 }], train: { epochs: 1, batchSize: 60 } } })).runIds);
  // As many classes as a matrix shows.
  for (let from = 0; from < payloads.length; from += 30) {
    const labels = payloads.slice(from, from + 30);
    const table = [["a", "b", labels.at(-1)!].map(quoted).join(","), ...Array.from({ length: 12 * labels.length }, (_, i) => `${i % labels.length},${i % 5},${quoted(labels[i % labels.length]!)}`)].join("\n");
    const { hash } = await workbench.importFile({ name: `labels${from}.csv`, bytes: new TextEncoder().encode(table) });
    all.push(...(await workbench.startRun({ experimentId: null, spec: { ...smallSpec, name: `labels ${from}`, data: { kind: "csv", file: `labels${from}.csv`, hash }, layers: [{ kind: "dense", units: labels.length }], train: { epochs: 1, batchSize: 64 } } })).runIds);
  }
  for (const id of all) expect((await ended(workbench, id)).state).toBe("finished");
  const kinds = ["results", "runs", "data", "confusion"] as const;
  const { bytes } = await workbench.exportReport({ report: { title: "x", template: "run", subject: { runIds: all, grouping: { kind: "eachRun" }, baseline: null }, blocks: kinds.map((kind): ReportBlock => (kind === "results" ? { kind, title: "", metrics: [] } : { kind, title: "" })) }, format: "html", language: "en", theme: "system" });
  const second = join(folder, "names.html");
  writeFileSync(second, bytes);
  const reader = await context.newPage();
  const said: string[] = [], wanted: string[] = [];
  reader.on("console", (message) => { said.push(message.text()); });
  reader.on("dialog", (dialog) => { said.push(`dialog ${dialog.message()}`); void dialog.dismiss(); });
  reader.on("request", (request) => { wanted.push(request.url()); });
  await reader.goto(pathToFileURL(second).href);
  const names = new Set((await reader.locator("#part-2 td:nth-child(2)").allTextContents()).map(plain));
  for (const payload of payloads) expect(names).toContain(plain(payload.slice(0, 180)));
  const classes = new Set((await reader.locator("#part-4 tbody th").allTextContents()).map(plain));
  for (const payload of payloads) expect(classes).toContain(plain(payload));
  const cards = plain((await reader.locator("#part-3").textContent())!);
  for (const payload of [payloads[29]!, payloads.at(-1)!]) expect(cards).toContain(plain(payload));
  expect(await reader.locator("main :is(img, iframe, object, embed, form, link, base, video, audio, input, script, style)").count()).toBe(0);
  expect([said, wanted]).toEqual([[], [pathToFileURL(second).href]]);
  await reader.close();
});

const hasPdftotext = spawnSync("pdftotext", ["-v"]).error === undefined;
if (!hasPdftotext) console.warn("SKIPPED: no pdftotext here; the heads of tables on paper are not read back");
it.runIf(hasPdftotext)("has the head of a table on every page of paper that it takes", async () => {
  const { workbench } = bench;
  const { runIds: many } = await workbench.startRun({ experimentId: null, spec: { ...smallSpec, seeds: 60, data: { kind: "xor", samples: 60 }, train: { epochs: 1, batchSize: 60 } } });
  for (const id of many) expect((await ended(workbench, id)).state).toBe("finished");
  const { bytes } = await workbench.exportReport({ report: { title: "x", template: "run", subject: { runIds: many, grouping: { kind: "eachRun" }, baseline: null }, blocks: [{ kind: "runs", title: "" }] }, format: "html", language: "en", theme: "system" });
  writeFileSync(join(folder, "long.html"), bytes);
  const reader = await context.newPage();
  await reader.goto(pathToFileURL(join(folder, "long.html")).href);
  writeFileSync(join(folder, "long.pdf"), await reader.pdf({ preferCSSPageSize: true }));
  await reader.close();
  const pages = spawnSync("pdftotext", ["-layout", join(folder, "long.pdf"), "-"], { encoding: "utf8" }).stdout.split("\f").filter((one) => /^\s*r-\d+ /m.test(one));
  expect(pages.length).toBeGreaterThan(2);
  for (const one of pages) expect(one).toMatch(/run +name +seed +state/);
});

it("made no element or attribute of anybody's text that could act", async () => {
  const found = await page.evaluate(() => [...document.querySelectorAll("*")].flatMap((element) => [
    ...(["IMG", "IFRAME", "OBJECT", "EMBED", "FORM", "LINK", "BASE", "VIDEO", "AUDIO", "INPUT", "MARQUEE", "PORTAL"].includes(element.tagName.toUpperCase()) ? [element.outerHTML.slice(0, 120)] : []),
    ...[...element.attributes].filter(({ name, value }) => name.startsWith("on") || name === "style" || name === "srcdoc" || /^\s*(javascript|data|vbscript):/i.test(value)).map(({ name, value }) => `${element.tagName} ${name}=${value.slice(0, 80)}`),
  ]));
  expect(found).toEqual([]);
  expect(await page.locator("script").count()).toBe(2);
});

it("tells the store's numbers", async () => {
  const text = await page.locator("main").innerText();
  const { metrics } = await bench.workbench.compareRuns({ runIds, grouping: { kind: "eachRun" }, baseline: null });
  for (const { metric, results } of metrics) for (const { mean, half } of results) expect(text).toContain(spreadText(metric, mean, half).mean);
});

describe.each([["light", "English"], ["dark", "中文"]] as const)("%s, %s", (theme, language) => {
  it("has nothing that axe finds, wide and on a telephone", async () => {
    // The file's own policy lets no script in but its own; axe comes into a context of its own that may.
    const reading = await browser.newContext({ offline: true, bypassCSP: true, colorScheme: theme });
    const read = await reading.newPage();
    await read.goto(pathToFileURL(file).href);
    if (language === "中文") await read.locator("#language").click();
    await read.addScriptTag({ path: engine });
    for (const width of [1280, 390]) {
      await read.setViewportSize({ width, height: 844 });
      const { violations } = await read.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
      expect(violations.map(({ id, nodes }) => `${width}: ${id} (${nodes.length}): ${nodes[0]!.html.slice(0, 160)} ${(nodes[0]!.any[0] ?? nodes[0]!.all[0] ?? nodes[0]!.none[0])?.message ?? ""}`)).toEqual([]);
      // No line runs out of the page: what is wide scrolls in its own box.
      expect(await read.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
    await reading.close();
  });
});
