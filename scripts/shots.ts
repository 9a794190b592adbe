/**
 * `npm run shots`: takes the README's picture anew, of a real run on the digits, into docs/descent.png.
 * `npm run shots -- --all FOLDER [en|zh] [light|dark] [WIDTH …]`: a picture of every page and dialog in every language and theme at 1280 and 1920 (and, in English, at 1024 and 2560), or of those named.
 * Needs a build and a Chromium.
 */

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser } from "playwright-core";
import { startDoor } from "../tests/e2e/door.ts";
import { launchBrowser } from "../tests/support/browser.ts";
import { fillProject, goTo, overlaysOf, placesOf, settled, show, tabsOf } from "../tests/support/every-page.ts";

const root = resolve(import.meta.dirname, "..");
const scratch = mkdtempSync(join(tmpdir(), "descent-shots-"));
const [mode, to, ...wishes] = process.argv.slice(2);

async function readme(browser: Browser): Promise<void> {
  const { server, url } = await startDoor(join(scratch, "Digits.descent"));
  try {
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1.5 })).newPage();
    await page.goto(url);
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.getByText("finished", { exact: true }).first().waitFor({ timeout: 60_000 });
    await settled(page);
    await page.screenshot({ path: join(root, "docs", "descent.png") });
    console.log("docs/descent.png is new");
  } finally { await ended(server); }
}

async function all(browser: Browser, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const file = join(scratch, "Digits.descent");
  const filled = await fillProject(file);
  const { server, url } = await startDoor(file, 1);
  const asked = <T extends string>(options: readonly T[]): readonly T[] => (options.some((one) => wishes.includes(one)) ? options.filter((one) => wishes.includes(one)) : options);
  const widths = wishes.map(Number).filter((width) => Number.isInteger(width));
  try {
    for (const language of asked(["en", "zh"] as const)) for (const theme of asked(["light", "dark"] as const)) for (const width of widths.length > 0 ? widths : language === "en" && theme === "light" ? [1280, 1920, 1024, 2560] : [1280, 1920]) {
      const context = await browser.newContext({ viewport: { width, height: width > 1600 ? 1080 : 800 }, reducedMotion: "reduce" });
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      await page.goto(url);
      await show(page, language, theme);
      const take = (name: string): Promise<unknown> => page.screenshot({ path: join(folder, `${name}-${language}-${theme}-${width}.png`) });
      for (const place of placesOf(filled)) {
        await goTo(page, place);
        await take(place.name);
        const tabs = tabsOf(page);
        for (let i = 1; (place.name === "run" || place.name === "sweep") && i < await tabs.count(); i++) {
          await tabs.nth(i).click();
          await settled(page);
          await take(`${place.name}-tab${i}`);
        }
      }
      for (const overlay of overlaysOf(filled)) {
        await goTo(page, overlay);
        await overlay.open(page);
        await settled(page);
        await take(`over-${overlay.name}`);
        await overlay.close(page);
      }
      await context.close();
      console.log(`${language} ${theme} ${width}`);
    }
  } finally { await ended(server); }
}

async function ended(server: Awaited<ReturnType<typeof startDoor>>["server"]): Promise<void> {
  const over = new Promise((done) => { server.once("exit", done); });
  server.kill("SIGTERM");
  await over;
}

const browser = await launchBrowser();
try {
  if (mode === undefined) await readme(browser);
  else if (mode === "--all" && to !== undefined) await all(browser, resolve(to));
  else throw new Error("npm run shots, or npm run shots -- --all FOLDER");
} finally {
  await browser.close();
  rmSync(scratch, { recursive: true, force: true });
}
