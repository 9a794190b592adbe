/** A clock that is wrong: a day ahead or behind, at 1970, 2038 and 2100, and running backwards. Nothing lasts a negative time, and order is by number, not by time. */

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { createWorkbench } from "../../src-main/service/workbench.ts";
import { clockError, faultFrom } from "../../src-main/store/faults.ts";
import { openStore } from "../../src-main/store/open.ts";
import { createPool } from "../../src-main/workers/pool.ts";
import { temporaryFolder } from "../support/project.ts";
import { ended, smallSpec, start } from "../support/workbench.ts";

const day = 86_400_000;
const now2026 = 1_795_000_000_000;

describe("a run under a wrong clock", () => {
  it.each<[string, () => () => number]>([
    ["a day behind after the first reading", () => { let n = 0; return () => now2026 - (n++ > 3 ? day : 0); }],
    ["at 1970", () => { let n = 0; return () => n++; }],
    ["over 2038", () => { let n = 0; return () => 2 ** 31 * 1000 - 3 + n++; }],
    ["at 2100", () => { let n = 0; return () => 4_102_444_800_000 + n++; }],
    ["an hour ahead, as where summer time begins and the machine keeps local time", () => { let n = 0; return () => now2026 + (n++ > 3 ? day / 24 : 0); }],
    ["an hour behind, as where it ends", () => { let n = 0; return () => now2026 - (n++ > 3 ? day / 24 : 0); }],
    ["running backwards", () => { let n = 0; return () => now2026 - 1000 * n++; }],
  ])("%s", async (_, clock) => {
    using folder = temporaryFolder();
    const now = clock();
    const workbench = createWorkbench({ store: openStore(folder.file(), now), pool: createPool({ parallel: 1 }), now, examples: resolve("examples"), door: "test", free: () => null });
    const ids = [await start(workbench, smallSpec), await start(workbench, smallSpec)];
    for (const id of ids) {
      const run = await ended(workbench, id);
      expect(run.state).toBe("finished");
      expect(run.endedMs! - run.createdMs).toBeGreaterThanOrEqual(0);
      expect(run.trainingMs).toBeGreaterThan(0);
      expect(run.trainingMs).toBeLessThan(60_000);
    }
    expect((await workbench.listRuns({})).map(({ id }) => id)).toEqual([...ids].reverse());
    await workbench.close();
    const again = openStore(folder.file(), now);
    expect(again.interrupted).toEqual([]);
    again.close();
  });
});

describe("troubles planted by environment variable", () => {
  it.each([[undefined, 0], ["", 0], ["-5000", -5000], ["5s", 0]])("DESCENT_CLOCK %j is an error of %i ms", (text, wanted) => { expect(clockError(text)).toBe(wanted); });

  it("fail the commit that was named, or that one and all after it", () => {
    const failing = (text: string, commits: number): number[] => {
      const fault = faultFrom(text, () => {})!;
      return Array.from({ length: commits }, (_, i) => i + 1).filter(() => { try { fault("facts"); return false; } catch { return true; } });
    };
    expect(failing("3:SQLITE_FULL", 6)).toEqual([3]);
    expect(failing("3+:EIO", 6)).toEqual([3, 4, 5, 6]);
    expect(faultFrom("3: SQLITE_FULL", () => {})).toBeUndefined();
    expect(faultFrom(undefined, () => {})).toBeUndefined();
  });

  it("reach the command line of a checkout: killed at a commit, the next command finds the run interrupted and goes on", () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, "spec.json"), JSON.stringify(smallSpec));
    const descent = (args: readonly string[], fault = "") => spawnSync(process.execPath, [resolve("src-main", "cli", "main.ts"), ...args, "--project", folder.file()], { encoding: "utf8", env: { ...process.env, DESCENT_FAULT: fault } });
    expect(descent(["run", join(folder.path, "spec.json")], "5:crash").signal).toBe("SIGKILL");
    const { status, stdout } = descent(["resume"]);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^r-1 finished: 70 steps/)]);
  });
});
