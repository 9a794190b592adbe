/** Two programs on one project: the second watches live what the first does, and changes nothing. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import type { WorkbenchService } from "../../src-main/service/workbench.ts";
import { createWorkbench } from "../../src-main/service/workbench.ts";
import { openOrView, openViewer } from "../../src-main/store/open.ts";
import { createPool } from "../../src-main/workers/pool.ts";
import { countingClock, temporaryFolder } from "../support/project.ts";
import { ended, endlessSpec, openBench, smallSpec, start, until } from "../support/workbench.ts";

const view = (file: string): WorkbenchService => {
  const now = countingClock();
  return createWorkbench({ store: openOrView(file, now), pool: createPool({ parallel: 1 }), now, examples: join(import.meta.dirname, "..", "..", "examples"), door: "test", free: () => 1e12 });
};

describe("a second program", () => {
  it("sees the runs of the first, follows one live to its end, and hears the news", async () => {
    await using bench = openBench();
    const owner = bench.workbench;
    const runId = await start(owner, { ...smallSpec, train: { ...smallSpec.train, epochs: 4000 } });
    await until(owner, runId, (_, { step }) => step > 0);
    const second = view(bench.file);
    expect((await second.about({})).viewing).toEqual({ pid: process.pid });
    const news: string[] = [];
    void (async () => { for await (const event of second.watchWorkbench({})) news.push(event.kind === "run" ? `${event.run.id} ${event.run.state}` : event.kind); })();
    const seen = [];
    let points = 0;
    for await (const event of second.watchRun({ runId, since: 0 })) {
      seen.push(event.kind);
      for (const { metric, steps } of "series" in event ? event.series : []) if (metric === "train/loss") points += steps.length;
      if (event.run.step > 200 && (await owner.run({ runId })).state === "running") await owner.stopRun({ runId });
    }
    expect(seen.length).toBeGreaterThan(1);
    expect(await second.run({ runId })).toEqual(await owner.run({ runId }));
    expect(points).toBe((await second.readSeries({ runIds: [runId], metrics: ["train/loss"], points: 0 }))[0]!.steps.length);
    await ended(owner, await start(owner, smallSpec));
    for (let i = 0; i < 100 && !news.includes("r-2 finished"); i++) await new Promise((resolve) => { setTimeout(resolve, 50); });
    expect(news).toContain("r-2 finished");
    await second.close();
  });

  it("is refused every change, by name, and leaves the project as it is: no row, no file, no sweeping", async () => {
    await using bench = openBench();
    const runId = await start(bench.workbench, endlessSpec);
    await until(bench.workbench, runId, (_, { step }) => step > 0);
    mkdirSync(join(bench.folder, "test.files", "runs", runId), { recursive: true });
    const litter = join(bench.folder, "test.files", "runs", runId, "9-abc.safetensors");
    writeFileSync(litter, "being written by the owner");
    const second = view(bench.file);
    const refused = { code: "viewing", message: `${bench.file} is open in another Descent (process ${process.pid}); here it can only be read` };
    await expect(second.startRun({ experimentId: null, spec: smallSpec })).rejects.toMatchObject(refused);
    await expect(second.stopRun({ runId })).rejects.toMatchObject(refused);
    await expect(second.trashRuns({ runIds: [runId] })).rejects.toMatchObject(refused);
    await expect(second.importFile({ name: "a.csv", bytes: new Uint8Array([97, 10, 49]) })).rejects.toMatchObject(refused);
    expect(() => second.replayRun({ runId })).toThrow("here it can only be read");
    expect((await second.inspectSpec({ spec: smallSpec })).problems).toEqual([]);
    await second.close();
    expect(existsSync(litter)).toBe(true);
    expect((await bench.workbench.run({ runId })).state).toBe("running");
    await bench.workbench.stopRun({ runId });
  });

  it("owns a project that nobody owns, and does not view one of another version", () => {
    using folder = temporaryFolder();
    const store = openOrView(folder.file(), countingClock());
    expect(store.viewing).toBeNull();
    store.close();
    writeFileSync(folder.file("old.descent"), readFileSync(join(import.meta.dirname, "databases", "v1.descent")));
    expect(() => openViewer(folder.file("old.descent"))).toThrow(expect.objectContaining({ code: "olderProject" }) as Error);
    const db = new Sqlite(folder.file("old.descent"), { readonly: true });
    expect(db.pragma("user_version", { simple: true })).toBe(1);
    db.close();
  });
});
