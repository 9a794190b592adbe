/** Prints a page of ours as PDF by a Chromium, Chrome or Edge of this machine, for doors without Electron. */

import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { StoreError } from "../contract/errors.ts";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "msedge", "chrome"];
const macPlaces = ["Google Chrome", "Chromium", "Microsoft Edge"].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
const windowsPlaces = ["Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe"];
/** A report of many pages takes seconds; a browser that hangs takes for ever. */
const longestMs = 60_000;

/** The first one found; DESCENT_BROWSER names another. Null where there is none. */
export function installedBrowser(env: Readonly<Record<string, string | undefined>> = process.env): string | null {
  const named = env["DESCENT_BROWSER"];
  if (named !== undefined && named !== "") return existsSync(named) ? named : null;
  const suffix = process.platform === "win32" ? ".exe" : "";
  const onPath = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "").flatMap((folder) => names.map((name) => join(folder, name + suffix)));
  const installed = process.platform === "win32" ? ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].flatMap((name) => (env[name] === undefined ? [] : windowsPlaces.map((place) => join(env[name]!, place)))) : process.platform === "darwin" ? macPlaces : [];
  return [...onPath, ...installed].find((path) => existsSync(path)) ?? null;
}

/** `html` printed on A4, with a profile of its own that is thrown away. Rejects with StoreError where the browser cannot. */
export async function printWith(browser: string, html: string): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), "descent-print-"));
  try {
    const [page, pdf] = [join(folder, "report.html"), join(folder, "report.pdf")];
    await writeFile(page, html);
    // As root the sandbox cannot start. What is printed is our own page, whose policy lets it load nothing and run only what is in it.
    const args = ["--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []), `--user-data-dir=${join(folder, "profile")}`, "--no-pdf-header-footer", `--print-to-pdf=${pdf}`, pathToFileURL(page).href];
    const said = await ended(browser, args);
    return await readFile(pdf).catch(() => { throw new StoreError("noPdf", `${browser} printed no PDF: ${said}`, { file: browser }, "Save the report as HTML and print it from a browser."); });
  } finally {
    // Windows lets go of a browser's files a moment after its end.
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** The last line it said once it has ended; ends it where it takes too long. */
async function ended(command: string, args: readonly string[]): Promise<string> {
  const { spawn } = await import("node:child_process");
  return await new Promise((resolve) => {
    let complaints = "";
    const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"], timeout: longestMs, killSignal: "SIGKILL" });
    child.stderr.on("data", (text: Buffer) => { complaints = (complaints + text.toString()).slice(-2000); });
    child.on("error", (error) => { resolve(error.message); });
    child.on("close", (code, signal) => { resolve(complaints.trim().split("\n").at(-1) || `it ended with ${signal ?? code}`); });
  });
}
