/** The desktop door with Electron alone replaced: the built renderer, the built preload and the shell's own handlers, joined in a real Chromium. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { decode, encode } from "../../src-main/contract/codec.ts";
import { launchBrowser } from "../support/browser.ts";
import { openShellDoor } from "../support/shell-door.ts";
import type { ShellDoor } from "../support/shell-door.ts";

const root = resolve(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "descent-shell-"));
/** Stands for app://: Chromium has no such scheme of ours, so its requests are answered by the shell's handler under this origin. */
const origin = "https://descent.test";

// A browser on two busy cores takes its time; nothing here measures it.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let browser: Browser;
let door: ShellDoor;
let page: Page;
const complaints: string[] = [];

/** The codec as a script that leaves `codec` in the page: playwright's bridge carries text, Electron's carries typed arrays. */
async function codecScript(): Promise<string> {
  const built = await build({
    configFile: false, logLevel: "silent",
    build: { write: false, minify: false, lib: { entry: join(root, "src-main", "contract", "codec.ts"), formats: ["iife"], name: "codec" } },
  });
  const [{ output }] = built as unknown as [{ output: [{ code: string }] }];
  return output[0].code.replace("var codec", "globalThis.codec");
}

beforeAll(async () => {
  door = await openShellDoor(folder, { parallel: 1 });
  browser = await launchBrowser();
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  page = await context.newPage();
  page.on("console", (message) => { if (message.type() === "error") complaints.push(message.text()); });
  page.on("pageerror", (error) => { complaints.push(error.message); });
  const scheme = new URL(door.url);
  await page.route("**/*", async (route) => {
    const asked = new URL(route.request().url());
    const answer = await door.handle(`${scheme.protocol}//${scheme.host}${asked.pathname}`);
    await route.fulfill({ status: answer.status, headers: Object.fromEntries(answer.headers), body: Buffer.from(await answer.arrayBuffer()) });
  });
  await page.exposeFunction("toMain", (text: string) => { door.post(decode(text)); });
  door.on((message) => { void page.evaluate((text) => { (globalThis as unknown as { fromMain?: (text: string) => void }).fromMain?.(text); }, encode(message)).catch(() => { /* the page is being replaced */ }); });
  await page.addInitScript(await codecScript());
  // What Electron gives a sandboxed preload, on playwright's bridge; the script itself is the built one, letter for letter.
  await page.addInitScript(`(() => {
    const heard = new Set();
    globalThis.fromMain = (text) => { const message = codec.decode(text); for (const hear of heard) hear({}, message); };
    const electron = {
      contextBridge: { exposeInMainWorld(name, value) { Object.defineProperty(globalThis, name, { value, configurable: true }); } },
      ipcRenderer: { send(_channel, message) { globalThis.toMain(codec.encode(message)); }, on(_channel, hear) { heard.add(hear); }, off(_channel, hear) { heard.delete(hear); } },
    };
    const require = (name) => { if (name !== "electron") throw new Error("a sandboxed preload may not ask for " + name); return electron; };
    (function (require, module, exports) { ${readFileSync(door.preload, "utf8")}\n })(require, { exports: {} }, {});
  })()`);
  await page.goto(`${origin}${scheme.pathname}${scheme.hash}`);
});

afterAll(async () => {
  await browser?.close();
  await door?.quit();
  rmSync(folder, { recursive: true, force: true });
});

describe("the desktop door", () => {
  it("shows the workbench through the built preload, which hands out post and on", async () => {
    await page.getByRole("heading", { name: "What shall the network learn first?" }).waitFor();
    expect(await page.evaluate(() => Object.keys((globalThis as unknown as { workbench: object }).workbench).sort())).toEqual(["on", "post"]);
    expect(await page.evaluate(() => ["require", "process", "module", "Buffer"].filter((name) => name in globalThis))).toEqual([]);
  });

  it("trains the digits example and shows its test accuracy", async () => {
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.getByText("finished", { exact: true }).first().waitFor({ timeout: 60_000 });
    const facts = await page.getByRole("complementary", { name: "Facts of this run" }).innerText();
    expect(Number(/test accuracy\s+([\d.]+)\s*%/.exec(facts)?.[1])).toBeGreaterThanOrEqual(96);
  });

  it("goes where the native menu points", async () => {
    const items = door.fake.seen.menus.at(-1)!.flatMap((menu) => (Array.isArray(menu.submenu) ? menu.submenu : []));
    const data = items.find((item) => /import|data/i.test(item.label ?? ""))!;
    (data.click as () => void)();
    await page.getByRole("heading", { name: "Data", exact: true }).first().waitFor();
  });

  it("keeps inline script, eval and foreign addresses out, by the same policy as the server door", async () => {
    expect(complaints).toEqual([]);
    const tried = await page.evaluate(async () => {
      const violated: string[] = [];
      document.addEventListener("securitypolicyviolation", (event) => { violated.push(event.effectiveDirective); });
      const script = document.createElement("script");
      script.textContent = "globalThis.pwned = true";
      document.body.append(script);
      const frame = document.createElement("iframe");
      frame.src = "https://foreign.test/";
      document.body.append(frame);
      await fetch("https://foreign.test/").catch(() => undefined);
      // In a timer: what the test's own protocol evaluates is let through. Named at run time, so that no linter has a say in what the page's policy must decide.
      const evaluated = await new Promise<boolean>((tell) => {
        setTimeout(() => {
          try { (globalThis as unknown as Record<string, (code: string) => void>)["ev" + "al"]!("1"); tell(true); } catch { tell(false); }
        });
      });
      await new Promise((done) => { setTimeout(done, 100); });
      script.remove();
      frame.remove();
      return { violated: [...new Set(violated)].sort(), evaluated, pwned: "pwned" in globalThis };
    });
    expect(tried).toEqual({ violated: ["connect-src", "frame-src", "script-src", "script-src-elem"], evaluated: false, pwned: false });
  });

  it("finds everything again after the page is replaced", async () => {
    complaints.length = 0;
    door.reload();
    await page.reload();
    await page.evaluate(() => { location.hash = "#/runs/r-1"; });
    await page.getByText("finished", { exact: true }).first().waitFor();
    expect(complaints).toEqual([]);
  });
});
