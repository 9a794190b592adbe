/** Sweeps as a person meets them: a space built in the form, trials watched, a brush that becomes the next stage, the winner confirmed, in a real Chromium on the built door. */

import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { goTo } from "../support/every-page.ts";
import { startDoor } from "./door.ts";

const root = resolve(import.meta.dirname, "..", "..");
const shots = join(root, "tests", "shots");
const folder = mkdtempSync(join(tmpdir(), "descent-sweeps-"));

// A browser on two busy cores takes its time; nothing here measures it.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

let browser: Browser;
let page: Page;
let server: ChildProcess;
const complaints: string[] = [];

const go = (to: string) => page.evaluate((hash) => { location.hash = hash; }, to);
const button = (name: string | RegExp) => page.getByRole("button", { name });
const over = async () => Number(await page.getByRole("progressbar", { name: "Trials that are over" }).getAttribute("aria-valuenow"));
const axis = (path: string) => page.locator(`li[data-path='axes["${path}"]']`);

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  const started = await startDoor(join(folder, "sweeps.descent"), 2);
  server = started.server;
  browser = await launchBrowser();
  page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  page.setDefaultTimeout(90_000);
  page.on("console", (message) => { if (message.type() === "error" || message.type() === "warning") complaints.push(message.text()); });
  page.on("pageerror", (error) => { complaints.push(error.message); });
  await page.goto(started.url);
  await page.getByRole("heading", { name: "What shall the network learn first?" }).waitFor();
});

afterAll(async () => {
  await browser?.close();
  if (server?.exitCode === null) await new Promise<void>((ended) => { server.once("exit", () => { ended(); }); server.kill("SIGTERM"); });
  rmSync(folder, { recursive: true, force: true });
});

async function fill(label: RegExp, value: string): Promise<void> {
  const field = page.getByRole("spinbutton", { name: label });
  await field.fill(value);
  await field.blur();
}

describe("a sweep", () => {
  it("is offered on Home beside a single run, each way by its name", async () => {
    await page.getByRole("heading", { name: "Panda" }).waitFor();
    await page.getByRole("article").filter({ hasText: "Caviar" }).getByRole("button", { name: "Plan a sweep" }).click();
    await page.getByRole("heading", { name: "New sweep" }).waitFor();
  });

  it("is built in the form from what the base declares, and its points are seen", async () => {
    await go("#/sweeps/new/example/iris");
    await page.getByText("Ready to start").waitFor();
    await page.getByRole("img", { name: /200 values of learning rate drawn at random/ }).waitFor();
    await button("Add an axis").click();
    await page.getByRole("searchbox", { name: "Find a value" }).fill("batch size");
    await button(/Add an axis: batch size/).click();
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
    await axis("train.batchSize").waitFor();
    await axis("optimizer.learningRate").getByText("scientific", { exact: true }).click();
    expect(await page.getByRole("img", { name: /200 values of/ }).count()).toBeGreaterThanOrEqual(2);
  });

  it("says at the field what is wrong with a range, and is mended there", async () => {
    const from = axis("optimizer.learningRate").getByRole("spinbutton", { name: "from" });
    await from.fill("0");
    await from.blur();
    await axis("optimizer.learningRate").getByText(/0 has no logarithm|must be a number in \(0/).waitFor();
    expect(await from.getAttribute("aria-invalid")).toBe("true");
    await from.fill("0.001");
    await from.blur();
    await page.getByText("Ready to start").waitFor();
  });

  it("costs what it says before it starts, and starts", async () => {
    await fill(/^epochs of a trial/, "4");
    await fill(/^trials/, "12");
    await page.getByText(/12 trials, 21 runs with the confirmation/).waitFor();
    await page.screenshot({ path: join(shots, "sweep-editor.png") });
    await button(/^Start 12 trials/).click();
    await page.getByRole("progressbar", { name: "Trials that are over" }).waitFor();
  });

  it("is watched as it runs: the figures fill, every view has its picture", async () => {
    await page.getByRole("heading", { name: "Parallel coordinates" }).waitFor();
    await page.waitForFunction(() => Number(document.querySelector('[role="progressbar"][aria-label="Trials that are over"]')?.getAttribute("aria-valuenow")) >= 12);
    expect(await over()).toBe(12);
    await page.getByRole("img", { name: /^Importance of the axes: .*\d+ % \(\d+ % to \d+ %\)/ }).waitFor();
    await page.getByRole("region", { name: "Sweep doctor" }).getByRole("article").first().waitFor();
    await page.screenshot({ path: join(shots, "sweep-overview.png") });
    for (const [tab, picture] of [["Curves", /by epoch of \d+ trials/], ["Slices", /trials by learning rate and objective/], ["Contour", /The objective over/], ["Isolation", /Best value for each of \d+ stretches of learning rate/], ["Workers", /runs on \d workers?/], ["Compare", /Distributions of the results of 1 sweeps/]] as const) {
      await page.getByRole("tab", { name: tab }).click();
      await page.getByRole("img", { name: picture }).first().waitFor();
    }
    await page.getByRole("tab", { name: /Trials/ }).click();
    expect(await page.locator("tr.trial").count()).toBe(12);
    await page.locator("tr.trial a").first().click();
    await page.getByRole("complementary", { name: "Facts of this run" }).waitFor();
    await page.goBack();
  });

  it("turns each figure into its table, which a screen reader reads", async () => {
    await page.getByRole("tab", { name: "Overview" }).click();
    const figure = page.locator("figure").filter({ hasText: "Best so far" }).first();
    await figure.getByRole("button", { name: /Show the numbers|as a table|\(T\)/ }).click();
    expect(await figure.getByRole("row").count()).toBe(13);
    await figure.getByRole("button", { name: /\(T\)/ }).click();
  });

  it("keeps what a brush holds, and goes on there with a narrower space", async () => {
    const grip = (await page.locator('[data-axis="validation/accuracy"]').boundingBox())!;
    await page.mouse.move(grip.x + grip.width / 2, grip.y + 1);
    await page.mouse.down();
    await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height * 0.6, { steps: 6 });
    await page.mouse.up();
    await page.getByText(/brushed: accuracy/).waitFor();
    await page.screenshot({ path: join(shots, "sweep-brush.png") });
    await button(/Zoom here/).click();
    await page.getByRole("heading", { name: "Next stage" }).waitFor();
    await page.getByText(/Narrowed to where \d+ brushed trials? of/).waitFor();
    await page.getByText("Ready to start").waitFor();
    await fill(/^trials/, "4");
    await fill(/^confirm the best/, "1");
    await page.screenshot({ path: join(shots, "sweep-zoom.png") });
    await button(/Start the next stage/).click();
    await page.getByText("stage 2", { exact: true }).first().waitFor();
    await page.waitForFunction(() => Number(document.querySelector('[role="progressbar"][aria-label="Trials that are over"]')?.getAttribute("aria-valuenow")) >= 4);
    await page.getByRole("tab", { name: "Space" }).click();
    await page.getByText("this sweep").waitFor();
    await page.screenshot({ path: join(shots, "sweep-space.png") });
  });

  it("takes a point by hand, and a larger budget, as it goes", async () => {
    await button("More").click();
    await button("Try a point by hand").click();
    await button("Try this point").click();
    await page.getByRole("tab", { name: "Trials" }).click();
    await page.getByText("by hand").first().waitFor();
    await button("More").click();
    await button("Raise the budget").click();
    await page.getByRole("textbox", { name: "trials" }).fill("6");
    await button("Raise to 6").click();
    await page.waitForFunction(() => Number(document.querySelector('[role="progressbar"][aria-label="Trials that are over"]')?.getAttribute("aria-valuenow")) >= 6);
  });

  it("confirms its best with fresh seeds, the raw number beside the confirmed one, and only then opens the test set", async () => {
    const test = button(/Open the test set with the winner/);
    // The confirmation is part of the sweep: it may have come by itself.
    if ((await page.getByText("Best, confirmed with fresh seeds").count()) === 0) await button(/^Confirm top/).click();
    await page.getByText("Best, confirmed with fresh seeds").waitFor();
    await page.getByText(/It looked like/).waitFor();
    await page.screenshot({ path: join(shots, "sweep-confirmed.png") });
    await page.getByText("finished", { exact: true }).first().waitFor();
    await test.click();
    await page.getByText("test accuracy").waitFor();
  });

  it("is found again on the list, the second stage under the first", async () => {
    await go("#/sweeps");
    await page.getByRole("row").nth(2).waitFor();
    expect(await page.getByRole("row").count()).toBe(3);
    await page.screenshot({ path: join(shots, "sweeps.png") });
  });

  it("is written as text beside the form, and what is taken out comes back by undo", async () => {
    await go("#/sweeps/new/example/iris");
    await page.getByText("Ready to start").waitFor();
    await page.getByRole("textbox", { name: "The spec as text" }).waitFor();
    await axis("optimizer.learningRate").getByRole("button", { name: /Take learning rate out/ }).click();
    await axis("optimizer.learningRate").waitFor({ state: "detached" });
    await page.getByText("1 change", { exact: true }).waitFor();
    await page.locator("#content").getByRole("button", { name: "Undo" }).click();
    await axis("optimizer.learningRate").waitFor();
  });

  it("has room in both languages and themes, at 1280 and 1920", async () => {
    for (const [width, language, theme] of [[1280, "en", "light"], [1280, "zh", "dark"], [1920, "zh", "light"], [1920, "en", "dark"]] as const) {
      await page.setViewportSize({ width, height: width === 1280 ? 800 : 1080 });
      await go("#/settings");
      await page.getByRole("radio", { name: language === "en" ? "English" : "中文", exact: true }).click();
      await page.getByRole("radio", { name: theme === "light" ? /^(Light|浅色)$/ : /^(Dark|深色)$/ }).click();
      await page.waitForFunction((wanted) => document.documentElement.lang.startsWith(wanted), language);
      for (const [name, hash] of Object.entries({ sweeps: "#/sweeps", sweep: "#/sweeps/s-1", space: "#/sweeps/s-2?tab=space", new: "#/sweeps/new", edit: "#/sweeps/s-1/edit" })) {
        await goTo(page, { hash });
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${name} at ${width} scrolls sideways`).toBe(true);
        await page.screenshot({ path: join(shots, `sweep-${name}-${theme}-${language}-${width}.png`) });
      }
    }
  });

  it("complained about nothing", () => { expect(complaints).toEqual([]); });
});
