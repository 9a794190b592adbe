/** What is remembered of self-tests outlives the process, is bounded, and never stands in the way. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { selfTestsIn } from "../../src-main/workers/self-tests.ts";

const folder = mkdtempSync(join(tmpdir(), "descent-self-tests-"));
afterAll(() => { rmSync(folder, { recursive: true }); });

it("knows what another process kept, the newest twenty, and nothing else", () => {
  const file = join(folder, "new", "self-tests.txt");
  expect(selfTestsIn(file).has("a")).toBe(false);
  for (let i = 0; i < 25; i++) selfTestsIn(file).keep(`mark ${i}`);
  const known = selfTestsIn(file);
  expect([4, 5, 24].map((i) => known.has(`mark ${i}`))).toEqual([false, true, true]);
  expect(known.has("mark")).toBe(false);
});

it("forgets quietly where nothing can be written", () => {
  writeFileSync(join(folder, "file"), "");
  const memory = selfTestsIn(join(folder, "file", "self-tests.txt"));
  memory.keep("a");
  expect(memory.has("a")).toBe(false);
});
