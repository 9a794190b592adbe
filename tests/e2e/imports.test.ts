/** Runs of other programs in the browser: dropped, seen before anything is written, taken in, looked at, compared with a run of ours; and a run that a script logs. */

import { createRequire } from "node:module";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { addressFile } from "../../src-main/contract/logging.ts";
import { launchBrowser } from "../support/browser.ts";
import { startDoor } from "./door.ts";

const root = resolve(import.meta.dirname, "..", "..");
const shots = join(root, "tests", "shots");
const made = join(root, "tests", "foreign", "made");
const folder = mkdtempSync(join(tmpdir(), "descent-imports-"));
const project = join(folder, "imports.descent");
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

let browser: Browser, page: Page, server: ChildProcess;
const complaints: string[] = [];
const iris = { name: "ours", data: { kind: "sample", name: "iris" }, layers: [{ kind: "dense", units: 3 }], train: { epochs: 5 } };

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  const spec = join(folder, "iris.json");
  writeFileSync(spec, JSON.stringify(iris));
  const trained = spawn(process.execPath, [join(root, "out", "main", "cli.js"), "--project", project, "run", spec], { stdio: "ignore" });
  expect(await new Promise((done) => { trained.once("exit", done); })).toBe(0);
  const door = await startDoor(project);
  server = door.server;
  browser = await launchBrowser();
  page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, bypassCSP: true })).newPage();
  page.setDefaultTimeout(60_000);
  page.on("console", (message) => { if (message.type() === "error" || message.type() === "warning") complaints.push(message.text()); });
  page.on("pageerror", (error) => { complaints.push(error.message); });
  await page.goto(door.url);
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve("axe-core/axe.min.js") });
  await goTo("/runs");
  await page.getByRole("link", { name: "ours" }).waitFor();
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

const goTo = (path: string): Promise<void> => page.evaluate((to) => { location.hash = to; }, path);
const axeFinds = (within: string): Promise<readonly string[]> => page.evaluate(async (selector) => {
  const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(selector, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`);
}, within);
const events = (): { name: string; bytes: number[] } => {
  const name = readdirSync(join(made, "tb", "logs", "b")).find((file) => file.includes("tfevents"))!;
  return { name, bytes: [...readFileSync(join(made, "tb", "logs", "b", name))] };
};
/** Drops files on the window, as a person would. */
const drop = (files: readonly { name: string; bytes: readonly number[] }[]): Promise<void> => page.evaluate((given) => {
  const carried = new DataTransfer();
  for (const { name, bytes } of given) carried.items.add(new File([Uint8Array.from(bytes)], name));
  for (const type of ["dragover", "drop"]) document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: carried }));
}, files);

it("shows what a dropped TensorBoard file holds before anything is written, then takes it in and shows the way to it", async () => {
  await drop([events()]);
  const dialog = page.getByRole("dialog");
  await dialog.getByText("1 run of TensorBoard").waitFor();
  await dialog.getByText("Nothing has been written.").waitFor();
  expect(await dialog.getByRole("row").count()).toBe(2);
  await page.screenshot({ path: join(shots, "import-preview.png") });
  expect(await axeFinds("dialog")).toEqual([]);
  expect(await page.locator("[data-run]").count()).toBe(1);
  await dialog.getByRole("button", { name: "Import 1 run" }).click();
  await page.getByText("1 run imported").waitFor();
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await page.getByText("Trained outside Descent: TensorBoard").waitFor();
  await page.screenshot({ path: join(shots, "import-run.png") });
  expect(await axeFinds("main")).toEqual([]);
  expect(await page.getByRole("tab").allInnerTexts()).toEqual(["Overview", "Charts", "Settings", "Journal", "Files"]);
  await page.getByRole("tab", { name: "Files" }).click();
  await page.getByRole("heading", { name: "Where it came from" }).waitFor();
  await page.getByRole("button", { name: "Take away" }).click();
  await page.getByRole("button", { name: /^Capsule, \.descent\.zip/ }).waitFor();
  await page.screenshot({ path: join(shots, "import-files.png") });
  await page.keyboard.press("Escape");
  expect(await axeFinds("main")).toEqual([]);
  expect(await page.getByRole("button", { name: /Extend|Change settings|Export model/ }).count()).toBe(0);
});

it("says that it is there when it is dropped again, and adds nothing", async () => {
  await drop([events()]);
  const dialog = page.getByRole("dialog");
  await dialog.getByText("All of them are here already; none would come again.").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  await dialog.waitFor({ state: "hidden" });
});

it("says in a sentence what is no run", async () => {
  await drop([{ name: "cat.png", bytes: [137, 80, 78, 71] }]);
  const dialog = page.getByRole("dialog");
  await dialog.getByText(/holds no runs that can be read/).waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
});

it("takes a CSV of metrics by the button, and compares it with a run of ours in one chart", async () => {
  await goTo("/runs");
  await page.getByRole("button", { name: "Import runs" }).click();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "A file…" }).click();
  const file = join(folder, "theirs.csv");
  writeFileSync(file, "step,validation/loss,validation/accuracy\n4,1.1,0.4\n8,0.9,0.6\n12,0.8,0.7\n");
  await (await chooser).setFiles(file);
  await page.getByRole("dialog").getByRole("button", { name: "Import 1 run" }).click();
  await page.getByText("1 run imported").first().waitFor();
  await page.getByTitle("Imported from CSV").first().waitFor();
  await page.screenshot({ path: join(shots, "import-table.png") });
  await goTo("/compare/r-1,r-3");
  await page.getByText("theirs").first().waitFor();
  await page.getByRole("figure").first().waitFor();
  await page.screenshot({ path: join(shots, "import-compare.png") });
  expect(await axeFinds("main")).toEqual([]);
});

it("shows a run that a script logs while it is logged", async () => {
  const { url, token } = JSON.parse(readFileSync(addressFile(project), "utf8")) as { url: string; token: string };
  const post = (path: string, body: unknown) => fetch(`${url}${path}`, { method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${token}` }, body: JSON.stringify(body) });
  await post("/runs", { name: "scripted", params: { lr: 0.1 } });
  await goTo("/runs/r-4");
  await page.getByText("Logged by a script, trained outside Descent").waitFor();
  await page.getByText("running", { exact: true }).first().waitFor();
  await post("/runs/r-4/log", { points: Array.from({ length: 50 }, (_, step) => ({ step, metrics: { "train/loss": 1 / (1 + step) } })) });
  await page.getByText("step 49").first().waitFor();
  await page.screenshot({ path: join(shots, "import-logged.png") });
  await post("/runs/r-4/finish", {});
  await page.getByText("finished", { exact: true }).first().waitFor();
});

it("the same in Chinese and dark, with nothing said on the console", async () => {
  await page.setViewportSize({ width: 1920, height: 1080 });
  await page.evaluate(() => { document.documentElement.dataset["theme"] = "dark"; });
  await page.keyboard.press("v");
  await page.keyboard.press("l");
  await page.getByText("在 Descent 之外训练，由脚本记录").waitFor();
  await page.screenshot({ path: join(shots, "import-logged-zh.png") });
  await goTo("/runs");
  await drop([events()]);
  await page.getByRole("dialog").getByText("它们都已在项目中，不会重复导入。").waitFor();
  await page.screenshot({ path: join(shots, "import-preview-zh.png") });
  expect(complaints).toEqual([]);
});
