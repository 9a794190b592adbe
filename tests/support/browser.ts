/** A Chromium for the tests of the interface: one on the machine, else the one npm brings (Linux), else a sentence. */

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "msedge", "chrome"];
const places = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  ...["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].flatMap((name) => {
    const folder = process.env[name];
    return folder === undefined ? [] : [join(folder, "Google/Chrome/Application/chrome.exe"), join(folder, "Microsoft/Edge/Application/msedge.exe")];
  }),
];

function installed(): string | undefined {
  const named = process.env["DESCENT_BROWSER"];
  if (named !== undefined) {
    if (!existsSync(named)) throw new Error(`DESCENT_BROWSER names ${named}, and there is no such file.`);
    return named;
  }
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const suffix = process.platform === "win32" ? ".exe" : "";
  return [...folders.flatMap((folder) => names.map((name) => join(folder, name + suffix))), ...places].find((path) => existsSync(path));
}

/** Starts a headless browser. As root its sandbox cannot start and is left off: for tests only, never in the product. */
export async function launchBrowser(): Promise<Browser> {
  const args = ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])];
  const path = installed();
  if (path !== undefined) return chromium.launch({ executablePath: path, args });
  if (process.platform === "linux") {
    const { default: packed } = await import("@sparticuz/chromium");
    return chromium.launch({ executablePath: await packed.executablePath(), args: [...packed.args.filter((arg) => arg !== "--single-process"), ...args] });
  }
  throw new Error("No Chromium, Chrome or Edge was found. Install one, or name it in DESCENT_BROWSER, and run the tests again.");
}
