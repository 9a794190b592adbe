/** Who counts as a living owner: this very process, by pid, start and boot; not one that only shares its pid. */

import { spawn } from "node:child_process";
import { expect, it } from "vitest";
import { isAlive, thisOwner } from "../../src-main/store/owner.ts";

it("this process is one, and every opening is another instance of it", () => {
  const owner = thisOwner();
  expect([owner.pid, isAlive(owner), thisOwner().instance === owner.instance]).toEqual([process.pid, true, false]);
});

it.runIf(process.platform === "linux")("a pid that was given again is not its old owner: neither with another start, nor after another boot", () => {
  const owner = thisOwner();
  expect([isAlive({ ...owner, started: String(Number(owner.started) - 1) }), isAlive({ ...owner, boot: "00000000-0000-0000-0000-000000000000" })]).toEqual([false, false]);
});

it("a process that has ended is none", async () => {
  const child = spawn(process.execPath, ["-e", ""]);
  const { pid } = child;
  await new Promise((resolve) => { child.once("exit", resolve); });
  expect(isAlive({ ...thisOwner(), pid: pid! })).toBe(false);
});
