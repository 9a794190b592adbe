/** The workbench as a person meets it: the built server door in a real Chromium, from the first page to two runs side by side. */

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
const folder = mkdtempSync(join(tmpdir(), "descent-e2e-"));

// A browser on two busy cores takes its time; nothing here measures it.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let browser: Browser;
let page: Page;
let server: ChildProcess;
let url: string;
/** Whatever the page complained about, and every request that left its origin. */
const complaints: string[] = [];

/** Starts the built door on the project of this test and waits for the address it prints. */
async function openDoor(): Promise<void> {
  ({ server, url } = await startDoor(join(folder, "e2e.descent"), 2));
}

async function closeDoor(): Promise<number | null> {
  const ended = new Promise<number | null>((done) => { server.once("exit", (code) => { done(code); }); });
  server.kill("SIGTERM");
  return ended;
}

async function openPage(viewport = { width: 1280, height: 800 }): Promise<Page> {
  const context = await browser.newContext({ viewport });
  const opened = await context.newPage();
  opened.setDefaultTimeout(60_000);
  opened.on("console", (message) => { if (message.type() === "error" || message.type() === "warning") complaints.push(message.text()); });
  opened.on("pageerror", (error) => { complaints.push(error.message); });
  opened.on("request", (request) => { if (!request.url().startsWith(new URL(url).origin) && !request.url().startsWith("data:") && !request.url().startsWith("blob:")) complaints.push(`asked for ${request.url()}`); });
  await opened.goto(url);
  return opened;
}

const go = (to: string) => page.evaluate((hash) => { location.hash = hash; }, to);
const stateOf = (state: string) => page.getByText(state, { exact: true }).first();
const step = async () => Number(await page.getByRole("progressbar").getAttribute("aria-valuenow"));
const figures = () => page.getByRole("complementary", { name: "Facts of this run" }).innerText();

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  browser = await launchBrowser();
  await openDoor();
  page = await openPage();
});

afterAll(async () => {
  await browser?.close();
  if (server?.exitCode === null) await closeDoor();
  rmSync(folder, { recursive: true, force: true });
});

describe("the browser door", () => {
  it("takes the token out of the address", async () => {
    await page.getByRole("heading", { name: "What shall the network learn first?" }).waitFor();
    expect(page.url()).not.toContain("token");
    expect(new URL(url).hash).toContain("token");
  });

  async function setEpochs(text: string, told: RegExp): Promise<void> {
    const epochs = page.getByRole("spinbutton", { name: /epochs/i });
    await epochs.fill(text);
    await epochs.press("Enter");
    await page.getByText(told).first().waitFor();
  }

  it("starts the digits example from the editor, shows points before the run ends, and the final accuracy", async () => {
    await page.getByRole("link", { name: "Open in the editor" }).first().click();
    await page.getByText("Ready to start").waitFor();
    // Its own thirty epochs take less time than a page needs to look.
    await setEpochs("3000", /3,000 epochs/);
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.getByRole("progressbar").waitFor();
    // In the page, so that no round trip lets the run slip by: a moment where it runs, is not done, and the chart tells of its curves.
    await page.waitForFunction(() => {
      const bar = document.querySelector('[role="progressbar"]');
      const chart = document.querySelector('figure [role="img"]')?.getAttribute("aria-label") ?? "";
      const [now, all] = [Number(bar?.getAttribute("aria-valuenow")), Number(bar?.getAttribute("aria-valuemax"))];
      return now > 0 && now < all && /validation/.test(chart) && [...document.querySelectorAll("button")].some((button) => button.textContent?.includes("Pause"));
    }, undefined, { polling: 20 });
    await stateOf("finished").waitFor();
    expect(await step()).toBe(120_000);
    const test = /test accuracy\s+([\d.]+)\s*%/.exec(await figures());
    expect(Number(test?.[1])).toBeGreaterThanOrEqual(96);
  });

  it("finds the run with the same numbers after a reload", async () => {
    const before = await figures();
    await page.reload();
    await stateOf("finished").waitFor();
    expect(await figures()).toBe(before);
    expect(await step()).toBe(120_000);
  });

  it("pauses, resumes and stops a longer run, and keeps what was learned", async () => {
    await page.getByRole("button", { name: "New run from this" }).click();
    await page.getByText("Ready to start").waitFor();
    await setEpochs("100000", /100,000 epochs/);
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.getByRole("button", { name: "Pause" }).click();
    await stateOf("paused").waitFor();
    const paused = await step();
    await page.getByRole("button", { name: "Resume" }).click();
    await page.waitForFunction((from) => Number(document.querySelector('[role="progressbar"]')?.getAttribute("aria-valuenow")) > from, paused);
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await stateOf("stopped").waitFor();
    await expect.poll(step).toBeGreaterThan(paused);
    expect(await step()).toBeLessThan(4_000_000);
    await expect.poll(figures).toMatch(/Validation accuracy/);
  });

  it("overlays the two runs and names what differs", async () => {
    await go("#/runs");
    const boxes = page.getByRole("row").getByRole("checkbox");
    await page.getByRole("link", { name: /Digits/ }).first().waitFor();
    await boxes.nth(1).click();
    await boxes.nth(2).click();
    await page.getByRole("toolbar").getByRole("button", { name: /Compare/ }).click();
    const chart = page.locator('figure [role="img"][aria-label*="Digits"]').first();
    await chart.waitFor();
    expect((await chart.getAttribute("aria-label"))!.match(/Digits/g)!.length).toBeGreaterThanOrEqual(2);
    await page.getByText("train.epochs").waitFor();
  });

  it("says of a chosen component what it does, its formula and its source, as the component pages do", async () => {
    await go("#/new/example/digits");
    await page.getByText("Ready to start").waitFor();
    await page.getByText("Averages of gradient and squared gradient", { exact: false }).waitFor();
    await page.getByText("θ ← θ − α m̂ / (√v̂ + ε)", { exact: false }).waitFor();
    await page.getByText("Source: Kingma & Ba, Adam", { exact: false }).waitFor();
  });

  it("refuses a wrong value at its field and in the text, and offers a cure", async () => {
    await go("#/new/example/digits");
    await page.getByText("Ready to start").waitFor();
    const rate = page.getByRole("spinbutton", { name: /learning rate/i });
    await rate.fill("-1");
    await rate.press("Enter");
    await page.getByText("1 problem", { exact: false }).first().waitFor();
    expect(await rate.getAttribute("aria-invalid")).toBe("true");
    await page.screenshot({ path: join(shots, "editor-problem.png") });
    await page.getByRole("button", { name: /^Use / }).first().click();
    await page.getByText("Ready to start").waitFor();
  });

  it("takes a CSV file of one's own, and names line and column of a bad one", async () => {
    await go("#/data");
    const picker = page.locator('input[type="file"]').first();
    await picker.setInputFiles({ name: "bad.csv", mimeType: "text/csv", buffer: Buffer.from("a,b,label\n1,2,x\n3,four,y\n5,6,x\n") });
    await page.getByText("bad.csv").first().waitFor();
    await page.getByText(/line 3/).first().waitFor();
    await page.screenshot({ path: join(shots, "data-problem.png") });
    await picker.setInputFiles({ name: "points.csv", mimeType: "text/csv", buffer: Buffer.from(`a,b,label\n${Array.from({ length: 60 }, (_, i) => `${i % 7},${(i * 5) % 11},${i % 2 === 0 ? "even" : "odd"}`).join("\n")}\n`) });
    await page.getByText("points.csv").first().waitFor();
    await page.getByText(/even/).first().waitFor();
  });

  it.each([
    ["kinds.csv", (i: number) => ["round", "square", "long"][i % 3]!, /softmax/i],
    ["heights.csv", (i: number) => String(1.5 + i / 60), /[Mm]ean squared error/],
  ])("trains on %s as it came, without a word about the network", async (name, target, loss) => {
    await go("#/data");
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Import CSV" }).first().click();
    const rows = Array.from({ length: 60 }, (_, i) => `${i / 4},${i % 7},${target(i)}`);
    await (await chooser).setFiles({ name, mimeType: "text/csv", buffer: Buffer.from(`length,width,kind\n${rows.join("\n")}\n`) });
    await page.getByRole("heading", { name }).waitFor();
    await page.getByRole("button", { name: "New run with this" }).click();
    await page.getByText("Ready to start").waitFor();
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await stateOf("finished").waitFor();
    expect(await figures()).toContain(name);
    expect(await figures()).toMatch(loss);
  });

  it("speaks both languages and both themes, and has room at 1280 and 1920", async () => {
    const pages = { home: "#/", runs: "#/runs", run: "#/runs/r-1", compare: "#/compare/r-1,r-2", editor: "#/new/example/digits", data: "#/data", settings: "#/settings" };
    for (const width of [1280, 1920]) {
      await page.setViewportSize({ width, height: width === 1280 ? 800 : 1080 });
      for (const [language, theme] of [["en", "light"], ["zh", "dark"]] as const) {
        await go("#/settings");
        await page.getByRole("radio", { name: language === "en" ? "English" : "中文", exact: true }).click();
        await page.getByRole("radio", { name: theme === "light" ? /^(Light|浅色)$/ : /^(Dark|深色)$/ }).click();
        await page.waitForFunction((wanted) => document.documentElement.lang.startsWith(wanted), language);
        for (const [name, hash] of Object.entries(pages)) {
          await goTo(page, { hash });
          expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${name} at ${width} scrolls sideways`).toBe(true);
          await page.screenshot({ path: join(shots, `${name}-${theme}-${language}-${width}.png`) });
        }
      }
    }
    await go("#/settings");
    await page.getByRole("radio", { name: "English", exact: true }).click();
  });

  it("complained about nothing, and asked for nothing outside its own origin", () => { expect(complaints).toEqual([]); });

  it("says that the connection is lost when the program ends, and the program ends in order", async () => {
    expect(await closeDoor()).toBe(0);
    await page.getByText("The connection to Descent is lost").waitFor();
  });

  it("opens the same project again with every run as it was", async () => {
    await openDoor();
    page = await openPage();
    await go("#/runs/r-1");
    await stateOf("finished").waitFor();
    expect(await figures()).toMatch(/test accuracy\s+9[6-9]/);
  });

  it("killed in the middle of a run, calls it interrupted when it opens again, with every point told so far", async () => {
    await page.getByRole("button", { name: "New run from this" }).click();
    await page.getByText("Ready to start").waitFor();
    const epochs = page.getByRole("spinbutton", { name: /epochs/i });
    await epochs.fill("500000");
    await epochs.press("Enter");
    await page.getByText(/500,000 epochs/).first().waitFor();
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.waitForFunction(() => Number(document.querySelector('[role="progressbar"]')?.getAttribute("aria-valuenow")) > 40);
    const [hash, seen] = [new URL(page.url()).hash, await step()];
    const ended = new Promise((done) => { server.once("exit", done); });
    server.kill("SIGKILL");
    await ended;
    await openDoor();
    page = await openPage();
    await go(hash);
    await stateOf("interrupted").waitFor();
    expect(await step()).toBeGreaterThanOrEqual(seen);
    expect(await page.locator('figure [role="img"]').first().getAttribute("aria-label")).toMatch(/validation/);
  });

  it("opens nothing for a page whose token is wrong", async () => {
    const context = await browser.newContext();
    const stranger = await context.newPage();
    await stranger.goto(url.replace(/token=.*/, `token=${"A".repeat(43)}`));
    await stranger.getByText("This page has no valid key").waitFor();
    await context.close();
  });
});
