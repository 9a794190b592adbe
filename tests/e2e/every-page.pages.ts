/** Every page and every dialog in both languages and in both themes: axe finds nothing, no text is cut off, nothing complains, nothing is left in the other language. */

import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type axe from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { clippedTexts } from "../support/clipped.ts";
import { fillProject, goTo, overlaysOf, placesOf, plainTexts, settled, show, tabsOf, type Filled } from "../support/every-page.ts";
import { takeSeat, type Seat } from "./door.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const folder = mkdtempSync(join(tmpdir(), "descent-pages-"));
const engine = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
let seat: Seat;
let page: Page;
let filled: Filled;

beforeAll(async () => {
  const file = join(folder, "pages.descent");
  filled = await fillProject(file);
  // The page's own policy lets no script in but its own; axe comes through the debugger.
  seat = await takeSeat(file, { viewport: { width: 1280, height: 800 }, reducedMotion: "reduce", bypassCSP: true });
  ({ page } = seat);
  await page.addScriptTag({ path: engine });
});

afterAll(async () => {
  await seat?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What axe finds, in a line each: rule, how many, where first. */
async function axeFinds(): Promise<readonly string[]> {
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  return violations.map(({ id, help, nodes }) => `${id} (${nodes.length}): ${help}: ${nodes[0]!.html.slice(0, 160)} ${(nodes[0]!.any[0] ?? nodes[0]!.all[0] ?? nodes[0]!.none[0])?.message ?? ""}`);
}

/** Sentences of the interface that are still English. Names, formulas and what people wrote are no sentences of the interface. */
const englishWords = (): Promise<readonly string[]> => page.evaluate((written) => {
  const found = new Set<string>();
  const walker = document.createTreeWalker(document.getElementById("app")!, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = (node.textContent ?? "").trim();
    const parent = node.parentElement!;
    if (parent.closest("svg, code, kbd, .mono, .cm-editor, [lang=en], .formula, .project, textarea, script, .facts dd, input") !== null) continue;
    // A sentence: four words of small letters in a row, and no Chinese around them.
    if (/(?:\b[a-z]{3,}\b[ ,]*){4,}/.test(text) && !/\p{Script=Han}/u.test(text) && !written.some((name) => text.includes(name))) found.add(text.slice(0, 80));
  }
  return [...found];
}, Object.values(plainTexts));

// What is cut off hangs on the language, what has too little contrast on the theme: each is seen once.
describe.each([["en", "light"], ["zh", "dark"]] as const)("in %s, %s", (language, theme) => {
  it("every page", async () => {
    seat.complaints.length = 0;
    await show(page, language, theme);
    const found: Record<string, readonly string[]> = {};
    for (const place of placesOf(filled)) {
      await goTo(page, place);
      const tabs = await tabsOf(page).count();
      for (let tab = 0; tab < Math.max(1, tabs); tab++) {
        if (tabs > 1) {
          await tabsOf(page).nth(tab).click();
          await settled(page);
        }
        const where = tabs > 1 ? `${place.name} ${tab}` : place.name;
        const here = [...await axeFinds(), ...await clippedTexts(page), ...(language === "zh" && !place.name.startsWith("explain") ? (await englishWords()).map((text) => `English: ${text}`) : [])];
        if (here.length > 0) found[where] = here;
      }
    }
    expect(found).toEqual({});
    // The page of a run that there is none of asks for it in vain; nothing else complains.
    expect(seat.complaints).toEqual([]);
  });

  it("every dialog and what floats", async () => {
    seat.complaints.length = 0;
    await show(page, language, theme);
    const found: Record<string, readonly string[]> = {};
    for (const overlay of overlaysOf(filled)) {
      await goTo(page, overlay);
      await overlay.open(page);
      await settled(page);
      const here = [...await axeFinds(), ...await clippedTexts(page)];
      if (here.length > 0) found[overlay.name] = here;
      await overlay.close(page);
    }
    expect(found).toEqual({});
    expect(seat.complaints).toEqual([]);
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
