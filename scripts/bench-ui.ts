/**
 * `npm run bench:ui`: how quick the interface is in Chromium, through the built server door. Prints one line of JSON for each figure; times are in milliseconds.
 * Needs a build (`npm run build`). The runs are made up, their curves too; nothing is trained.
 */

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Page } from "playwright-core";
import { openStore } from "../src-main/store/open.ts";
import { launchBrowser } from "../tests/support/browser.ts";
import { fillRuns } from "../tests/support/fill-runs.ts";
import { liveLines } from "./live-lines.ts";

const root = resolve(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "descent-bench-ui-"));
const file = join(folder, "bench.descent");
const runs = 10_000;
const lines = 500;
const pointsPerLine = 2000;

const tell = (what: string, figures: Readonly<Record<string, number | string>>): void => { console.log(JSON.stringify({ what, ...figures })); };
const quantile = (values: readonly number[], share: number): number => Math.round([...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))]! * 10) / 10;
async function timed(deed: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await deed();
  return performance.now() - began;
}

let ms = 1_700_000_000_000;
const store = openStore(file, () => ms++);
fillRuns(store, runs);
// Curves for the newest 500: a fall with noise, a point for each step.
for (let i = runs - lines + 1; i <= runs; i++) {
  const id = `r-${i}`;
  const { run } = store.runs.get(id);
  const steps = Float64Array.from({ length: pointsPerLine }, (_, step) => step);
  const values = steps.map((step) => 2 * Math.exp(-step / (300 + (i % 97) * 5)) + 0.1 + 0.02 * Math.sin(step * (1 + (i % 13))));
  store.runs.record(id, { epoch: run.epoch, step: run.step, trainingMs: run.trainingMs, metrics: run.metrics, notes: run.notes, series: [{ metric: "validation/loss", steps, values }], hashes: [] });
}
store.close();

const server = spawn(process.execPath, [join(root, "out", "main", "server.js"), "--no-open", "--project", file, "--parallel", "1"], { stdio: ["ignore", "pipe", "inherit"] });
const browser = await launchBrowser();

/** Frames between animation frames while something is done, in milliseconds. */
async function frames(page: Page, deed: () => Promise<unknown>): Promise<readonly number[]> {
  await page.evaluate(() => {
    const seen: number[] = [];
    Object.assign(window, { benchFrames: seen, benchGoesOn: true });
    let last = performance.now();
    const look = (now: number): void => { seen.push(now - last); last = now; if ((window as unknown as { benchGoesOn: boolean }).benchGoesOn) requestAnimationFrame(look); };
    requestAnimationFrame(look);
  });
  await deed();
  return page.evaluate(() => { Object.assign(window, { benchGoesOn: false }); return (window as unknown as { benchFrames: number[] }).benchFrames.slice(2); });
}

try {
  const url = await new Promise<string>((found, failed) => {
    server.stdout.setEncoding("utf8").on("data", (text: string) => { const address = /http:\S+/.exec(text); if (address !== null) found(address[0]); });
    server.once("exit", (code) => { failed(new Error(`the server ended with ${code}; run npm run build first`)); });
  });
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  page.setDefaultTimeout(60_000);
  const go = (to: string) => page.evaluate((hash) => { location.hash = hash; }, to);
  tell("cold start to usable", { ms: Math.round(await timed(async () => { await page.goto(url); await page.getByRole("link", { name: /Runs/ }).first().waitFor(); })) });

  const firstRows: number[] = [];
  for (let i = 0; i < 5; i++) {
    await go("#/");
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForTimeout(200);
    firstRows.push(await timed(async () => { await go("#/runs"); await page.locator("tbody tr[aria-rowindex]").nth(10).waitFor(); }));
  }
  tell(`first rows of ${runs} runs, grouped`, { median: quantile(firstRows, 0.5), max: quantile(firstRows, 1) });

  await page.getByRole("button", { name: /^Group:/ }).click();
  await page.getByRole("radio", { name: "Each run" }).check({ force: true });
  await page.waitForFunction((n) => document.querySelector("table")?.getAttribute("aria-rowcount") === String(n + 1), runs);
  const scrolled = await frames(page, async () => {
    for (let i = 0; i < 60; i++) { await page.locator(".scroller").evaluate((node, top) => { node.scrollTop = top; }, i * 1700); await page.evaluate(() => new Promise((done) => { requestAnimationFrame(done); })); }
  });
  tell("scroll through 10,000 rows, frame", { p50: quantile(scrolled, 0.5), p95: quantile(scrolled, 0.95), frames: scrolled.length });

  const asked: number[] = [];
  for (let i = 0; i < 20; i++) {
    const query = `validation/accuracy > 0.${80 + i} and optimizer.kind in (adam, sgd)`;
    asked.push(await timed(async () => {
      const before = await page.getByRole("table").getAttribute("aria-rowcount").catch(() => "");
      await page.getByRole("combobox", { name: "Query" }).fill(query);
      await page.waitForFunction((count) => { const now = document.querySelector("table")?.getAttribute("aria-rowcount"); return now !== undefined && now !== null && now !== count; }, before);
    }) - 150);
    await page.getByRole("columnheader", { name: /validation loss/ }).first().getByRole("button").click();
  }
  tell("filter and sort, less the 150 ms a typing person is waited for", { p50: quantile(asked, 0.5), p95: quantile(asked, 0.95) });

  await page.getByRole("combobox", { name: "Query" }).fill("");
  const ids = Array.from({ length: lines }, (_, i) => `r-${runs - i}`).join(",");
  const compared = await timed(async () => { await go(`#/compare/${ids}?by=run&metric=validation%2Floss`); await page.getByRole("heading", { level: 1, name: /500 runs/ }).waitFor(); });
  tell("compare 500 runs: sentence and table", { ms: Math.round(compared) });
  const drawn = await timed(async () => { await page.locator(".charts .cell").first().scrollIntoViewIfNeeded(); await page.waitForFunction(() => document.querySelector("figure [role=img][aria-label*='ends at']") !== null); });
  tell(`curves of ${lines} lines × ${pointsPerLine} points, after that`, { ms: Math.round(drawn) });

  const first = page.locator(".charts .cell").first().getByRole("group");
  const zooms: number[] = [];
  for (let i = 0; i < 8; i++) {
    await first.focus();
    zooms.push(await timed(async () => {
      await page.keyboard.press(i % 4 === 3 ? "0" : "+");
      await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => { requestAnimationFrame(done); }); }));
    }));
  }
  tell(`zoom of ${lines} lines, until it is painted`, { p50: quantile(zooms, 0.5), max: quantile(zooms, 1) });

  const memory = async (): Promise<number> => { const session = await page.context().newCDPSession(page); await session.send("HeapProfiler.collectGarbage"); const { usedSize } = await session.send("Runtime.getHeapUsage"); await session.detach(); return Math.round(usedSize / 1e5) / 10; };
  await go("#/");
  await page.waitForTimeout(500);
  const before = await memory();
  for (let i = 0; i < 100; i++) { await go(["#/", "#/runs", "#/data", "#/settings"][i % 4]!); await page.waitForTimeout(30); }
  await go("#/");
  await page.waitForTimeout(500);
  tell("memory after 100 changes of page, MB", { before, after: await memory() });

  // Lines that grow: 50 runs that train for show, each reporting ten times a second, one chart of all of them.
  const live = await liveLines(join(folder, "live.descent"), 50, 100);
  try {
    const grown = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    grown.setDefaultTimeout(120_000);
    await grown.goto(live.url);
    await grown.getByRole("link", { name: /Runs/ }).first().waitFor();
    await grown.evaluate((hash) => { location.hash = hash; }, `#/compare/${live.runIds.join(",")}?by=run&metric=validation%2Floss`);
    await grown.waitForFunction(() => document.querySelector("figure [role=img][aria-label*='ends at']") !== null);
    await grown.evaluate(() => { document.querySelector(".charts .cell")?.scrollIntoView(); });
    await grown.waitForTimeout(3000);
    const seen = await frames(grown, () => grown.waitForTimeout(8000));
    const long = seen.filter((ms) => ms > 34).length;
    tell("50 live lines, 10 updates a second, frame", { p50: quantile(seen, 0.5), p95: quantile(seen, 0.95), max: quantile(seen, 1), over33: long, frames: seen.length });
    await grown.close();
  } finally { await live.close(); }
  tell("load of the machine, 1 minute", { load: Math.round(loadavg()[0]! * 10) / 10 });
} finally {
  await browser.close();
  server.kill("SIGTERM");
  await new Promise((done) => { server.once("exit", done); });
  rmSync(folder, { recursive: true, force: true });
}
