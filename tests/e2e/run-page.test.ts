/** A run looked into, in a real browser: tabs by keyboard, histograms, a cell of the confusion matrix and its rows, the diagnosis with a base error that stays, the gradient check, an alert and what it offers. */

import { mkdtempSync, rmSync } from "node:fs";
import type { ChildProcess } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPool } from "../../src-main/workers/pool.ts";
import { createWorkbench } from "../../src-main/service/workbench.ts";
import { openStore } from "../../src-main/store/open.ts";
import { launchBrowser } from "../support/browser.ts";
import { ended, start } from "../support/workbench.ts";
import { startDoor } from "./door.ts";

const folder = mkdtempSync(join(tmpdir(), "descent-run-page-"));
const project = join(folder, "runs.descent");
let server: ChildProcess;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

const go = (to: string) => page.evaluate((hash) => { location.hash = hash; }, to);
const tab = (name: string | RegExp) => page.getByRole("tab", { name });

beforeAll(async () => {
  const workbench = createWorkbench({ store: openStore(project, Date.now), pool: createPool({ parallel: 1 }), now: Date.now, free: () => 1e12, examples: join(import.meta.dirname, "..", "..", "examples"), door: "test" });
  const net = [{ kind: "dense", units: 24 }, { kind: "relu" }, { kind: "dense", units: 10 }];
  await ended(workbench, await start(workbench, { name: "digits", data: { kind: "sample", name: "digits" }, layers: net, metrics: [{ kind: "accuracy" }], train: { epochs: 3, batchSize: 32, recordEvery: 10 } }));
  await ended(workbench, await start(workbench, { name: "too fast", data: { kind: "sample", name: "diabetes" }, split: { kind: "random" }, layers: [{ kind: "dense", units: 16 }, { kind: "relu" }, { kind: "dense", units: 1 }], loss: { kind: "mse" }, optimizer: { kind: "sgd", learningRate: 5 }, train: { epochs: 3, batchSize: 16 } }));
  await workbench.markRun({ runId: "r-2", isBaseline: true });
  await workbench.close();
  browser = await launchBrowser();
  const door = await startDoor(project);
  server = door.server;
  page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  page.setDefaultTimeout(60_000);
  page.on("console", (message) => { if (message.type() === "error" || message.type() === "warning") complaints.push(message.text()); });
  page.on("pageerror", (error) => { complaints.push(error.message); });
  await page.goto(door.url);
  await page.getByRole("main").waitFor();
});
afterAll(async () => {
  await browser.close();
  server.kill("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
});

describe("the run page", () => {
  it("stands in the title bar by its name, below its experiment's, and what comes after it does not keep that", async () => {
    await go("/runs/r-2");
    const place = page.getByRole("navigation", { name: "Where you are" });
    await place.locator("[aria-current=page]", { hasText: "too fast" }).waitFor();
    expect((await place.locator("a").allTextContents()).length).toBe(2);
    await go("/sweeps");
    await place.locator("[aria-current=page]", { hasText: "Sweeps" }).waitFor();
  });

  it("says at a glance how its steps went, and beside them what happened last", async () => {
    await go("/runs/r-1");
    const glance = page.getByRole("region", { name: "At a glance" });
    await glance.getByText("update : weight").waitFor();
    for (const name of ["learning rate", "gradient norm", "speed"]) expect(await glance.getByText(name).count(), name).toBe(1);
    expect(await glance.locator("path:not([d=''])").count()).toBe(4);
    const facts = page.getByRole("complementary", { name: "Facts of this run" });
    await facts.getByText("finished", { exact: true }).waitFor();
    await facts.getByRole("button", { name: "Log" }).click();
    await page.waitForURL(/tab=log/);
  });

  it("its tabs are reached by keyboard and stand in the address", async () => {
    await go("/runs/r-1");
    await tab("Overview").focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowRight");
    expect([await tab(/^Layers/).getAttribute("aria-selected"), new URL(page.url()).hash]).toEqual(["true", "#/runs/r-1?tab=layers"]);
    await page.getByRole("img", { name: /0\/kernel dense · weights: how the numbers are spread/ }).waitFor();
    await page.getByText("Numbers", { exact: true }).click();
    expect(await page.getByRole("region", { name: "0/kernel dense · weights" }).getByRole("row").count()).toBe(14);
  });

  it("a cell of the confusion matrix shows its rows", async () => {
    await tab("Predictions").click();
    const cell = page.getByRole("button", { name: /taken for \d: \d+ rows/ }).first();
    const name = (await cell.getAttribute("aria-label"))!;
    const [, actual, predicted, rows] = /^(\d) taken for (\d): (\d+) rows$/.exec(name)!;
    await cell.click();
    const list = page.getByRole("region", { name: `${actual} taken for ${predicted}` });
    await list.getByText(`${rows} of ${rows}, the hardest first`).waitFor();
    expect(await list.getByRole("img", { name: new RegExp(`: ${actual}, said ${predicted}$`) }).count()).toBe(Number(rows));
    await page.getByText(/ECE \d/).first().waitFor();
  });

  it("the diagnosis keeps the base error that is set, and the gradient is right", async () => {
    await tab("Diagnosis").click();
    await page.getByText(/^Bias is (high|fine|undecided), variance is (high|fine|undecided)$/).waitFor();
    await page.getByLabel("Base error %").fill("90");
    await page.getByLabel("Base error %").press("Enter");
    await page.getByText(/90\.00 %/).first().waitFor();
    await page.getByText(/^Bias is fine/).waitFor();
    await page.getByRole("button", { name: "Check the gradient" }).click();
    await page.getByText("After 20 updates").first().waitFor();
    expect(await page.getByRole("region", { name: "Gradient check" }).getByText("wrong", { exact: true }).count()).toBe(0);
    await page.reload();
    await page.getByText(/^Bias is fine/).waitFor();
    expect(await page.getByLabel("Base error %").inputValue()).toBe("90");
  });

  it("an alert stands on the page and in the table, and its action starts a run that trains", async () => {
    await go("/runs/r-2");
    await page.getByText("The loss of a batch stopped being a number", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Start again with optimizer.learningRate = 0.500" }).click();
    await page.waitForURL(/runs\/r-3/);
    // The one that broke is the baseline of their experiment: what the new one does otherwise stands beside it.
    const facts = page.getByRole("complementary", { name: "Facts of this run" });
    await facts.getByText("What differs from the baseline").waitFor();
    expect(await facts.getByRole("term").allInnerTexts()).toEqual(expect.arrayContaining(["baseline", "optimizer.learningRate"]));
    await go("/runs");
    await page.getByTitle("not a number").first().waitFor();
  });

  it("speaks Chinese in every tab, and complained about nothing", async () => {
    await go("/runs/r-1?tab=spec");
    await page.getByRole("button", { name: /语言/ }).click();
    for (const [name, words] of [["配置", "完整配置"], [/^层/, "随时间变化的直方图"], ["预测", "混淆矩阵"], ["诊断", "可避免偏差"], [/^日志/, "保留状态"], [/^文件/, "检查点"]] as const) {
      await tab(name).click();
      await page.getByText(words).first().waitFor();
    }
    expect(complaints).toEqual([]);
  });
});
