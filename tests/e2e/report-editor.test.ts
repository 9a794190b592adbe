/** A report made by hand in a real Chromium: runs picked in the table, text with a formula, charts and tables, frozen, exported, opened from disk with the network blocked, then dropped on the window to train its runs again. */

import { execFile } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { Run } from "../../src-main/contract/nouns.ts";
import { percent } from "../../src-main/contract/figures.ts";
import { replayIn } from "../../src-main/contract/reports.ts";
import { launchBrowser } from "../support/browser.ts";
import { startDoor } from "./door.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const root = resolve(import.meta.dirname, "..", "..");
const shots = join(root, "tests", "shots");
const folder = mkdtempSync(join(tmpdir(), "descent-editor-"));
const project = join(folder, "reports.descent");
const file = join(folder, "report.html");
const complaints: string[] = [];
let browser: Browser;
let page: Page;
let server: ChildProcess;
/** As the command line told them, before the server took the project. */
let runs: readonly Run[] = [];

const descent = async (...args: string[]) => (await promisify(execFile)(process.execPath, [join(root, "scripts", "descent.mjs"), ...args, "--project", project])).stdout;

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  for (const [name, learningRate] of [["slow", 0.0005], ["fast", 0.01]] as const) {
    writeFileSync(join(folder, "spec.json"), JSON.stringify({ name, seeds: 2, data: { kind: "sample", name: "digits" }, layers: [{ kind: "dense", units: 10 }], optimizer: { kind: "adam", learningRate }, metrics: [{ kind: "accuracy" }], train: { epochs: 3, batchSize: 64 } }));
    await descent("run", join(folder, "spec.json"));
  }
  runs = (await descent("list", "--json")).trim().split("\n").map((line) => (JSON.parse(line) as { run: Run }).run);
  const door = await startDoor(project, 2);
  server = door.server;
  browser = await launchBrowser();
  page = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true, locale: "en-GB" })).newPage();
  page.setDefaultTimeout(50_000);
  page.on("console", (message) => { if (message.type() === "error" || message.type() === "warning") complaints.push(message.text()); });
  page.on("pageerror", (error) => { complaints.push(error.message); });
  await page.goto(door.url);
});

afterAll(async () => {
  await browser?.close();
  if (server !== undefined) {
    const ended = new Promise((done) => { server.once("exit", done); });
    server.kill("SIGTERM");
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

const go = (hash: string) => page.evaluate((to) => { location.hash = to; }, hash);
const preview = () => page.frameLocator('iframe[title="Preview"]');
const contents = () => page.getByRole("region", { name: "Contents" });
async function add(kind: string): Promise<void> {
  await page.getByRole("button", { name: "Add a part" }).click();
  await page.getByRole("listitem").getByRole("button", { name: kind, exact: true }).click();
}

it("begins from what is selected in the runs table", async () => {
  await go("#/runs");
  await page.getByRole("checkbox", { name: "Select all runs" }).click();
  await page.getByRole("toolbar", { name: /4 runs/ }).getByRole("button", { name: "Report", exact: true }).click();
  await page.getByRole("textbox", { name: "Title of the report" }).waitFor();
  expect(await page.getByRole("textbox", { name: "Title of the report" }).inputValue()).toMatch(/^Compared: .*slow.*fast|^Compared: .*fast.*slow/);
  await page.getByText("4 runs in 2 groups").waitFor();
});

it("shows at once what is added: text with a formula, a matrix, a table; and Undo takes a part back", async () => {
  await contents().getByRole("button", { name: /1\. Text/ }).click();
  await page.getByRole("textbox", { name: "Text", exact: true }).fill("## Why\n\nBecause $\\eta = 10^{-2}$ is **faster**.");
  await preview().locator("math").first().waitFor();
  await preview().getByRole("heading", { name: "Why" }).waitFor();
  await add("Confusion matrix");
  await preview().getByRole("heading", { name: "Which class is taken for which" }).waitFor();
  await add("Settings");
  await preview().getByRole("heading", { name: "Settings" }).waitFor();
  const before = await contents().getByRole("listitem").count();
  await page.keyboard.press("Control+z");
  await expect.poll(() => contents().getByRole("listitem").count()).toBe(before - 1);
  await page.screenshot({ path: join(shots, "report-editor.png") });
});

it("frozen, its numbers stand still and nothing can be changed", async () => {
  await page.getByRole("button", { name: "Freeze" }).click();
  await page.getByText("Text and numbers stand as they were.").waitFor();
  expect(await page.getByRole("button", { name: "Add a part" }).count()).toBe(0);
  expect(await page.getByRole("textbox", { name: "Title of the report" }).getAttribute("readonly")).not.toBeNull();
});

it("exported, it is one file under 1 MB that says its own size, opens from disk without the network, and tells the store's numbers", async () => {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Export HTML" }).click()]);
  await download.saveAs(file);
  const html = readFileSync(file);
  expect(html.byteLength).toBeLessThan(1_000_000);
  const reader = await browser.newContext({ offline: true });
  const read = await reader.newPage();
  const asked: string[] = [], said: string[] = [];
  read.on("request", (request) => { asked.push(request.url()); });
  read.on("console", (message) => { said.push(message.text()); });
  read.on("pageerror", (error) => { said.push(error.message); });
  await read.goto(pathToFileURL(file).href);
  const text = await read.locator("main").innerText();
  for (const run of runs) {
    expect(text).toContain(run.weightHash);
    expect(text).toContain(run.data.hash);
  }
  for (const name of ["slow", "fast"]) {
    const own = runs.filter((run) => run.name.startsWith(name)).map(({ metrics }) => metrics["validation/accuracy"]!);
    expect(text).toContain(percent((own[0]! + own[1]!) / 2));
  }
  await read.locator("#language").click();
  expect(await read.locator("html").getAttribute("lang")).toBe("zh-CN");
  await read.getByRole("heading", { name: "结果", exact: true }).waitFor();
  expect([asked, said]).toEqual([[pathToFileURL(file).href], []]);
  await reader.close();
});

it("reads without script as well", async () => {
  const reader = await browser.newContext({ offline: true, javaScriptEnabled: false });
  const read = await reader.newPage();
  await read.goto(pathToFileURL(file).href);
  expect(await read.getByRole("heading", { name: "Results" }).isVisible()).toBe(true);
  expect(await read.locator(".bar").isVisible()).toBe(false);
  await read.getByText("As a table").first().click();
  expect(await read.locator("figure table").first().isVisible()).toBe(true);
  await reader.close();
});

it("dropped on the window it says what it would do, trains its runs again, and each is identical", async () => {
  const html = readFileSync(file, "utf8");
  expect(replayIn(html, file).runs).toHaveLength(4);
  const carried = await page.evaluateHandle((text) => { const data = new DataTransfer(); data.items.add(new File([text], "report.html", { type: "text/html" })); return data; }, html);
  await page.dispatchEvent("body", "drop", { dataTransfer: carried });
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Train the report's 4 runs again").waitFor();
  await dialog.getByRole("button", { name: "Train 4 runs" }).click();
  await dialog.getByText("All 4 came out identical").waitFor();
  await page.screenshot({ path: join(shots, "report-replay.png") });
  await dialog.getByRole("button", { name: "Close", exact: true }).click();
});

it("said nothing to the console on the way", () => { expect(complaints).toEqual([]); });
