/** The built desktop entry, booted in a process of its own with Electron replaced. */

import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, it } from "vitest";

it("boots, opens a window, answers, trains a run in a worker and quits with code 0", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [resolve(import.meta.dirname, "../e2e/boot-main.mjs")], { encoding: "utf8", timeout: 60_000 });
  expect(`${status} ${stdout}${stderr}`).toBe("0 booted out/main/index.js: window, service, worker, quit\n");
}, 70_000);
