/** What a person does to runs that last: extend, branch, change, replay, throw away, watch the queue; in a real browser, in both languages. */

import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { settled } from "../support/every-page.ts";
import { startDoor } from "./door.ts";

const folder = mkdtempSync(join(tmpdir(), "descent-e2e-survive-"));
const project = join(folder, "survive.descent");

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let browser: Browser;
let page: Page;
let server: ChildProcess;
let url = "";
const complaints: string[] = [];

async function openDoor(): Promise<void> {
  ({ server, url } = await startDoor(project, 1));
}

async function openPage(): Promise<Page> {
  const opened = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  opened.setDefaultTimeout(60_000);
  opened.on("console", (message) => { if (message.type() === "error" || message.type() === "warning") complaints.push(message.text()); });
  opened.on("pageerror", (error) => { complaints.push(error.message); });
  await opened.goto(url);
  return opened;
}

const go = (to: string) => page.evaluate((hash) => { location.hash = hash; }, to);
/** The last events, beside the charts, may say the same words. */
const deed = (text: string | RegExp) => page.getByRole("region", { name: "What was done to it" }).getByText(text);
const stateOf = (state: string) => page.getByText(state, { exact: true }).first().waitFor();

beforeAll(async () => {
  browser = await launchBrowser();
  await openDoor();
  page = await openPage();
});
afterAll(async () => {
  await browser.close();
  server.kill("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
});

describe("runs that last", () => {
  it("a finished run is extended, paused, taken one step, stopped after its epoch, and resumed from there", async () => {
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await stateOf("finished");
    await page.getByRole("button", { name: "Extend" }).click();
    await page.getByRole("dialog").getByLabel("epochs").fill("20000");
    await page.getByRole("button", { name: "Train 20,000 more" }).click();
    await stateOf("running");
    await page.getByRole("button", { name: /^Pause/ }).click();
    await stateOf("paused");
    const step = async () => Number(await page.getByRole("progressbar", { name: "Progress of training" }).getAttribute("aria-valuenow"));
    await settled(page);
    const before = await step();
    await page.getByRole("button", { name: "One step" }).click();
    await page.waitForFunction((was) => Number(document.querySelector('[role="progressbar"]')?.getAttribute("aria-valuenow")) > was, before);
    expect(await step()).toBe(before + 1);
    await page.getByRole("button", { name: "More ways to end it" }).click();
    await page.getByRole("button", { name: "Stop after this epoch" }).click();
    await stateOf("stopped");
    expect((await step()) % 40).toBe(0);
    await deed("train.epochs 30 → 20,030").waitFor();
    await page.getByRole("button", { name: /^Resume from step/ }).click();
    await stateOf("running");
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await stateOf("stopped");
  });

  it("a branch refuses a wrong value where it stands, then trains under the changed one; its replay is identical", async () => {
    await page.getByRole("tab", { name: /^Files/ }).click();
    await page.getByRole("button", { name: /Branch from step/ }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("optimizer.learningRate").fill("-1");
    await dialog.getByRole("button", { name: "Branch with 1 change" }).click();
    await dialog.getByText(/must be a number in \(0, ∞\)/).waitFor();
    await dialog.getByLabel("optimizer.learningRate").fill("0.01");
    await dialog.getByLabel("train.epochs").fill("60");
    await dialog.getByRole("button", { name: "Branch with 2 changes" }).click();
    await page.waitForURL(/runs\/r-2/);
    await stateOf("finished");
    await deed(/branched from r-1, optimizer.learningRate 0.003 → 0.01/).waitFor();
    // The fork is on the chart: in its words for those who cannot see it, and under the cursor.
    await page.getByRole("img", { name: /Step [\d,]+: branched from r-1, optimizer.learningRate 0.003 → 0.01/ }).first().waitFor();
    await page.locator("figure .caption", { hasText: "faint: shared with r-1" }).first().waitFor();
    const chart = (await page.locator("figure .box").first().boundingBox())!;
    for (let share = 0; share < 1 && await page.locator(".tip .event").count() === 0; share += 0.02) await page.mouse.move(chart.x + share * chart.width, chart.y + chart.height / 2);
    expect(await page.locator(".tip .event").first().textContent()).toContain("branched from r-1");
    await page.getByRole("link", { name: "Compare with r-1" }).waitFor();
    await page.getByRole("button", { name: /^Replay/ }).click();
    await page.getByText("identical", { exact: true }).waitFor();
  });

  it("is named, written about and thrown away; the storage page gives it back, then purges it", async () => {
    await page.getByRole("button", { name: "Rename" }).click();
    await page.getByLabel("Name of the run").fill("a faster one");
    await page.keyboard.press("Enter");
    await page.getByRole("tab", { name: "Journal" }).click();
    const journal = page.getByRole("region", { name: "Journal", exact: true });
    await journal.getByRole("button", { name: /^Write/ }).click();
    await journal.getByLabel("Hypothesis").fill("Faster is **not** worse than r-1. <img src=x onerror=alert(1)> [paper](https://arxiv.org/abs/1)");
    await journal.getByText(/^Saved/).waitFor();
    await journal.getByLabel("Notes").fill("a slip");
    await journal.getByRole("button", { name: "Undo" }).click();
    expect(await journal.getByLabel("Notes").inputValue()).toBe("");
    await journal.getByText("Preview", { exact: true }).click();
    await journal.locator("strong", { hasText: "not" }).waitFor();
    expect(await journal.getByRole("link", { name: "r-1" }).getAttribute("href")).toBe("#/runs/r-1");
    await journal.getByRole("button", { name: "Done" }).click();
    // What was written is text: no element of it, no address that is followed.
    expect(await journal.locator("img, a[href^=http]").count()).toBe(0);
    await journal.getByText("<img src=x onerror=alert(1)>").waitFor();
    await journal.getByRole("button", { name: "paper" }).click();
    await page.getByRole("dialog").getByText("https://arxiv.org/abs/1").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    await page.getByText(/^Saved/).waitFor();
    await page.getByRole("button", { name: "More about this run" }).click();
    await page.getByRole("button", { name: "Move to trash" }).click();
    await page.getByText("This run is in the trash.").waitFor();
    await go("/storage");
    await page.getByRole("row", { name: /a faster one/ }).getByRole("button", { name: "Restore" }).click();
    await page.getByText(/Nothing is in the trash/).waitFor();
    await go("/runs/r-2?tab=journal");
    await page.getByRole("region", { name: "Journal", exact: true }).getByText(/worse than/).waitFor();
    await go("/journal?q=faster");
    await page.getByRole("region", { name: /^Run/ }).getByText(/worse than/).waitFor();
    await page.getByLabel("Find in the journal").fill("slower");
    await page.getByText("Nothing that was written holds “slower”").waitFor();
    await page.goBack();
    await page.getByRole("button", { name: "More about this run" }).click();
    await page.getByRole("button", { name: "Move to trash" }).click();
    await page.getByText("This run is in the trash.").waitFor();
    await go("/storage");
    await page.getByRole("button", { name: "Purge", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Purge" }).click();
    await page.getByText(/^Freed \d/).waitFor();
  });

  it("waits in a queue that is held and let go", async () => {
    await go("/");
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.waitForURL(/runs\/r-3/);
    await stateOf("finished");
    await page.getByRole("button", { name: "Extend" }).click();
    await page.getByRole("dialog").getByLabel("epochs").fill("50000");
    await page.getByRole("button", { name: "Train 50,000 more" }).click();
    await stateOf("running");
    await go("/");
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.waitForURL(/runs\/r-4/);
    await page.evaluate(() => { location.hash = "/"; });
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.waitForURL(/runs\/r-5/);
    await go("/queue");
    const waiting = page.locator("section", { hasText: "Waiting" });
    await waiting.locator("a[href='#/runs/r-5']").waitFor();
    expect(await waiting.locator("tbody a").evaluateAll((links) => links.map((link) => link.getAttribute("href")))).toEqual(["#/runs/r-4", "#/runs/r-5"]);
    await waiting.getByRole("spinbutton").nth(1).fill("7");
    await waiting.getByRole("spinbutton").nth(1).press("Enter");
    await waiting.locator("tbody tr").first().locator("a[href='#/runs/r-5']").waitFor();
    await waiting.getByText(/begins in/).first().waitFor();
    await page.getByText(/Done at about \d\d:\d\d/).waitFor();
    await page.getByRole("button", { name: "Pause all" }).click();
    await page.getByText(/Everything is held/).waitFor();
    await page.getByRole("button", { name: "Resume all" }).click();
    await page.getByRole("button", { name: "Stop" }).first().click();
    await page.getByText("Nothing trains and nothing waits").waitFor();
  });

  it("says beforehand what a draft costs, with how many seeds, and what fits into a time", async () => {
    await go("/new/example/digits");
    await page.getByRole("button", { name: "Budget" }).click();
    await page.getByText("a run of 30 epochs").waitFor();
    await page.getByText(/Ranges leave out the fastest and the slowest tenth/).waitFor();
    await page.getByRole("button", { name: "Use 5 seeds" }).click();
    await page.getByText("1 side by side").waitFor();
    await page.getByRole("button", { name: "Start 5 runs" }).waitFor();
    const take = page.getByRole("button", { name: /^Take [\d,]+ epochs$/ });
    const epochs = /[\d,]+/.exec((await take.textContent())!)![0];
    await take.click();
    await page.getByText(`a run of ${epochs} epochs`).waitFor();
    await page.getByRole("button", { name: "Start over" }).click();
  });

  it("a second program watches, says so, and changes nothing", async () => {
    const owner = { server, page };
    await openDoor();
    page = await openPage();
    await page.getByText(/This project is open in another Descent \(process \d+\)/).waitFor();
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.getByText(/here it can only be read/).first().waitFor();
    await page.close();
    server.kill("SIGTERM");
    ({ server, page } = owner);
  });

  it("speaks Chinese on its new pages, and complained about nothing", async () => {
    await page.getByRole("button", { name: /语言/ }).click();
    for (const [path, words] of [["/queue", "没有训练，也没有等待"], ["/storage", "回收站是空的"], ["/runs/r-1?tab=files", "检查点"]] as const) {
      await go(path);
      await page.getByText(words).first().waitFor();
    }
    expect(complaints).toEqual([]);
  });
});
