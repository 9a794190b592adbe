/** The runs table with 2,000 runs in a real Chromium: query, completion, sort, columns, keys, copy and export, through the built server door. */

import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "csv-parse/sync";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../../src-main/store/open.ts";
import { usualColumns } from "../../src-renderer/state/usual-columns.ts";
import { launchBrowser } from "../support/browser.ts";
import { fillRuns } from "../support/fill-runs.ts";
import { countingClock } from "../support/project.ts";
import { startDoor } from "./door.ts";

const root = resolve(import.meta.dirname, "..", "..");
const shots = join(root, "tests", "shots");
const folder = mkdtempSync(join(tmpdir(), "descent-table-"));
const runs = 2000;

let browser: Browser;
let page: Page;
let server: ChildProcess;
const complaints: string[] = [];

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  const file = join(folder, "table.descent");
  const store = openStore(file, countingClock());
  fillRuns(store, runs);
  // Each run as a row of its own; groups have their own file.
  store.settings.change({ runTable: { columns: usualColumns, sort: [], grouping: { kind: "eachRun" } } });
  store.close();
  const door = await startDoor(file, 1);
  server = door.server;
  browser = await launchBrowser();
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  page = await context.newPage();
  page.setDefaultTimeout(50_000);
  page.on("console", (message) => { if (message.type() === "error" || message.type() === "warning") complaints.push(message.text()); });
  page.on("pageerror", (error) => { complaints.push(error.message); });
  await page.goto(door.url);
  await go("#/runs");
  await counted("2,000 runs");
}, 180_000);

afterAll(async () => {
  await browser?.close();
  const ended = new Promise((done) => { server.once("exit", done); });
  server.kill("SIGTERM");
  await ended;
  rmSync(folder, { recursive: true, force: true });
});

const go = (to: string) => page.evaluate((hash) => { location.hash = hash; }, to);
const field = () => page.getByRole("combobox", { name: /Query|查询/ });
const counted = (text: string) => page.getByRole("status").filter({ hasText: text }).first().waitFor();
const bodyRows = () => page.locator("tbody tr[aria-rowindex]");
/** The ids of the rows that are built, from top to bottom. */
const ids = () => bodyRows().locator(".mono").allInnerTexts();
const column = (n: number) => page.locator(`tbody tr[aria-rowindex] > :nth-child(${n})`).allInnerTexts();
const head = (name: string | RegExp) => page.getByRole("columnheader", { name }).getByRole("button");

describe("2,000 runs", () => {
  it("build only the rows in sight, at the top, in the middle and at the end", async () => {
    expect(await page.getByRole("table").getAttribute("aria-rowcount")).toBe("2001");
    expect(await bodyRows().count()).toBeLessThan(60);
    expect((await ids())[0]).toBe("r-2000");
    await page.locator(".scroller").evaluate((node) => { node.scrollTop = node.scrollHeight; });
    await page.getByText("r-1", { exact: true }).waitFor();
    expect(await bodyRows().count()).toBeLessThan(60);
    await page.locator(".scroller").evaluate((node) => { node.scrollTop = 32 * 1000; });
    await page.getByText("r-1000", { exact: true }).waitFor();
    expect(await bodyRows().count()).toBeLessThan(60);
    await page.locator(".scroller").evaluate((node) => { node.scrollTop = 0; });
  });

  it("are asked for by a query that the keys complete, word by word", async () => {
    await page.keyboard.press("/");
    await page.keyboard.type("optimizer.k");
    // The list of all of optimizer's parts comes first; this one is alone in the last.
    await page.waitForFunction(() => [...document.querySelectorAll('[role="option"]')].map((option) => option.textContent).join() === "optimizer.kind");
    await page.keyboard.press("ArrowDown");
    expect(await field().getAttribute("aria-activedescendant")).not.toBeNull();
    await page.keyboard.press("Enter");
    await page.keyboard.type("= sg");
    await page.getByRole("option", { name: "sgd" }).waitFor();
    await page.screenshot({ path: join(shots, "runs-table-completion.png") });
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    expect(await field().inputValue()).toBe("optimizer.kind = sgd ");
    await counted("500 of 2,000 runs");
    await page.keyboard.type("and state = failed");
    await counted("100 of 2,000 runs");
    expect(new Set((await column(4)))).toEqual(new Set(["Gradient descent (SGD)"]));
  });

  it("keep the query over a reload and on the way back", async () => {
    expect(new URL(page.url()).hash).toContain("q=optimizer.kind");
    await page.reload();
    await counted("100 of 2,000 runs");
    expect(await field().inputValue()).toBe("optimizer.kind = sgd and state = failed");
    await page.getByRole("row").nth(1).getByRole("link").click();
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.goBack();
    await counted("100 of 2,000 runs");
  });

  it("say where a query is wrong, mend it, and keep the rows meanwhile", async () => {
    await field().fill("optimzer.kind = adam");
    await page.getByText(/did you mean optimizer/).waitFor();
    expect(await field().getAttribute("aria-invalid")).toBe("true");
    expect(await page.locator(".fault").allInnerTexts()).toEqual(["optimzer.kind"]);
    await counted("100 of 2,000 runs");
    await page.screenshot({ path: join(shots, "runs-table-fault.png") });
    await page.getByRole("button", { name: "Use optimizer.kind" }).click();
    await counted("500 of 2,000 runs");
    expect(await page.getByText(/did you mean/).count()).toBe(0);
  });

  it("say how many a query hides, and show them again", async () => {
    await field().fill("seed = 99");
    await page.getByText("No runs match").waitFor();
    await page.getByText("2,000 runs are hidden by this query.").waitFor();
    await page.screenshot({ path: join(shots, "runs-table-none.png") });
    await page.getByRole("main").getByRole("button", { name: "Clear query" }).last().click();
    await counted("2,000 runs");
    expect(new URL(page.url()).hash).toBe("#/runs");
  });

  it("sort by one head, then by a second with Shift, and remember it", async () => {
    await head(/^validation accuracy/).click();
    const best = (await column(6)).map(Number);
    expect(best).toEqual([...best].sort((a, b) => b - a));
    expect(best[0]).toBeGreaterThan(99.5);
    await head(/^optimizer/).click();
    await head(/^validation loss/).click({ modifiers: ["Shift"] });
    const sorted = page.getByRole("columnheader").filter({ hasText: /optimizer|validation loss/ });
    expect(await sorted.evaluateAll((nodes) => nodes.map((node) => node.getAttribute("aria-sort")))).toEqual(["ascending", "ascending"]);
    const losses = (await column(7)).filter((text) => /^\d/.test(text)).map(Number);
    expect(losses.length).toBeGreaterThan(5);
    expect(losses).toEqual([...losses].sort((a, b) => a - b));
    await page.reload();
    await counted("2,000 runs");
    expect(await sorted.evaluateAll((nodes) => nodes.map((node) => node.getAttribute("aria-sort")))).toEqual(["ascending", "ascending"]);
  });

  it("show any part of a spec as a column, in any order, over a reload", async () => {
    await page.getByRole("button", { name: "Columns" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox").or(dialog.getByRole("combobox")).fill("layers.0.units");
    await page.screenshot({ path: join(shots, "runs-table-columns.png") });
    await dialog.getByRole("button", { name: "Add" }).click();
    await dialog.getByRole("button", { name: "Hide data" }).click();
    for (let i = 0; i < 7; i++) await dialog.getByRole("button", { name: "Move layers.0.units to the left" }).click();
    await dialog.getByRole("textbox").or(dialog.getByRole("combobox")).fill("nonsense");
    await dialog.getByRole("button", { name: "Add" }).click();
    await dialog.getByText(/no fact of a run/).waitFor();
    await dialog.getByRole("button", { name: "Done" }).click();
    await page.reload();
    await counted("2,000 runs");
    expect((await page.getByRole("columnheader").allInnerTexts()).slice(1, 3).map((text) => text.trim())).toEqual(["run", "layers.0.units"].map((text) => expect.stringMatching(new RegExp(text, "i"))));
    expect(new Set(await column(3)).size).toBeGreaterThan(1);
    for (const units of await column(3)) expect(["8", "16", "32", "64", "128", "256"]).toContain(units);
  });

  it("move, select, compare and open by keys alone", async () => {
    await page.locator("body").click({ position: { x: 640, y: 790 } });
    const before = await ids();
    for (const key of ["j", "j", "x", "ArrowDown", "ArrowDown", "Shift+X"]) await page.keyboard.press(key);
    expect(await page.evaluate(() => document.activeElement?.getAttribute("data-run"))).toBe(before[3]);
    await page.getByRole("toolbar", { name: "3 runs" }).waitFor();
    await page.keyboard.press("End");
    await page.waitForFunction(() => document.activeElement?.getAttribute("data-run") !== null);
    await page.waitForFunction((top) => document.activeElement?.getAttribute("data-run") !== top, before[3]);
    await page.keyboard.press("Home");
    await page.waitForFunction((top) => document.activeElement?.getAttribute("data-run") === top, before[0]);
    await page.screenshot({ path: join(shots, "runs-table-selected.png") });
    await page.keyboard.press("c");
    await page.waitForFunction(() => location.hash.startsWith("#/compare/"));
    expect(new URL(page.url()).hash).toBe(`#/compare/${before.slice(1, 4).join(",")}`);
    await page.goBack();
    await counted("2,000 runs");
    await page.keyboard.press("j");
    await page.waitForFunction(() => document.activeElement?.getAttribute("data-run") !== null);
    await page.keyboard.press("Enter");
    await page.waitForFunction((id) => location.hash === `#/runs/${id}`, before[0]);
    await page.goBack();
    await counted("2,000 runs");
  });

  it("export what is shown as CSV, numbers with every digit, names as text", async () => {
    await field().fill('validation/loss = NaN or name ~ "adamw 9*"');
    await counted("of 2,000 runs");
    await page.waitForFunction(() => document.querySelectorAll("tbody tr[aria-rowindex]").length > 5);
    await page.getByRole("button", { name: "Export", exact: true }).first().click();
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Table as shown, CSV" }).click()]);
    expect(file.suggestedFilename()).toBe("runs.csv");
    const rows = parse(readFileSync(await file.path(), "utf8"), { bom: true, columns: true }) as Record<string, string>[];
    expect(Object.keys(rows[0]!)).toEqual(["id", "name", "state", "layers.0.units", "optimizer", "optimizer.learningRate", "validation/accuracy", "validation/loss", "epochs", "time", "started"]);
    expect(rows.length).toBe(Number((await page.getByRole("status").filter({ hasText: "of 2,000" }).first().innerText()).split(" ")[0]));
    expect(rows.filter((row) => row["validation/loss"] === "NaN").length).toBe(20);
    expect(rows.filter((row) => row["validation/accuracy"]!.length > 10).length).toBeGreaterThan(5);
  });

  it("put the selected rows on the clipboard as a table", async () => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await field().press("Escape");
    await page.getByRole("checkbox", { name: "Select all runs" }).click();
    await page.keyboard.press("Control+c");
    await page.getByText(/rows copied/).waitFor();
    const lines = (await page.evaluate(() => navigator.clipboard.readText())).split("\n");
    expect(lines[0]).toMatch(/^id\tname\tstate\tlayers\.0\.units\t/);
    expect(lines.slice(1).every((line) => line.split("\t").length === 11)).toBe(true);
    expect(`${lines.length - 1} rows copied`).toBe(await page.getByText(/rows copied/).innerText());
    await page.keyboard.press("Escape");
  });

  it("take up a run that is started now, and let go of it when the query no longer admits it", async () => {
    const watcher = await page.context().newPage();
    await watcher.goto(`${page.url().replace(/#.*/, "")}`);
    await watcher.evaluate((token) => { sessionStorage.setItem("descent.token", token); }, await page.evaluate(() => sessionStorage.getItem("descent.token")!));
    await watcher.goto(page.url().replace(/#.*/, "#/runs?q=state+in+(queued,+running)"));
    await watcher.reload();
    await watcher.getByText("No runs match").waitFor();
    await go("#/new/example/xor");
    await page.getByText("Ready to start").waitFor();
    const epochs = page.getByRole("spinbutton", { name: /epochs/i });
    await epochs.fill("100000");
    await epochs.press("Enter");
    await page.getByText(/100,000 epochs/).first().waitFor();
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await watcher.getByText("r-2001", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await watcher.getByText("No runs match").waitFor();
    await watcher.getByText("2,001 runs are hidden by this query.").waitFor();
    await watcher.close();
  });

  it("has room at 1024, 1280 and 1920, in both themes and languages", async () => {
    for (const width of [1024, 1280, 1920]) {
      await page.setViewportSize({ width, height: width === 1920 ? 1080 : 800 });
      for (const [language, theme] of [["en", "light"], ["zh", "dark"]] as const) {
        await go("#/settings");
        await page.getByRole("radio", { name: language === "en" ? "English" : "中文", exact: true }).click();
        await page.getByRole("radio", { name: theme === "light" ? /^(Light|浅色)$/ : /^(Dark|深色)$/ }).click();
        await page.waitForFunction((wanted) => document.documentElement.lang.startsWith(wanted), language);
        await go("#/runs?q=optimizer.kind+%3D+adam+and+validation/accuracy+%3E+0.9+or+state+in+(failed,+%22interrupted%22)");
        await page.locator("tbody tr[aria-rowindex]").nth(5).waitFor();
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
        await page.screenshot({ path: join(shots, `runs-table-${theme}-${language}-${width}.png`) });
      }
    }
    await go("#/settings");
    await page.getByRole("radio", { name: "English", exact: true }).click();
  });

  it("complained about nothing", () => { expect(complaints).toEqual([]); });
});
