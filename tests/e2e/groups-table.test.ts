/** The grouped runs table in a real Chromium: 60 groups of 2,000 runs, folding, views, undo, pinned and resized columns, small curves, bulk actions. */

import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "csv-parse/sync";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { openStore } from "../../src-main/store/open.ts";
import { launchBrowser } from "../support/browser.ts";
import { fillRuns } from "../support/fill-runs.ts";
import { countingClock } from "../support/project.ts";
import { startDoor } from "./door.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const root = resolve(import.meta.dirname, "..", "..");
const shots = join(root, "tests", "shots");
const folder = mkdtempSync(join(tmpdir(), "descent-groups-"));
const complaints: string[] = [];
let browser: Browser;
let page: Page;
let server: ChildProcess;

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  const file = join(folder, "groups.descent");
  const store = openStore(file, countingClock());
  fillRuns(store, 2000);
  store.close();
  const door = await startDoor(file, 1);
  server = door.server;
  browser = await launchBrowser();
  page = await (await browser.newContext({ viewport: { width: 1920, height: 900 }, acceptDownloads: true })).newPage();
  page.setDefaultTimeout(50_000);
  page.on("console", (message) => { if (message.type() === "error" || message.type() === "warning") complaints.push(message.text()); });
  page.on("pageerror", (error) => { complaints.push(error.message); });
  await page.goto(door.url);
  await page.evaluate(() => { location.hash = "#/runs"; });
  await page.getByRole("button", { name: "Group: All but seed" }).waitFor();
});

afterAll(async () => {
  await browser?.close();
  const ended = new Promise((done) => { server.once("exit", done); });
  server.kill("SIGTERM");
  await ended;
  rmSync(folder, { recursive: true, force: true });
});

const rows = () => page.locator("tbody tr[aria-rowindex]");
const rowCount = () => page.getByRole("table").getAttribute("aria-rowcount");
const heads = async () => (await page.getByRole("columnheader").allInnerTexts()).map((text) => text.split("\n")[0]!.trim()).filter((text) => text !== "");

it("is grouped by all but seed, with means, intervals and n", async () => {
  await rows().first().waitFor();
  expect(await rowCount()).toBe("61");
  expect(await rows().first().innerText()).toMatch(/n|of/);
  const cell = page.locator("tbody td").filter({ hasText: /^\d\d\.\d\d\s*± \d+\.\d\d/ }).first();
  await cell.waitFor();
  expect(await cell.getAttribute("title")).toMatch(/^n \d+, standard deviation \d+\.\d\d, from \d+\.\d\d to \d+\.\d\d/);
});

it("opens and folds a group by keys, and sorts groups by their means", async () => {
  await page.locator("body").click({ position: { x: 900, y: 880 } });
  await page.keyboard.press("j");
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => Number(document.querySelector("table")!.getAttribute("aria-rowcount")) > 80);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowLeft");
  await page.waitForFunction(() => document.querySelector("table")!.getAttribute("aria-rowcount") === "61");
  await page.getByRole("columnheader", { name: /^validation loss/ }).first().getByRole("button").click();
  const means = (await page.locator("tbody tr[aria-rowindex] > :nth-child(7)").allInnerTexts()).map((text) => Number.parseFloat(text)).filter(Number.isFinite);
  expect(means.length).toBeGreaterThan(10);
  // Each is written with the digits its own interval supports, two at least.
  for (let i = 1; i < means.length; i++) expect(means[i]!).toBeGreaterThanOrEqual(means[i - 1]! - 0.01);
});

it("groups by keys that a person names, and takes it back with Ctrl Z", async () => {
  await page.getByRole("button", { name: "Group: All but seed" }).click();
  await page.getByRole("radio", { name: "By keys" }).check({ force: true });
  const field = page.getByRole("textbox", { name: "Keys to group by" });
  await field.fill("optimizer.kind, epochs");
  await field.press("Enter");
  await page.waitForFunction(() => document.querySelector("table")!.getAttribute("aria-rowcount") === "13");
  await page.locator("h1").click();
  await page.keyboard.press("Control+z");
  await page.waitForFunction(() => document.querySelector("table")!.getAttribute("aria-rowcount") === "61");
  await page.keyboard.press("Control+Shift+z");
  await page.waitForFunction(() => document.querySelector("table")!.getAttribute("aria-rowcount") === "13");
  await page.keyboard.press("Control+z");
  await page.getByRole("button", { name: "Group: All but seed" }).click();
});

it("builds the very text of the query from conditions", async () => {
  await page.getByRole("button", { name: "Build the query from conditions" }).click();
  const builder = page.getByRole("region", { name: "The query as conditions" });
  const field = page.getByRole("combobox", { name: "Query" });
  await builder.getByRole("button", { name: "Condition", exact: true }).click();
  expect(await field.inputValue()).toBe("state = finished");
  await builder.getByRole("button", { name: "Condition", exact: true }).click();
  await builder.getByLabel("Name").nth(1).fill("optimizer.kind");
  await builder.getByLabel("Name").nth(1).press("Tab");
  await builder.getByLabel("Sign").nth(1).selectOption("in");
  await builder.getByLabel("Value").nth(1).fill("adam, sgd");
  await builder.getByLabel("Value").nth(1).press("Tab");
  expect(await field.inputValue()).toBe("state = finished and optimizer.kind in (adam, sgd)");
  await builder.getByRole("button", { name: "not" }).nth(1).click();
  expect(await field.inputValue()).toBe("not state = finished and optimizer.kind in (adam, sgd)");
  await field.fill("seed = 1 or seed = 2");
  await builder.getByRole("radio", { name: "or", exact: true }).waitFor();
  await builder.getByRole("button", { name: "Remove the condition on seed" }).first().click();
  expect(await field.inputValue()).toBe("seed = 2");
  await page.screenshot({ path: join(shots, "query-builder.png") });
  await builder.getByRole("button", { name: "Remove the condition on seed" }).click();
  expect(await field.inputValue()).toBe("");
  await page.getByRole("button", { name: "Build the query from conditions" }).click();
});

it("pins, widens and moves columns", async () => {
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("button", { name: "Keep validation/loss at the left" }).click();
  await page.getByRole("button", { name: "Draw validation/accuracy as a small curve" }).click();
  await page.getByRole("button", { name: "Show standard deviation, smallest and largest of validation/accuracy" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
  expect((await heads()).slice(0, 2)).toEqual(["Run", "validation loss"]);
  expect(await page.getByRole("columnheader", { name: /^validation accuracy$/ }).count()).toBe(1);
  const at = (await heads()).indexOf("std");
  expect((await heads()).slice(at - 1, at + 3)).toEqual(["validation accuracy %", "std", "min", "max"]);
  // The box of a row's tick has no name among the heads.
  const [mean, deviation, least, most] = (await rows().first().locator("td, th").allInnerTexts()).slice(at, at + 4).map(Number.parseFloat);
  expect(deviation).toBeGreaterThan(0);
  expect(least).toBeLessThan(mean!);
  expect(most).toBeGreaterThan(mean!);
  const grip = page.getByRole("separator", { name: "Width of data" });
  const before = Number(await grip.getAttribute("aria-valuenow"));
  await grip.focus();
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction((width) => Number(document.querySelector("[role=separator][aria-label='Width of data']")!.getAttribute("aria-valuenow")) > width, before);
  await page.getByRole("columnheader", { name: /^started/ }).getByRole("button").dragTo(page.getByRole("columnheader", { name: /^data/ }).getByRole("button"));
  await page.waitForFunction(() => document.querySelectorAll("thead th")[3]!.textContent!.includes("started"));
  await page.screenshot({ path: join(shots, "groups-table.png") });
});

it("keeps what is shown as a view, says when it changed, and brings a deleted one back", async () => {
  await page.getByRole("combobox", { name: "Query" }).fill("state = finished");
  await page.getByRole("status").filter({ hasText: "1,200 of 2,000 runs" }).first().waitFor();
  await page.getByRole("button", { name: "Save this view under a name" }).click();
  await page.getByRole("textbox", { name: "Name of the view" }).fill("Finished <b>ones</b>");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Save changes" }).waitFor({ state: "detached" });
  const tab = page.getByRole("button", { name: "Finished <b>ones</b>", exact: true });
  await tab.waitFor();
  await page.getByRole("columnheader", { name: /^time/ }).getByRole("button").click();
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByRole("button", { name: "Save changes" }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "All runs" }).click();
  await page.getByRole("status").filter({ hasText: /^2,000 runs$/ }).first().waitFor();
  await page.reload();
  await tab.click();
  await page.getByRole("status").filter({ hasText: "1,200 of 2,000 runs" }).first().waitFor();
  expect(await page.getByRole("columnheader").filter({ hasText: /time/ }).getAttribute("aria-sort")).not.toBe("none");
  await page.getByRole("button", { name: "Delete the view Finished <b>ones</b>" }).click();
  await tab.waitFor({ state: "detached" });
  // The one beside the tables: that of the window's bar has the same name as long as it has nothing to take back.
  await page.locator("#content").getByRole("button", { name: "Undo", exact: true }).click();
  await tab.waitFor();
});

it("gives the groups away as CSV, mean and interval apart", async () => {
  await page.getByRole("button", { name: "All runs" }).click();
  await page.getByRole("status").filter({ hasText: /^2,000 runs$/ }).first().waitFor();
  await page.getByRole("button", { name: "Export", exact: true }).first().click();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Table as shown, CSV" }).click()]);
  const lines = parse(readFileSync(await file.path(), "utf8"), { bom: true, columns: true }) as Record<string, string>[];
  expect(lines.length).toBe(60);
  expect(Object.keys(lines[0]!).slice(0, 3)).toEqual(["runs", "name", "n"]);
  expect(lines.reduce((sum, { n }) => sum + Number(n), 0)).toBe(2000);
  const measured = lines.filter((line) => line["validation/loss"] !== "");
  expect(measured.length).toBeGreaterThan(30);
  expect(measured.every((line) => Number(line["validation/loss min"]) <= Number(line["validation/loss"]) && Number(line["validation/loss n"]) <= Number(line["n"]))).toBe(true);
});

it("selects a group whole and compares it", async () => {
  await page.getByRole("checkbox", { name: /group of/ }).first().click();
  await page.getByRole("checkbox", { name: /group of/ }).nth(1).click();
  await page.getByRole("toolbar", { name: /6[678] runs/ }).waitFor();
  await page.getByRole("toolbar").getByRole("button", { name: "Compare" }).click();
  await page.getByRole("heading", { level: 1, name: "2 groups side by side" }).waitFor();
});

it("complained about nothing", () => { expect(complaints).toEqual([]); });
