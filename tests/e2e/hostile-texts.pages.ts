/** Sixty texts that a careless page would run, in every field a person can write in, on every page in both languages: shown as they are, nothing runs, nothing is asked for elsewhere. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { RunId } from "../../src-main/contract/nouns.ts";
import { createWorkbench } from "../../src-main/service/workbench.ts";
import { openStore } from "../../src-main/store/open.ts";
import { createPool } from "../../src-main/workers/pool.ts";
import { goTo, settled, show, tabsOf } from "../support/every-page.ts";
import { payloads } from "../support/payloads.ts";
import { ended } from "../support/workbench.ts";
import { takeSeat, type Seat } from "./door.ts";

vi.setConfig({ testTimeout: 600_000, hookTimeout: 300_000 });

const folder = mkdtempSync(join(tmpdir(), "descent-hostile-"));
/** The project's own name is a text too: it stands in the title bar and in the window's title. */
const file = join(folder, `"><img src=x onerror=__pwned(0)>.descent`);
/** A tag is a shorter text without commas. */
const tagOf = (payload: string): string => payload.replaceAll(",", ";").slice(0, 64).trim();
let seat: Seat;
let page: Page;
let runs: readonly RunId[];
let trained: readonly RunId[];
let hash: string;
/** What ran and what was asked for elsewhere; what the policy refused is among the page's complaints. */
const seen: string[] = [];

async function fill(): Promise<void> {
  const pool = createPool({ parallel: 1 });
  const workbench = createWorkbench({ store: openStore(file, Date.now), pool, now: Date.now, examples: join(import.meta.dirname, "..", "..", "examples"), door: "test" });
  try {
    const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    // Every payload is a header, and every one a category of the column to predict.
    const csv = [payloads.map((text, i) => quoted(`${text} ${i}`)).join(",") + ",target", ...payloads.flatMap((text) => Array.from({ length: 6 }, (_, row) => `${payloads.map((_other, column) => (row * 7 + column) % 5).join(",")},${quoted(text)}`))].join("\n");
    const kept = await workbench.importFile({ name: `${payloads[10]!}.csv`, bytes: new TextEncoder().encode(csv) });
    hash = kept.hash;
    for (const [i, text] of payloads.entries()) if (i % 6 === 0) await workbench.importFile({ name: `${text}.csv`, bytes: new TextEncoder().encode(`a,b,y\n1,2,${i}\n3,4,${i + 1}\n5,6,${i}\n`) });
    const spec = (name: string) => ({ name, data: { kind: "xor", samples: 60 }, layers: [{ kind: "dense", units: 2 }], metrics: [{ kind: "accuracy" }], train: { epochs: 1, batchSize: 60 } });
    const made: RunId[] = [];
    for (const [i, text] of payloads.entries()) {
      const { id } = await workbench.createExperiment({ name: text, question: text });
      made.push((await workbench.startRun({ experimentId: id, spec: spec(text) })).runIds[0]!);
      await workbench.markRun({ runId: made.at(-1)!, tags: [tagOf(text), tagOf(payloads[(i + 1) % 60]!)].filter((tag, at, all) => all.indexOf(tag) === at) });
      await workbench.writeJournal({ subject: made.at(-1)!, hypothesis: text, result: text, decision: text, notes: text });
      await workbench.writeJournal({ subject: id, notes: text });
    }
    await workbench.writeJournal({ subject: "project", hypothesis: payloads.join("\n\n"), notes: payloads.join("\n\n") });
    // A network whose classes and features are all of them, to see its predictions, its confusions and its layers.
    trained = (await workbench.startRun({ experimentId: null, spec: { ...spec(payloads[17]!), seeds: 2, data: { kind: "csv", file: kept.name, hash, target: "target" }, split: { kind: "stratified", validation: 0.34, test: 0.17 }, layers: [{ kind: "dense", units: 60 }], metrics: [{ kind: "accuracy" }] } })).runIds;
    for (const id of [...made, ...trained]) await ended(workbench, id);
    runs = made;
    await workbench.trashRuns({ runIds: made.slice(50, 54) });
    await workbench.changeSettings({ views: payloads.slice(0, 40).map((name, i) => ({ name, query: `name ~ "${payloads[i]!.replace(/["\\]/g, "\\$&").slice(0, 90)}"`, layout: { columns: ["tags", "experiment", "data"], sort: [] } })) });
  } finally { await workbench.close(); }
}

beforeAll(async () => {
  await fill();
  seat = await takeSeat(file, { viewport: { width: 1440, height: 1000 }, reducedMotion: "reduce" }, async (opened, url) => {
    const { origin } = new URL(url);
    opened.on("request", (request) => { if (!request.url().startsWith(origin) && !request.url().startsWith("data:image") && !request.url().startsWith("blob:")) seen.push(`asked for ${request.url()}`); });
    opened.on("dialog", (dialog) => { seen.push(`a dialog: ${dialog.message()}`); void dialog.dismiss(); });
    opened.on("popup", (popup) => { seen.push(`a window: ${popup.url()}`); });
    await opened.exposeFunction("__pwned", (n: number) => { seen.push(`payload ${n} ran`); });
    await opened.addInitScript(() => { document.addEventListener("securitypolicyviolation", (event) => { console.error(`the policy refused ${event.effectiveDirective}: ${event.blockedURI}`); }); });
  });
  ({ page } = seat);
});

afterAll(async () => {
  await seat?.close();
  rmSync(folder, { recursive: true, force: true });
});

const plain = (text: string): string => text.replace(/\s+/g, " ").trim();
/** All a person can read or edit on the page, on one line. */
const shown = (): Promise<string> => page.evaluate(() => [document.body.innerText, document.title, ...[...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea")].map((field) => field.value), ...[...document.querySelectorAll("[title]")].map((one) => one.getAttribute("title") ?? "")].join(" ").replace(/\s+/g, " "));
/** Elements that only a payload would have made. */
const strangers = (): Promise<readonly string[]> => page.evaluate(() => [...document.querySelectorAll("script:not([src]), iframe, object, embed, base, link[href*=foreign], img[src='x'], img[src*=foreign], video, audio, marquee, math img, form[action*=foreign], meta[http-equiv=refresh], a[href^='javascript'], a[href^=data]")].map((one) => one.outerHTML.slice(0, 100))
  .concat([...document.querySelectorAll("*")].filter((one) => one.getAttributeNames().some((name) => name.startsWith("on"))).map((one) => one.outerHTML.slice(0, 100))));

async function holds(text: string, where: string): Promise<void> {
  await expect.poll(async () => (await shown()).includes(plain(text)), { message: `${where} shows ${text}` }).toBe(true);
}
async function isQuiet(): Promise<void> {
  expect(await strangers()).toEqual([]);
  expect([...seen, ...seat.complaints]).toEqual([]);
}

describe.each(["en", "zh"] as const)("in %s", (language) => {
  it("names of runs, tags, journals and what they branch to", async () => {
    await show(page, language, language === "en" ? "light" : "dark");
    for (const [i, text] of payloads.entries()) {
      await goTo(page, { hash: `#/runs/${runs[i]!}` });
      await holds(text, `the page of ${runs[i]!}`);
      await holds(tagOf(text), "its tags");
    }
    await isQuiet();
  });

  it("names and questions of experiments, and their tables", async () => {
    for (const [i, text] of payloads.entries()) {
      await goTo(page, { hash: `#/experiments/e-${i + 1}` });
      await holds(text, `experiment ${i + 1}`);
    }
    await isQuiet();
  });

  it("the table of all runs, its views, its columns, its queries and what is wrong with them", async () => {
    await goTo(page, { hash: "#/runs" });
    for (const text of payloads.slice(0, 40)) await holds(text, "the tabs of views");
    for (const text of payloads) await goTo(page, { hash: `#/runs?q=${encodeURIComponent(text)}` });
    for (const text of payloads.slice(0, 12)) {
      await goTo(page, { hash: `#/runs?q=${encodeURIComponent(`name = "${text.replace(/["\\]/g, "\\$&")}"`)}` });
      await holds(text, "the query");
    }
    await isQuiet();
  });

  it("palette, search, settings, explanations, addresses", async () => {
    await goTo(page, { hash: "#/" });
    await page.keyboard.press("Control+k");
    for (const text of payloads) {
      await page.getByRole("combobox").first().fill(text);
      await holds(text, "the palette");
    }
    await page.keyboard.press("Escape");
    for (const text of payloads) {
      const escaped = encodeURIComponent(text);
      await goTo(page, { hash: `#/settings?find=${escaped}` });
      await goTo(page, { hash: `#/${escaped}` });
      await goTo(page, { hash: `#/explain/optimizer/${escaped}` });
      await goTo(page, { hash: `#/runs/${escaped}` });
    }
    await isQuiet();
  });

  it("files, headers, categories and class labels", async () => {
    await goTo(page, { hash: "#/data" });
    await holds(`${payloads[0]!}.csv`, "the list of files");
    await goTo(page, { hash: `#/data?set=file/${hash}` });
    for (const text of payloads.slice(0, 5)) await holds(text, "the look at the data");
    await goTo(page, { hash: `#/new/file/${hash}` });
    await settled(page);
    await isQuiet();
    await goTo(page, { hash: `#/runs/${trained[0]!}`, ready: "figure" });
    const tabs = tabsOf(page);
    for (let i = 0; i < await tabs.count(); i++) {
      await tabs.nth(i).click();
      await settled(page);
      await isQuiet();
    }
  });

  it("comparisons, charts, and the trash", async () => {
    for (const wish of ["?by=run", "?by=run&tab=scatter", "?by=run&tab=parallel", "?by=run&tab=boxes"]) {
      await goTo(page, { hash: `#/compare/${runs.slice(0, 12).join(",")}${wish}` });
      await settled(page);
      await isQuiet();
    }
    await goTo(page, { hash: `#/compare/${trained.join(",")}` });
    await goTo(page, { hash: "#/storage", ready: "table" });
    for (const text of payloads.slice(50, 54)) await holds(text, "the trash");
    await goTo(page, { hash: "#/queue" });
    await isQuiet();
  });

  it("what is written in the page itself: a run's name with its toast, a tag, a question, a spec", async () => {
    for (const text of payloads.filter((_, i) => i % 6 === (language === "en" ? 0 : 3))) {
      await goTo(page, { hash: `#/runs/${runs[2]!}` });
      await page.keyboard.press("F2");
      const field = page.locator("main input[maxlength='200']");
      await field.fill(text);
      await field.press("Enter");
      await expect.poll(async () => page.locator("main h1").first().innerText()).toBe(plain(text));
      await holds(text, "the toast");
    }
    await goTo(page, { hash: "#/new/example/digits" });
    for (const text of payloads.filter((_, i) => i % 10 === 4)) {
      await page.locator(".cm-content").first().click();
      await page.keyboard.press("Control+a");
      await page.keyboard.insertText(`{ "name": ${JSON.stringify(text)}, "optimizer": { "kind": ${JSON.stringify(text)} }, ${JSON.stringify(text)}: 1 }`);
      await settled(page);
      await isQuiet();
    }
  });
});
