/** One story in a real Chromium, from a question to its answer: find runs by a query, group them, set a baseline, read whether B beats A, run the seeds that are missing, take the chart away. */

import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Download, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { takeSeat, type Seat } from "./door.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const root = resolve(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "descent-story-"));
const project = join(folder, "story.descent");
let seat: Seat;
let page: Page;

const spec = (name: string, optimizer: object, seeds: number) => ({
  name, seeds, data: { kind: "sample", name: "digits" }, layers: [{ kind: "dense", units: 10 }], optimizer, metrics: [{ kind: "accuracy" }], train: { epochs: 4, batchSize: 64 },
});
const descent = async (...args: string[]) => (await promisify(execFile)(process.execPath, [join(root, "scripts", "descent.mjs"), ...args, "--project", project])).stdout;

beforeAll(async () => {
  // Two settings of four seeds each, and one that the query has to keep out.
  for (const one of [spec("adam, careful", { kind: "adam", learningRate: 0.0005 }, 4), spec("adam, bold", { kind: "adam", learningRate: 0.01 }, 4), spec("plain descent", { kind: "sgd", learningRate: 0.1 }, 1)]) {
    writeFileSync(join(folder, "spec.json"), JSON.stringify(one));
    await descent("run", join(folder, "spec.json"));
  }
  seat = await takeSeat(project, { viewport: { width: 1280, height: 900 }, locale: "en-GB", acceptDownloads: true });
  ({ page } = seat);
});

afterAll(async () => {
  await seat?.close();
  rmSync(folder, { recursive: true, force: true });
});

const counted = (text: string): Promise<void> => page.getByRole("status").filter({ hasText: text }).first().waitFor();
const rowOf = (name: string): Locator => page.locator("tbody tr[aria-rowindex]").filter({ hasText: name });
/** The sentence of the metric that the page is about. */
const answer = (): Locator => page.getByRole("region", { name: "validation accuracy" }).first();

it("finds the runs by a query, with its completion", async () => {
  await page.getByRole("link", { name: /^Runs/ }).first().click();
  await counted("9 runs");
  const query = page.getByRole("combobox", { name: "Query" });
  await query.fill("optimizer.kind = ad");
  await page.getByRole("option", { name: "adam", exact: true }).click();
  await expect.poll(() => query.inputValue()).toMatch(/^optimizer\.kind = adam ?$/);
  await query.press("End");
  await query.pressSequentially(" and validation/accuracy > 0.05");
  await query.press("Enter");
  await counted("8 of 9 runs");
});

it("groups them by all but seed: two rows, each a mean with its interval and n", async () => {
  await page.getByRole("button", { name: /^Group:/ }).click();
  await page.getByRole("radio", { name: "Each run" }).check({ force: true });
  await expect.poll(() => page.locator("tbody tr[aria-rowindex]").count()).toBe(8);
  await page.getByRole("radio", { name: "All but seed" }).check({ force: true });
  await expect.poll(() => page.locator("tbody tr[aria-rowindex]").count()).toBe(2);
  for (const name of ["adam, careful", "adam, bold"]) expect(await rowOf(name).innerText()).toMatch(/\d\d\.\d+\s*±\s*\d+\.\d+/);
});

it("sets a baseline, takes it back by the toast and by Ctrl Z, and sets it again", async () => {
  const choose = async (): Promise<void> => { await rowOf("adam, careful").getByRole("checkbox").click(); };
  const mark = (): Promise<void> => page.getByRole("toolbar").getByRole("button", { name: /^Make it the baseline/ }).click();
  const isBaseline = (is: boolean) => expect.poll(async () => (await rowOf("adam, careful").innerText()).includes("baseline")).toBe(is);
  await choose();
  await mark();
  await isBaseline(true);
  await page.getByRole("region", { name: "Messages" }).getByRole("button", { name: "Undo" }).first().click();
  await isBaseline(false);
  await mark();
  await isBaseline(true);
  await page.keyboard.press("Control+z");
  await isBaseline(false);
  await page.keyboard.press("Control+Shift+z");
  await isBaseline(true);
});

it("reads the sentence that says whether B beats A, and that four pairs are too few", async () => {
  await rowOf("adam, bold").getByRole("checkbox").click();
  await page.getByRole("toolbar", { name: "2 groups, 8 runs" }).getByRole("button", { name: "Compare" }).click();
  await page.getByRole("heading", { level: 1, name: "2 groups side by side" }).waitFor();
  await answer().waitFor();
  expect(await answer().innerText()).toMatch(/[AB] adam, bold is better than [AB] adam, careful by \d+\.\d\d points of validation accuracy \(95 % CI .+; 4 paired seeds, sign-flip p = 0\.13\)/);
  // Exact tests over four signs have 2 / 2^4 as their smallest p.
  await answer().getByText("4 pairs can never give a p below 0.13.").waitFor();
});

it("runs two more seeds of both from it, and the sentence says more when they are done", async () => {
  await page.getByRole("button", { name: /^Run 2 more seeds of both/ }).click();
  await answer().getByText(/6 paired seeds, sign-flip p = 0\.03/).waitFor();
  expect(new URL(page.url()).hash.split(/[/,?]/).filter((part) => part.startsWith("r-")).length).toBe(12);
});

it("takes the chart away as SVG, PNG and every stored point", async () => {
  const figure = page.locator("figure").filter({ has: page.getByRole("heading", { name: "Validation accuracy" }) });
  await figure.scrollIntoViewIfNeeded();
  const save = async (kind: RegExp): Promise<Download> => {
    await figure.getByRole("button", { name: "Save this chart" }).click();
    const [download] = await Promise.all([page.waitForEvent("download"), figure.getByRole("button", { name: kind }).click()]);
    return download;
  };
  expect(readFileSync(await (await save(/SVG/)).path(), "utf8")).toMatch(/^<svg[\s\S]*adam, bold[\s\S]*<\/svg>\s*$/);
  expect(readFileSync(await (await save(/PNG/)).path()).subarray(1, 4).toString()).toBe("PNG");
  // Twelve runs measured after 0 to 4 epochs, under a head.
  expect(readFileSync(await (await save(/CSV/)).path(), "utf8").trim().split("\r\n").length).toBe(12 * 5 + 1);
});

it("complained about nothing", () => { expect(seat.complaints).toEqual([]); });
