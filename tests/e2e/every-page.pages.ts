/** Every page and every dialog in both languages and both themes: axe finds nothing, no text is cut off, nothing complains, nothing is left in the other language. */

import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { clippedTexts } from "../support/clipped.ts";
import { fillProject, goTo, overlaysOf, placesOf, show, type Filled } from "../support/every-page.ts";
import { startDoor } from "./door.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const folder = mkdtempSync(join(tmpdir(), "descent-pages-"));
const engine = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
let server: ChildProcess;
let browser: Browser;
let page: Page;
let filled: Filled;
const complaints: string[] = [];

beforeAll(async () => {
  const file = join(folder, "pages.descent");
  filled = await fillProject(file);
  const door = await startDoor(file, 1);
  server = door.server;
  browser = await launchBrowser();
  // The page's own policy lets no script in but its own; axe comes through the debugger.
  page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce", bypassCSP: true })).newPage();
  page.setDefaultTimeout(60_000);
  page.on("console", (message) => { if (message.type() === "error" || message.type() === "warning") complaints.push(message.text()); });
  page.on("pageerror", (error) => { complaints.push(error.message); });
  await page.goto(door.url);
  await page.addScriptTag({ path: engine });
});

afterAll(async () => {
  await browser?.close();
  if (server !== undefined) {
    const ended = new Promise((done) => { server.once("exit", done); });
    server.kill("SIGTERM");
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

/** What axe finds, in a line each: rule, how many, where first. */
async function axeFinds(): Promise<readonly string[]> {
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  return violations.map(({ id, help, nodes }) => `${id} (${nodes.length}): ${help}: ${nodes[0]!.html.slice(0, 160)} ${(nodes[0]!.any[0] ?? nodes[0]!.all[0] ?? nodes[0]!.none[0])?.message ?? ""}`);
}

/** Sentences of the interface that are still English. Names, formulas and what people wrote are no sentences of the interface. */
const englishWords = (): Promise<readonly string[]> => page.evaluate(() => {
  const found = new Set<string>();
  const walker = document.createTreeWalker(document.getElementById("app")!, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = (node.textContent ?? "").trim();
    const parent = node.parentElement!;
    if (parent.closest("svg, code, kbd, .mono, .cm-editor, [lang=en], .formula, .project, textarea, script, .facts dd, input") !== null) continue;
    // A sentence: four words of small letters in a row, and no Chinese around them.
    if (/(?:\b[a-z]{3,}\b[ ,]*){4,}/.test(text) && !/\p{Script=Han}/u.test(text)) found.add(text.slice(0, 80));
  }
  return [...found];
});

describe.each([["en", "light"], ["zh", "dark"], ["en", "dark"], ["zh", "light"]] as const)("in %s, %s", (language, theme) => {
  it("every page", async () => {
    complaints.length = 0;
    await show(page, language, theme);
    const found: Record<string, readonly string[]> = {};
    for (const place of placesOf(filled)) {
      await goTo(page, place);
      const tabs = await page.locator("main [role=tablist] [role=tab]").count();
      for (let tab = 0; tab < Math.max(1, tabs); tab++) {
        if (tabs > 1) {
          await page.locator("main [role=tablist] [role=tab]").nth(tab).click();
          await page.waitForTimeout(250);
        }
        const where = tabs > 1 ? `${place.name} ${tab}` : place.name;
        const here = [...await axeFinds(), ...(theme === "light" ? await clippedTexts(page) : []), ...(language === "zh" && !place.name.startsWith("explain") ? (await englishWords()).map((text) => `English: ${text}`) : [])];
        if (here.length > 0) found[where] = here;
      }
    }
    expect(found).toEqual({});
    // The page of a run that there is none of asks for it in vain; nothing else complains.
    expect(complaints).toEqual([]);
  });

  it("every dialog and what floats", async () => {
    complaints.length = 0;
    await show(page, language, theme);
    const found: Record<string, readonly string[]> = {};
    for (const overlay of overlaysOf(filled)) {
      await goTo(page, overlay);
      await overlay.open(page);
      await page.waitForTimeout(250);
      const here = [...await axeFinds(), ...(theme === "light" ? await clippedTexts(page) : [])];
      if (here.length > 0) found[overlay.name] = here;
      await overlay.close(page);
    }
    expect(found).toEqual({});
    expect(complaints).toEqual([]);
  });
});

it("each density leaves the letters their size and the pages whole", async () => {
  const found: Record<string, readonly string[]> = {};
  for (const density of ["Comfortable", "Compact"]) {
    await show(page, "en", "light");
    await page.getByRole("radio", { name: density }).check({ force: true });
    for (const place of placesOf(filled)) {
      await goTo(page, place);
      const here = await clippedTexts(page);
      if (here.length > 0) found[`${place.name}, ${density}`] = here;
    }
  }
  expect(await page.evaluate(() => getComputedStyle(document.body).fontSize)).toBe("13px");
  expect(found).toEqual({});
});
