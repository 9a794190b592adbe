/** `npm run shots`: takes the README's picture anew, of a real run on the digits, into docs/descent.png. Needs a build and a Chromium. */

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { launchBrowser } from "../tests/support/browser.ts";

const root = resolve(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "descent-shots-"));
const server = spawn(process.execPath, [join(root, "out", "main", "server.js"), "--no-open", "--project", join(folder, "Digits.descent")], { stdio: ["ignore", "pipe", "inherit"] });

try {
  const url = await new Promise<string>((found, failed) => {
    server.stdout.setEncoding("utf8").on("data", (text: string) => { const address = /http:\S+/.exec(text); if (address !== null) found(address[0]); });
    server.once("exit", (code) => { failed(new Error(`the server ended with ${code}; run npm run build first`)); });
  });
  const browser = await launchBrowser();
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1.5 })).newPage();
  await page.goto(url);
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.getByText("finished", { exact: true }).first().waitFor({ timeout: 60_000 });
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(root, "docs", "descent.png") });
  await browser.close();
  console.log("docs/descent.png is new");
} finally {
  server.kill("SIGTERM");
  await new Promise((done) => { server.once("exit", done); });
  rmSync(folder, { recursive: true, force: true });
}
