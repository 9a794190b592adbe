/** Charts as a person handles them: the built server door in a real Chromium, one run on the digits, zoomed, smoothed, read and saved. */

import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { startDoor } from "./door.ts";

const folder = mkdtempSync(join(tmpdir(), "descent-charts-"));
let browser: Browser;
let page: Page;
let server: ChildProcess;
const complaints: string[] = [];
/** Every message to the workbench. */
const sent: string[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
  const door = await startDoor(join(folder, "charts.descent"), 1);
  server = door.server;
  page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true })).newPage();
  page.setDefaultTimeout(50_000);
  page.on("console", (message) => { if (message.type() === "error" || message.type() === "warning") complaints.push(message.text()); });
  page.on("pageerror", (error) => { complaints.push(error.message); });
  page.on("websocket", (socket) => { socket.on("framesent", ({ payload }) => { sent.push(String(payload)); }); });
  await page.goto(door.url);
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.getByText("finished", { exact: true }).first().waitFor({ timeout: 60_000 });
}, 90_000);

afterAll(async () => {
  await browser?.close();
  if (server?.exitCode === null) {
    const ended = new Promise((done) => { server.once("exit", done); });
    server.kill("SIGTERM");
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

const figure = (title: string) => page.getByRole("figure").filter({ has: page.getByRole("heading", { name: title, exact: true }) });
const boxOf = (title: string) => figure(title).getByRole("group");
/** The readout under the cursor, as lines of text; the cursor is brought to a share of the chart's width. */
async function readAt(title: string, share: number): Promise<string> {
  const box = (await boxOf(title).boundingBox())!;
  await page.mouse.move(box.x + share * box.width, box.y + box.height / 2);
  return figure(title).locator(".tip").innerText();
}
const summary = (title: string) => figure(title).getByRole("img").getAttribute("aria-label");
/** What is painted, as a short number: changes with the picture. */
const inkOf = (title: string) => figure(title).locator("canvas").first().evaluate((canvas: HTMLCanvasElement) => {
  // A copy is read, not the chart's own canvas: reading that would slow the chart down, and the browser says so.
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true })!;
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
  return data.reduce((sum, byte, i) => (sum * 31 + byte * (i % 7 + 1)) % 1_000_000_007, 7);
});
/** The same once nothing has changed for two seconds: the answer to what was asked last, such as the curve without smoothing, may still be under way. */
async function settledInk(title: string): Promise<number> {
  let ink = await inkOf(title);
  for (let alike = 0; alike < 4;) {
    await page.waitForTimeout(500);
    const next = await inkOf(title);
    alike = next === ink ? alike + 1 : 0;
    ink = next;
  }
  return ink;
}
async function save(title: string, kind: string): Promise<{ name: string; text: string; bytes: Buffer }> {
  await figure(title).getByRole("button", { name: "Save this chart" }).click();
  const [download] = await Promise.all([page.waitForEvent("download"), figure(title).getByRole("button", { name: kind }).click()]);
  const bytes = readFileSync(await download.path());
  return { name: download.suggestedFilename(), text: bytes.toString("utf8"), bytes };
}

describe("a chart", () => {
  it("reads exact step and epoch, on both charts at once", async () => {
    expect(await readAt("Loss", 0.4)).toMatch(/^epoch [\d.]+, step [\d,]+\n/);
    await figure("Accuracy").locator(".tip").waitFor();
    expect((await figure("Accuracy").locator(".tip").innerText()).split("\n").length).toBeGreaterThan(2);
  });

  it("is smoothed by key, with β and points beside the slider, the raw curve behind; the slider reaches 0 and then it is off", async () => {
    await page.mouse.move(5, 5);
    const before = await inkOf("Loss");
    await page.keyboard.press("\\");
    await page.getByText(/^β\s0\.8, ≈ 5 points/).waitFor();
    await page.waitForFunction(() => document.querySelector('figure [role="img"]')?.getAttribute("aria-label")?.includes("batch ends at"));
    expect(await readAt("Loss", 0.5)).toMatch(/training, raw/);
    await page.mouse.move(5, 5);
    // The picture follows its words within a sixth of a second.
    await expect.poll(() => inkOf("Loss")).not.toBe(before);
    const slider = page.getByRole("slider", { name: /Smoothing/ });
    await slider.focus();
    await page.keyboard.press("End");
    await page.getByText(/≈ 1000 points/).waitFor();
    expect(await slider.getAttribute("aria-valuetext")).toBe("β 0.999, about 1000 points");
    await page.keyboard.press("Home");
    await page.getByText("off", { exact: true }).waitFor();
    await page.waitForFunction(() => document.querySelector('figure [role="img"]')?.getAttribute("aria-label")?.includes("batch ends at") === false);
  });

  it("zooms where it is dragged, on both charts, reads the stored points there, and shows the whole again", async () => {
    const whole = await settledInk("Accuracy");
    sent.length = 0;
    const box = (await boxOf("Loss").boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.2, box.y + 90);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.3, box.y + 100, { steps: 4 });
    await page.mouse.up();
    await figure("Accuracy").getByRole("button", { name: "Whole curve" }).waitFor();
    expect(await inkOf("Accuracy")).not.toBe(whole);
    await expect.poll(() => sent.filter((message) => message.includes('"readSeries"') && message.includes('"from"')).length).toBeGreaterThan(0);
    const epochs = (text: string) => Number(/^epoch ([\d.]+)/.exec(text)![1]);
    const [left, right] = [epochs(await readAt("Loss", 0.2)), epochs(await readAt("Loss", 0.5))];
    expect(right - left).toBeLessThan(8);
    await boxOf("Loss").dblclick();
    await expect.poll(() => figure("Loss").getByRole("button", { name: "Whole curve" }).count()).toBe(0);
    await page.mouse.move(5, 5);
    await expect.poll(() => inkOf("Accuracy")).toBe(whole);
  });

  it("is worked by keys alone: + zooms, 0 shows the whole, arrows read point by point, T the numbers", async () => {
    await boxOf("Accuracy").focus();
    await page.keyboard.press("+");
    await figure("Accuracy").getByRole("button", { name: "Whole curve" }).waitFor();
    await page.keyboard.press("0");
    await expect.poll(() => figure("Accuracy").getByRole("button", { name: "Whole curve" }).count()).toBe(0);
    await page.keyboard.press("ArrowRight");
    await figure("Accuracy").getByText("epoch 0, step 0").waitFor();
    await page.keyboard.press("ArrowRight");
    await figure("Accuracy").getByText("epoch 1, step 40").waitFor();
    await page.keyboard.press("t");
    expect(await figure("Accuracy").getByRole("row").count()).toBe(32);
    await figure("Accuracy").getByRole("button", { name: /Show the chart/ }).click();
  });

  it("puts steps and examples on x, and a labelled logarithm", async () => {
    await page.getByLabel("What stands on x").selectOption("examples");
    await page.getByRole("checkbox", { name: "log x" }).click();
    await figure("Loss").getByText("nats, log axis, log x, linear up to 32").waitFor();
    await page.getByRole("checkbox", { name: "log x" }).click();
    await page.getByLabel("What stands on x").selectOption("epoch");
  });

  it("puts training time, the time of day and another metric on x, and gives its points away with the rest", async () => {
    await page.getByLabel("What stands on x").selectOption("time");
    expect(await readAt("Loss", 0.4)).toMatch(/^epoch [\d.]+, step [\d,]+, training time [\d.:]+( s)?\n/);
    const csv = await save("Accuracy", "CSV");
    expect(csv.text).toMatch(/\r\nr-1,[^\r]*,time\/trained,0,0,0\r\n/);
    await page.getByLabel("What stands on x").selectOption("wall");
    expect(await readAt("Loss", 0.4)).toMatch(/clock time \d\d:\d\d/);
    await page.getByLabel("What stands on x").selectOption("train/loss");
    expect(await readAt("Accuracy", 0.4)).toMatch(/training loss [\d.]+/);
    await page.getByLabel("What stands on x").selectOption("epoch");
  });

  it("saves what is stored as CSV and says how many rows, and itself as SVG and as PNG of twice the pixels", async () => {
    const csv = await save("Loss", "CSV");
    const rows = csv.text.trim().split("\r\n");
    // 1 200 steps of the batch loss, 31 measurements of each split.
    expect(rows.length).toBe(1 + 1200 + 31 + 31);
    expect(rows[0]).toBe("run,name,metric,step,epoch,value");
    await figure("Loss").getByText("Saved r-1-loss.csv, 1,262 rows").waitFor();
    const svg = await save("Loss", "SVG");
    expect(svg.name).toBe("r-1-loss.svg");
    expect(await page.evaluate((text) => new DOMParser().parseFromString(text, "image/svg+xml").querySelectorAll("parsererror, path").length, svg.text)).toBe(3);
    expect(svg.text).toContain((await summary("Loss"))!);
    const png = await save("Accuracy", "PNG");
    expect([...png.bytes.subarray(1, 4)].map((byte) => String.fromCharCode(byte)).join("")).toBe("PNG");
    expect([png.bytes.readUInt32BE(16), png.bytes.readUInt32BE(20)]).toEqual([1520, 720]);
  });

  it("complained about nothing", () => { expect(complaints).toEqual([]); });
});
