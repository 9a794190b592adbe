/** The comparison in a real Chromium, of runs that were really trained: sentence, baseline, grouping, more seeds, hidden groups, row by row, export. */

import { execFile } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { startDoor } from "./door.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const root = resolve(import.meta.dirname, "..", "..");
const shots = join(root, "tests", "shots");
const folder = mkdtempSync(join(tmpdir(), "descent-compare-"));
const project = join(folder, "compare.descent");
const complaints: string[] = [];
let browser: Browser;
let page: Page;
let server: ChildProcess;
/** What the command line said of the six runs, before the server took the project. */
let printed = "";

const spec = (name: string, learningRate: number) => ({
  name, seeds: 3, data: { kind: "sample", name: "digits" }, layers: [{ kind: "dense", units: 10 }],
  optimizer: { kind: "adam", learningRate }, metrics: [{ kind: "accuracy" }], train: { epochs: 4, batchSize: 64 },
});
const descent = async (...args: string[]) => (await promisify(execFile)(process.execPath, [join(root, "scripts", "descent.mjs"), ...args, "--project", project])).stdout;

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  for (const [name, rate] of [["slow", 0.0005], ["fast", 0.01]] as const) {
    writeFileSync(join(folder, "spec.json"), JSON.stringify(spec(name, rate)));
    await descent("run", join(folder, "spec.json"));
  }
  printed = await descent("compare", "r-1", "r-2", "r-3", "r-4", "r-5", "r-6");
  const door = await startDoor(project, 1);
  server = door.server;
  browser = await launchBrowser();
  page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true })).newPage();
  page.setDefaultTimeout(50_000);
  page.on("console", (message) => { if (message.type() === "error" || message.type() === "warning") complaints.push(message.text()); });
  page.on("pageerror", (error) => { complaints.push(error.message); });
  await page.goto(door.url);
});

afterAll(async () => {
  await browser?.close();
  const ended = new Promise((done) => { server.once("exit", done); });
  server.kill("SIGTERM");
  await ended;
  rmSync(folder, { recursive: true, force: true });
});

const go = (hash: string) => page.evaluate((to) => { location.hash = to; }, hash);
const answer = () => page.getByRole("region", { name: /validation accuracy|验证准确率/ }).first();

it("groups by all but seed, and says what three pairs can bear", async () => {
  await go("#/compare/r-1,r-2,r-3,r-4,r-5,r-6");
  await page.getByRole("heading", { level: 1, name: "2 groups side by side" }).waitFor();
  const said = await answer().innerText();
  expect(said).toMatch(/B fast is better than A slow by \d+\.\d\d points of validation accuracy \(95 % CI .+; 3 paired seeds, sign-flip p = 0\.25\)/);
  expect(said).toContain("3 pairs can never give a p below 0.25.");
  await page.getByRole("rowheader", { name: "optimizer.learningRate" }).waitFor();
  expect(await page.getByRole("rowheader").filter({ hasText: /^seed$/ }).count()).toBe(0);
});

it("the command line says the same sentence", async () => {
  expect((await answer().innerText()).replaceAll("\n", " ")).toContain(printed.split("\n").find((line) => line.startsWith("B fast is"))!);
});

it("turns round with the baseline, and the address keeps it", async () => {
  await page.getByRole("button", { name: "Hold the others against B fast" }).click();
  await answer().getByText(/A slow is worse than B fast/).waitFor();
  expect(page.url()).toContain("baseline=r-4");
  await page.reload();
  await answer().getByText(/A slow is worse than B fast/).waitFor();
});

it("shows every run by itself, and groups by keys that a person names", async () => {
  await page.getByRole("radio", { name: "Each run" }).check({ force: true });
  await page.getByRole("heading", { level: 1, name: "6 runs side by side" }).waitFor();
  await page.getByRole("radio", { name: "By keys" }).check({ force: true });
  const field = page.getByRole("textbox", { name: "Keys to group by" });
  await field.fill("optimzer.kind");
  await page.getByText(/did you mean optimizer/).waitFor();
  await field.fill("optimizer.kind");
  await field.press("Enter");
  await page.getByRole("heading", { level: 1, name: "1 group of 6 runs" }).waitFor();
  await page.getByRole("radio", { name: "All but seed" }).check({ force: true });
  await answer().waitFor();
});

it("hiding a group leaves the other's mean as it was", async () => {
  const figure = page.getByRole("img", { name: /^Validation accuracy:/ });
  await page.waitForFunction(() => document.querySelector("[role=img][aria-label^='Validation accuracy']")?.getAttribute("aria-label")?.includes("B fast ends at"));
  const before = /A slow ends at ([\d.]+)/.exec((await figure.getAttribute("aria-label"))!)![1];
  await page.getByRole("checkbox", { name: "Show B fast in the charts" }).click();
  await page.waitForFunction(() => !document.querySelector("[role=img][aria-label^='Validation accuracy']")!.getAttribute("aria-label")!.includes("B fast"));
  expect(/A slow ends at ([\d.]+)/.exec((await figure.getAttribute("aria-label"))!)![1]).toBe(before);
  await page.getByRole("checkbox", { name: "Show B fast in the charts" }).click();
});

it("arranges its charts, and finds them so again", async () => {
  const titles = () => page.locator("figure h2").allInnerTexts();
  await page.getByRole("button", { name: "Arrange" }).click();
  await page.getByRole("button", { name: "Move Validation loss to the front" }).click();
  await page.getByRole("button", { name: "Give Validation loss the whole width" }).click();
  await page.getByRole("button", { name: "Leave out Training loss" }).click();
  await page.getByRole("button", { name: "Training loss", exact: true }).waitFor();
  await page.reload();
  await answer().waitFor();
  await page.getByText("1 chart is left out").waitFor();
  expect((await titles())[0]).toBe("Validation loss");
  expect(await titles()).not.toContain("Training loss");
  await page.getByRole("button", { name: "Arrange" }).click();
  await page.screenshot({ path: join(shots, "arrange.png") });
  await page.getByRole("button", { name: "Usual order" }).click();
  await page.getByRole("button", { name: "Done", exact: true }).click();
  await page.waitForFunction(() => document.querySelectorAll("figure h2")[0]?.textContent === "Validation accuracy");
});

it("has the chart as a table with mean, half interval and n, and gives away every stored point", async () => {
  const figure = page.locator("figure").filter({ has: page.getByRole("heading", { name: "Validation accuracy" }) });
  await figure.getByRole("button", { name: /Show the numbers/ }).click();
  expect(await figure.getByRole("cell").filter({ hasText: /^\d+\.\d\d ± \d+\.\d\d \(n 3\)$/ }).count()).toBe(2 * 5);
  await figure.getByRole("button", { name: /Show the chart/ }).click();
  await figure.getByRole("button", { name: "Save this chart" }).click();
  const [download] = await Promise.all([page.waitForEvent("download"), figure.getByRole("button", { name: /CSV/ }).click()]);
  // Six runs, five measurements each (epoch 0 to 4), and a head.
  expect(readFileSync(await download.path(), "utf8").trim().split("\r\n").length).toBe(6 * 5 + 1);
});

it("compares two networks row by row", async () => {
  await page.getByRole("button", { name: "Compare their rows" }).click();
  await page.getByText(/McNemar's exact test gives p/).waitFor();
});

it("shows the runs as a scatter, as boxes and across parallel axes, and compares what a brush keeps", async () => {
  await page.getByRole("radio", { name: "Scatter" }).check({ force: true });
  const picture = page.getByRole("img", { name: /against optimizer\.learningRate: 6 runs/ });
  await picture.waitFor();
  expect(await picture.locator("circle").count()).toBe(6);
  await page.getByLabel("Vertical axis").selectOption("validation/loss");
  await page.getByRole("img", { name: /^Validation loss against optimizer\.learningRate: 6 runs/ }).waitFor();
  expect(page.url()).toContain("y=validation");
  await page.getByRole("button", { name: /Show the numbers/ }).click();
  expect(await page.getByRole("row").count()).toBe(7);
  await page.getByRole("button", { name: /Show the chart/ }).click();
  for (const [kind, wanted] of [["SVG", /^<svg[^>]*><rect[^>]*fill="(#|rgb)/], ["PNG", /^\u0089PNG/]] as const) {
    await page.getByRole("button", { name: "Save this chart" }).click();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: new RegExp(kind) }).click()]);
    const text = readFileSync(await download.path(), "latin1");
    expect(text).toMatch(wanted);
    if (kind === "SVG") expect(text).not.toMatch(/var\(|class=|<script/);
  }
  await page.getByRole("radio", { name: "Boxes" }).check({ force: true });
  await page.getByRole("img", { name: /n 3/ }).waitFor();
  await page.getByRole("radio", { name: "Parallel" }).check({ force: true });
  await page.getByText("6 of 6 runs inside.").waitFor();
  await page.getByRole("textbox", { name: "optimizer.learningRate from" }).fill("0.005");
  await page.getByRole("textbox", { name: "optimizer.learningRate from" }).press("Tab");
  await page.getByText("3 of 6 runs inside.").waitFor();
  await page.getByRole("button", { name: "Clear brushes" }).click();
  // By hand: down the upper half of the last axis.
  const box = (await page.locator("rect.grip").last().boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  await page.getByText("3 of 6 runs inside.").waitFor();
  await page.screenshot({ path: join(shots, "parallel.png") });
  await page.getByRole("button", { name: "Compare these" }).click();
  await page.waitForFunction(() => /compare\/r-\d+,r-\d+,r-\d+(\?|$)/.test(location.hash));
  await go("#/compare/r-1,r-2,r-3,r-4,r-5,r-6?baseline=r-4");
  await answer().waitFor();
});

it("runs the seeds that are missing, and says more when they are done", async () => {
  await page.screenshot({ path: join(shots, "compare.png"), fullPage: false });
  await page.getByRole("button", { name: /^Run 3 more seeds of both/ }).click();
  await answer().getByText(/6 paired seeds/).waitFor();
  await page.getByText("6 seeds each, paired").waitFor();
  expect(new URL(page.url()).hash).toMatch(/^#\/compare\/r-1,r-2,r-3,r-4,r-5,r-6,r-7,r-8,r-9,r-10,r-11,r-12/);
  expect(await answer().innerText()).toMatch(/sign-flip p = 0\.03/);
});

it("says it in Chinese, and nothing complained", async () => {
  await page.getByRole("button", { name: /切换到中文/ }).click();
  await answer().getByText(/劣于/).waitFor();
  await page.screenshot({ path: join(shots, "compare-zh.png") });
  await page.getByRole("button", { name: /English/ }).click();
  expect(complaints).toEqual([]);
});
