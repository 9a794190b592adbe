/** The whole workbench without a mouse: Tab comes past everything that can be pressed, and one story — train, name, compare, export, throw away and take back, the tour — is lived by keys alone. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { fillProject, goTo, placesOf, type Filled } from "../support/every-page.ts";
import { takeSeat, type Seat } from "./door.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const folder = mkdtempSync(join(tmpdir(), "descent-keys-"));
let seat: Seat;
let page: Page;
let filled: Filled;

beforeAll(async () => {
  const file = join(folder, "keys.descent");
  filled = await fillProject(file);
  seat = await takeSeat(file, { viewport: { width: 1280, height: 900 }, locale: "en-GB", reducedMotion: "reduce" });
  ({ page } = seat);
});

afterAll(async () => {
  await seat?.close();
  rmSync(folder, { recursive: true, force: true });
});

const heading = (name: string | RegExp) => page.getByRole("heading", { level: 1, name }).waitFor();
const focused = () => page.evaluate(() => document.activeElement?.outerHTML.slice(0, 120) ?? "");
async function press(...keys: readonly string[]): Promise<void> { for (const key of keys) await page.keyboard.press(key); }
/** Opens the palette, writes, waits until the first entry is this one, and takes it. */
async function command(text: string, title: string): Promise<void> {
  await press("Control+k");
  await page.keyboard.type(text);
  await expect.poll(() => page.locator("[role=option][aria-selected=true]").first().innerText()).toContain(title);
  await press("Enter");
}

describe("Tab", () => {
  it("comes past everything that can be pressed on every page, shows where it is, and is caught nowhere", async () => {
    const missed: Record<string, readonly string[]> = {};
    for (const place of placesOf(filled).filter(({ name }) => !/query|none|stopped|nowhere|csv/.test(name))) {
      await goTo(page, place);
      await page.evaluate(() => { (document.activeElement as HTMLElement | null)?.blur(); document.querySelectorAll("[data-passed]").forEach((one) => { one.removeAttribute("data-passed"); }); });
      const invisible: string[] = [];
      let isRound = false;
      for (let i = 0; i < 400 && !isRound; i++) {
        await press("Tab");
        const at = await page.evaluate(() => {
          const one = document.activeElement as HTMLElement | null;
          if (one === null || one === document.body) return "out";
          // A page within the page shows its own focus, and keeps it for as many steps as it has links.
          if (one instanceof HTMLIFrameElement) { one.dataset["passed"] = ""; return ""; }
          if (one.dataset["passed"] !== undefined) return "round";
          one.dataset["passed"] = "";
          // The ring, an outline, or a ring on the thing around it that stands for it.
          const marked = (el: Element): boolean => { const look = getComputedStyle(el); return look.boxShadow !== "none" || (look.outlineStyle !== "none" && look.outlineWidth !== "0px"); };
          const before = getComputedStyle(one, "::before").boxShadow;
          // A slider's ring is on its thumb; the code editor, in a tree of its own, shows a caret.
          if (one.matches("input[type=range]") || one.shadowRoot !== null) return "";
          return marked(one) || before !== "none" && before !== "" || (one.parentElement !== null && (marked(one.parentElement) || (one.parentElement.parentElement !== null && marked(one.parentElement.parentElement)))) ? "" : one.outerHTML.slice(0, 100);
        });
        // Behind the last comes the browser's own, then the first again.
        if (at === "round") isRound = true;
        else if (at !== "" && at !== "out") invisible.push(`no ring: ${at}`);
      }
      const left = await page.evaluate(() => [...document.querySelectorAll<HTMLElement>("a[href], button, input, select, textarea, [tabindex='0'], summary")].filter((one) => one.dataset["passed"] === undefined && one.checkVisibility() && one.tabIndex >= 0 && !one.closest("[inert]")
        // Of radio buttons one alone takes the focus; arrows reach the others.
        && !(one instanceof HTMLInputElement && one.type === "radio")).map((one) => one.outerHTML.slice(0, 120)));
      if (!isRound || left.length > 0 || invisible.length > 0) missed[place.name] = [...(isRound ? [] : ["caught"]), ...left, ...invisible];
    }
    expect(missed).toEqual({});
  });

  it("skips to the content first, and F6 goes from part to part", async () => {
    await goTo(page, { hash: "#/runs" });
    await page.evaluate(() => { (document.activeElement as HTMLElement | null)?.blur(); });
    await page.reload();
    await page.locator("main h1").first().waitFor();
    await press("Tab");
    expect(await focused()).toContain("skip");
    await press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("content");
    const parts: string[] = [];
    for (let i = 0; i < 4; i++) { await press("F6"); parts.push(await page.evaluate(() => document.activeElement?.closest("[data-part]")?.tagName.toLowerCase() ?? "")); }
    expect(new Set(parts)).toEqual(new Set(["footer", "header", "aside", "main"]));
  });
});

describe("the focus", () => {
  it.each([["Control+k", "dialog input"], ["?", "dialog"]])("is in what %s opens, and back where it was when Esc closes it", async (key, inside) => {
    await goTo(page, { hash: "#/storage" });
    const button = page.getByRole("button", { name: "Back up now" });
    await button.focus();
    await press(key);
    expect(await page.evaluate((where) => document.activeElement?.closest(where) !== null || document.activeElement?.matches(where) === true, inside)).toBe(true);
    await press("Escape");
    await expect.poll(() => button.evaluate((one) => one === document.activeElement)).toBe(true);
  });
  it("goes with the palette to the page it leads to", async () => {
    await command("go to data", "Go to Data");
    await heading("Data");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("content");
  });
});

describe("a story by keys alone", () => {
  it("trains a network, names it, tags it, throws it away and takes it back", async () => {
    await command("new run", "New run");
    await heading("New run");
    await goTo(page, { hash: "#/new/example/xor" });
    await page.getByText("Ready to start").waitFor();
    await press("Control+Enter");
    await page.getByText("finished", { exact: true }).first().waitFor();
    await press("F2");
    await page.keyboard.type("xor by hand");
    await press("Enter");
    await heading("xor by hand");
    await press("Shift+i");
    await page.getByText("Pinned", { exact: true }).waitFor();
    await press("Delete");
    await page.getByText("This run is in the trash.").waitFor();
    await press("Control+z");
    await page.getByText("This run is in the trash.").waitFor({ state: "detached" });
    await press("Control+Shift+z");
    await page.getByText("This run is in the trash.").waitFor();
    await press("Control+z", "Control+z", "Control+z");
    await page.getByText("Taken back: Renamed to xor by hand").waitFor();
    await expect.poll(() => page.locator("main h1").first().innerText()).not.toBe("xor by hand");
  });

  it("finds runs by letters, a note by its words, a setting and an explanation", async () => {
    await command("dgts slwr", "digits, slower");
    await heading(/^digits, slower/);
    await command("gap opens", "gap");
    await expect.poll(() => page.evaluate(() => location.hash)).toMatch(/^#\/(runs\/r-1|experiments\/e-1)?$/);
    await command("density", "Density");
    await heading("Settings");
    expect(await page.locator("main section h2").allInnerTexts()).toEqual(["Density"]);
    await command("?nesterov", "Nesterov");
    await page.getByText("Formula").waitFor();
  });

  it("selects runs in the table and compares them", async () => {
    await press("g", "r");
    await heading("Runs");
    await page.locator("tbody tr").nth(2).waitFor();
    await press("j", "x", "j", "x", "j", "x", "j", "x", "c");
    await heading(/runs|groups/);
    await page.locator("section.answer").waitFor();
  });

  it("switches language, theme and density, live", async () => {
    const { lang } = await page.evaluate(() => ({ lang: document.documentElement.lang }));
    await press("v", "l");
    await page.waitForFunction((before) => document.documentElement.lang !== before, lang);
    await press("v", "l", "v", "t");
    await page.waitForFunction(() => document.documentElement.dataset["theme"] === "dark");
    await press("v", "d");
    await page.waitForFunction(() => document.documentElement.dataset["density"] === "compact");
    await press("v", "d", "v", "d", "v", "t");
    await page.waitForFunction(() => document.documentElement.dataset["density"] === "standard" && document.documentElement.dataset["theme"] === "light");
  });

  it("lets letters rest where the person wants it", async () => {
    await goTo(page, { hash: "#/settings?find=single" });
    await page.getByRole("radio", { name: "Off" }).focus();
    await press("Space");
    await goTo(page, { hash: "#/storage" });
    await press("n");
    await heading("Storage");
    await command("single letters", "Single letters");
    await page.getByRole("radio", { name: "On" }).focus();
    await press("Space", "n");
    await heading("New run");
  });
});

describe.each([["en-GB", "Train it", "Next", "Train with dropout", "Run five seeds of each", "Close"], ["zh-CN", "开始训练", "下一步", "加上随机失活再训练", "各跑五个种子", "关闭"]])("the tour on a machine set to %s", (locale, ...verbs) => {
  it("greets in that language, trains for real by keys alone, survives being left and a reload, and ends with ten networks and a sentence", async () => {
    const tourFolder = mkdtempSync(join(tmpdir(), "descent-tour-"));
    const guided = await takeSeat(join(tourFolder, "tour.descent"), { viewport: { width: 1280, height: 900 }, locale });
    try {
      const { page: own } = guided;
      own.setDefaultTimeout(120_000);
      expect(await own.evaluate(() => document.documentElement.lang.slice(0, 2))).toBe(locale.slice(0, 2));
      await own.keyboard.press("g");
      await own.keyboard.press("w");
      const card = own.locator("section[data-part]");
      const verb = (name: string) => card.getByRole("button", { name, exact: true });
      for (const [step, name] of verbs.slice(0, 4).entries()) {
        await verb(name!).waitFor();
        await expect.poll(() => verb(name!).getAttribute("aria-busy")).toBeNull();
        if (step === 1) {
          // Left and taken up again, over a new document.
          await card.getByRole("heading").focus();
          await own.keyboard.press("Escape");
          await card.waitFor({ state: "detached" });
          await own.reload();
          await own.locator("main h1").first().waitFor();
          await own.keyboard.press("g");
          await own.keyboard.press("w");
          await verb(name!).waitFor();
          expect(await card.innerText()).toMatch(/100|9\d\.\d/);
        }
        await verb(name!).focus();
        await own.keyboard.press("Enter");
      }
      await verb(verbs[4]!).waitFor();
      await expect.poll(() => verb(verbs[4]!).getAttribute("aria-busy"), { timeout: 120_000 }).toBeNull();
      await own.locator("section.answer").waitFor();
      await expect.poll(() => own.getByText("n 5", { exact: true }).count()).toBe(2);
      await verb(verbs[4]!).focus();
      await own.keyboard.press("Enter");
      await card.waitFor({ state: "detached" });
    } finally {
      await guided.close();
      rmSync(tourFolder, { recursive: true, force: true });
    }
  });
});
