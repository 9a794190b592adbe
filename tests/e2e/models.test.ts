/** A run's network in the browser: asked by a form and by a file, and exported, in both languages. */

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { startDoor } from "./door.ts";

const root = resolve(import.meta.dirname, "..", "..");
const shots = join(root, "tests", "shots");
const folder = mkdtempSync(join(tmpdir(), "descent-models-"));
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let browser: Browser, page: Page, server: ChildProcess;
const complaints: string[] = [];
const iris = { name: "iris", data: { kind: "sample", name: "iris" }, layers: [{ kind: "dense", units: 16 }, { kind: "relu" }, { kind: "dense", units: 3 }], optimizer: { kind: "adam", learningRate: 0.02 }, train: { epochs: 40 } };

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  const project = join(folder, "models.descent"), spec = join(folder, "iris.json");
  writeFileSync(spec, JSON.stringify(iris));
  const trained = spawn(process.execPath, [join(root, "out", "main", "cli.js"), "--project", project, "run", spec], { stdio: "ignore" });
  expect(await new Promise((done) => { trained.once("exit", done); })).toBe(0);
  const door = await startDoor(project);
  server = door.server;
  browser = await launchBrowser();
  page = await (await browser.newContext({ viewport: { width: 1280, height: 1000 } })).newPage();
  page.setDefaultTimeout(60_000);
  page.on("console", (message) => { if (message.type() === "error" || message.type() === "warning") complaints.push(message.text()); });
  page.on("pageerror", (error) => { complaints.push(error.message); });
  await page.goto(door.url);
  await page.getByText("iris").first().waitFor();
  await page.evaluate(() => { location.hash = "/runs/r-1"; });
  await page.getByText("finished", { exact: true }).first().waitFor();
});

afterAll(async () => {
  await browser?.close();
  if (server?.exitCode === null) {
    const ended = new Promise((done) => { server.once("exit", done); });
    server.kill("SIGTERM");
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

it("begins with a row of the data and says what it is, with probabilities; by keyboard alone", async () => {
  await page.getByRole("tab", { name: "Predictions" }).click();
  await page.locator("summary", { hasText: "Ask the network" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("A row of the data whose own answer is setosa.").waitFor();
  await page.locator("form label input").first().focus();
  await page.keyboard.press("Enter");
  await page.getByText("It says label = setosa").waitFor();
  expect(await page.getByRole("region", { name: "What it says" }).getByRole("row").count()).toBe(4);
  await page.getByRole("region", { name: "What it says" }).scrollIntoViewIfNeeded();
  await page.screenshot({ path: join(shots, "predict-row.png") });
});

it("keeps a number as it is typed, forgets the answer to the old ones, and asks for a number where there is none", async () => {
  const field = page.locator("form label input").first();
  await field.focus();
  await page.keyboard.press("Control+A");
  await page.keyboard.type("5.10");
  expect(await field.inputValue()).toBe("5.10");
  expect(await page.getByText("It says").count()).toBe(0);
  await page.keyboard.type("x");
  await page.locator("p", { hasText: "A decimal number is needed for" }).waitFor();
  expect(await field.getAttribute("aria-invalid")).toBe("true");
  expect(await page.getByRole("button", { name: "Predict" }).getAttribute("aria-disabled")).toBe("true");
});

it("answers a file with a table and a CSV, and names a wrong cell by line and column", async () => {
  const [head, ...rows] = readFileSync(join(root, "examples", "data", "iris.csv"), "utf8").trim().split(/\r?\n/);
  await page.getByText("CSV file", { exact: true }).click();
  const picker = page.locator('input[type="file"]');
  await picker.setInputFiles({ name: "wrong.csv", mimeType: "text/csv", buffer: Buffer.from(`${head}\n${rows[0]}\n${rows[1]!.replace(/^[^,]*/, "four")}\n`) });
  await page.getByText("(line 3, column 1)").waitFor();
  await page.screenshot({ path: join(shots, "predict-wrong.png") });
  await picker.setInputFiles({ name: "iris.csv", mimeType: "text/csv", buffer: Buffer.from([head, ...rows].join("\n")) });
  await page.getByText("150 rows", { exact: true }).waitFor();
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as CSV" }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe("iris-csv-predicted.csv");
  const lines = readFileSync((await saved.path())!, "utf8").trim().split("\r\n");
  expect(lines[0]).toBe("label,P(setosa),P(versicolor),P(virginica)");
  expect(lines).toHaveLength(151);
});

it.each(["ONNX", "safetensors", "NumPy .npz", "PyTorch", "Keras", "TypeScript"])("exports %s from one menu, and says what was saved", async (name) => {
  const menu = page.getByRole("button", { name: "Export model" });
  if (await menu.getAttribute("aria-expanded") !== "true") await menu.click();
  const saving = page.waitForEvent("download");
  await page.getByRole("listitem").getByRole("button", { name: new RegExp(`^${name.replace(".", "\\.")}`) }).click();
  const file = (await saving).suggestedFilename();
  expect(file).toMatch(/^r-1-iris/);
  await page.getByText(`Saved ${file}`).waitFor();
  if (name === "ONNX") await page.screenshot({ path: join(shots, "export-menu.png") });
});

it("closes the menu with Escape and gives the button back its focus", async () => {
  const menu = page.getByRole("button", { name: "Export model" });
  await menu.focus();
  await page.keyboard.press("Escape");
  expect(await menu.getAttribute("aria-expanded")).toBe("false");
  expect(await menu.evaluate((button) => document.activeElement === button)).toBe(true);
});

it("says all of it in Chinese, in the dark, on a narrow window", async () => {
  await page.evaluate(() => { location.hash = "/settings"; });
  await page.getByRole("radio", { name: "中文" }).click();
  await page.getByRole("radio", { name: "深色" }).click();
  await page.evaluate(() => { location.hash = "/runs/r-1?tab=predictions"; });
  await page.locator("summary", { hasText: "询问网络" }).click();
  await page.getByRole("button", { name: "预测" }).click();
  await page.getByText("答案是 label = setosa").waitFor();
  await page.getByRole("region", { name: "网络的回答" }).scrollIntoViewIfNeeded();
  await page.screenshot({ path: join(shots, "predict-row-zh-dark.png") });
  await page.getByRole("button", { name: "导出模型" }).click();
  await page.screenshot({ path: join(shots, "export-menu-zh-dark.png") });
  await page.setViewportSize({ width: 820, height: 800 });
  await page.screenshot({ path: join(shots, "export-menu-narrow.png") });
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  expect(complaints).toEqual([]);
});
