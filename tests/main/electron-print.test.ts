/** The desktop's printer: a window that nobody sees, without scripts or network, and nothing left behind. */

import { existsSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import { electronPrinter } from "../../src-main/electron/print-pdf.ts";
import { fakeElectron, FakeWindow } from "../support/fake-electron.ts";

afterEach(() => { FakeWindow.fault = null; });

it("prints the page on A4 in a window apart, which is gone afterwards, as is its file", async () => {
  const fake = fakeElectron();
  const pdf = await electronPrinter(fake.electron)("<h1>Report</h1>");
  expect(new TextDecoder().decode(pdf)).toBe("%PDF-1.7");
  const [window] = fake.windows;
  expect(fake.windows).toHaveLength(1);
  expect(window!.shown).toBe("<h1>Report</h1>");
  expect(window!.options).toMatchObject({ show: false, webPreferences: { javascript: false, sandbox: true, contextIsolation: true, nodeIntegration: false, partition: "print" } });
  expect(window!.options.webPreferences).not.toHaveProperty("preload");
  expect(window!.webContents.printed).toEqual([{ pageSize: "A4", printBackground: true, preferCSSPageSize: true }]);
  expect(window!.calls).toEqual(["destroy"]);
  expect(existsSync(window!.url)).toBe(false);
});

it("lets its session open files and nothing else", async () => {
  const fake = fakeElectron();
  await electronPrinter(fake.electron)("x");
  const isCancelled = (url: string): boolean => { let told = false; fake.partitions.get("print")!({ url }, ({ cancel }) => { told = cancel; }); return told; };
  expect(["file:///report.html", "https://example.com/", "http://localhost/", "data:text/html,x", "ws://x/"].map(isCancelled)).toEqual([false, true, true, true, true]);
});

it("closes the window and deletes the file where the page cannot be shown", async () => {
  FakeWindow.fault = new Error("ERR_FAILED (-2)");
  const fake = fakeElectron();
  await expect(electronPrinter(fake.electron)("x")).rejects.toThrow("ERR_FAILED");
  expect(fake.windows[0]!.calls).toEqual(["destroy"]);
  expect(existsSync(fake.windows[0]!.url)).toBe(false);
});
