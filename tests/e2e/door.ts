/** The server of the browser door, as a process of its own on a project; and a page of it in a Chromium. */

import { spawn, type ChildProcess } from "node:child_process";
import { join, resolve } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { launchBrowser } from "../support/browser.ts";

const server = join(resolve(import.meta.dirname, "../.."), "out", "main", "server.js");

/** Resolves with the process and the address it printed; rejects where it ended before that. `parallel` is left to the product where none is given. */
export async function startDoor(project: string, parallel?: number): Promise<{ readonly server: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, [server, "--no-open", "--project", project, ...(parallel === undefined ? [] : ["--parallel", String(parallel)])], { stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise<string>((found, failed) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => { const address = /http:\S+/.exec(text); if (address !== null) found(address[0]); });
    child.once("exit", (code) => { failed(new Error(`the server ended with ${code} before it printed an address`)); });
  });
  return { server: child, url };
}

export interface Seat {
  readonly page: Page;
  readonly browser: Browser;
  readonly url: string;
  /** What the page wrote as a warning or an error, and what it threw. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/** Opens the project in a browser and waits for the first page. `prepare` is given the page before it loads anything. */
export async function takeSeat(project: string, options: BrowserContextOptions, prepare: (page: Page, url: string) => Promise<void> = () => Promise.resolve()): Promise<Seat> {
  const { server: child, url } = await startDoor(project, 1);
  const browser = await launchBrowser();
  const page = await (await browser.newContext(options)).newPage();
  const complaints: string[] = [];
  page.setDefaultTimeout(60_000);
  page.on("console", (message) => { if (message.type() === "error" || message.type() === "warning") complaints.push(message.text()); });
  page.on("pageerror", (error) => { complaints.push(error.message); });
  await prepare(page, url);
  await page.goto(url);
  await page.locator("main h1").first().waitFor();
  return {
    page, browser, url, complaints,
    async close() {
      await browser.close();
      const over = new Promise((done) => { child.once("exit", done); });
      child.kill("SIGTERM");
      await over;
    },
  };
}
