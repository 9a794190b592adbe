/** The n-th commit, or step of writing a file, fails, for n = 1, 2, 3 … until all goes well: after each, the project is whole, in the old state or the new one, and goes on. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { openStore } from "../../src-main/store/open.ts";
import type { Store } from "../../src-main/store/open.ts";
import { countingClock, newRun, temporaryFolder } from "../support/project.ts";
import { patience, rounds } from "../support/rounds.ts";

const nothing = { epoch: 0, step: 0, trainingMs: 0, metrics: {}, notes: [] };
const state = (step: number) => ({ step, epoch: step / 2, measuredStep: step, trainingMs: step, metrics: {}, value: 1 / step, isPeriodic: false, canGoOn: true, bytes: new Uint8Array(64).fill(step) });

/** A run from its queue to its purge, with two checkpoints, an import and a journal: every kind of commit there is. */
async function life(store: Store): Promise<void> {
  const id = store.runs.addGroup([newRun(store), newRun(store)])[0]!.run.id;
  store.runs.begin(id, 5);
  store.runs.record(id, { ...nothing, step: 2, series: [{ metric: "batch/loss", steps: Float64Array.of(1, 2), values: Float64Array.of(3, 2) }], hashes: [{ epoch: 1, hash: "a" }] });
  await store.checkpoints.keep(id, state(2), { best: 1, better: "lower" }, 6);
  store.runs.record(id, { ...nothing, step: 4, series: [{ metric: "batch/loss", steps: Float64Array.of(3, 4), values: Float64Array.of(1, 0) }], hashes: [{ epoch: 2, hash: "b" }] });
  await store.checkpoints.keep(id, state(4), { best: 1, better: "lower" }, 7);
  const checkpoint = await store.checkpoints.write(id, state(6));
  store.runs.end(id, { ...nothing, step: 4, series: [], hashes: [], state: "finished", reason: null, endedMs: 9, weightHash: "c", checkpoint });
  await store.files.keep({ hash: "cd".repeat(32), name: "a.csv", importedMs: 5, rows: 1, columns: [] }, Uint8Array.of(97));
  store.journal.write(id, { notes: "x" }, 8);
  await store.backups.make(1_700_000_000_000);
  store.trash.put([id], 10);
  await store.trash.purge([id]);
}

/** What must hold whatever happened. */
function expectWhole(folder: { readonly path: string; file(): string }): void {
  const db = new Sqlite(folder.file(), { readonly: true });
  try {
    expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
    expect(db.pragma("foreign_key_check")).toEqual([]);
    for (const { file, hash } of db.prepare("select file, hash from saved_state").all() as { file: string; hash: string }[]) expect(createHash("sha256").update(readFileSync(join(folder.path, "test.files", file))).digest("hex")).toBe(hash);
    // A finished run has its weights; one that is not has none that claim to be final.
    for (const { state: of, finals } of db.prepare("select r.state, (select count(*) from saved_state s where s.run = r.number and s.is_final = 1) as finals from run r").all() as { state: string; finals: number }[]) expect(finals).toBe(of === "finished" ? 1 : 0);
    const points = db.prepare("select r.step, coalesce(sum(s.points), 0) as points from run r left join series s on s.run = r.number group by r.number").all() as { step: number; points: number }[];
    for (const { step, points: kept } of points) expect(kept).toBe(step);
  } finally {
    db.close();
  }
}

const codes = ["SQLITE_FULL", "SQLITE_BUSY", "EIO", "SQLITE_IOERR_WRITE", "ENOSPC", "EMFILE"].slice(0, rounds(3, 6));

describe.each(codes)("%s at the n-th storage call", (code) => {
  it("leaves the project whole and says what happened; the next opening goes on", patience, async () => {
    let n = 1;
    for (let isDone = false; !isDone; n++) {
      using folder = temporaryFolder();
      let count = 0;
      let isArmed = true;
      const store = openStore(folder.file(), countingClock(), () => { if (isArmed && ++count === n + 1) throw Object.assign(new Error("planted"), { code }); });
      try {
        await life(store);
        isDone = true;
      } catch (error) {
        expect(error, `commit ${n}`).toMatchObject({ name: "StoreError", message: expect.stringContaining("planted") as string });
      }
      // Giving the project back is not what is tested here.
      isArmed = false;
      store.close();
      expectWhole(folder);
      const again = openStore(folder.file(), countingClock());
      for (const { state: of } of again.runs.list()) expect(["finished", "interrupted"]).toContain(of);
      await life(again);
      again.close();
      expectWhole(folder);
    }
    expect(n).toBeGreaterThan(24);
  });
});
