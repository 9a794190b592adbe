/** A program killed while it trains loses nothing it had committed, and the next opening says what happened. */

import Sqlite from "better-sqlite3";
import { expect, it } from "vitest";
import { startChild } from "../support/child.ts";
import { temporaryFolder } from "../support/project.ts";
import { ended, endlessSpec, openWorkbench, smallSpec, start } from "../support/workbench.ts";

it.each([1, 4])("killed after report %i, the project opens, its runs are interrupted, and every point acknowledged is there, without a gap", async (reports) => {
  using folder = temporaryFolder();
  let acknowledged = 0;
  {
    await using child = startChild("train-until-killed.ts", [folder.file()]);
    for (let i = 0; i < reports; i++) acknowledged = Number(await child.line());
    await child.kill("SIGKILL");
  }
  expect(acknowledged).toBeGreaterThan(0);

  const workbench = openWorkbench(folder.file());
  expect((await workbench.about({})).interrupted).toEqual(["r-1", "r-2", "r-3"]);
  const runs = await workbench.listRuns({});
  expect(runs.map(({ state }) => state)).toEqual(["interrupted", "interrupted", "interrupted"]);
  const first = runs.at(-1)!;
  expect(first.step).toBeGreaterThanOrEqual(acknowledged);
  expect(first.reason).toMatchObject({ code: "interrupted", message: `the program ended while this run was training, at step ${first.step}`, step: first.step });
  expect(runs[0]!.reason!.message).toBe("the program ended before this run began");
  for (const { steps } of await workbench.readSeries({ runIds: ["r-1"], metrics: ["batch/loss", "batch/gradientNorm"], points: 0 })) {
    expect(steps).toEqual(Float64Array.from({ length: first.step }, (_, i) => i + 1));
  }
  // The project goes on as if nothing had been: the next run trains, under the next number.
  const next = await ended(workbench, await start(workbench, smallSpec));
  expect(next).toMatchObject({ id: "r-4", state: "finished" });
  await workbench.close();

  const db = new Sqlite(folder.file(), { readonly: true });
  expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
  expect(db.pragma("foreign_key_check")).toEqual([]);
  db.close();
});

it("closed while it trains, the workbench keeps what each run learned", async () => {
  using folder = temporaryFolder();
  const workbench = openWorkbench(folder.file(), { parallel: 1 });
  const { runIds } = await workbench.startRun({ experimentId: null, spec: { ...endlessSpec, seeds: 2 } });
  for await (const { run } of workbench.watchRun({ runId: runIds[0]!, since: 0 })) if (run.step > 0) break;
  await workbench.close();

  const again = openWorkbench(folder.file());
  expect((await again.about({})).interrupted).toEqual(["r-1", "r-2"]);
  const [second, first] = await again.listRuns({});
  expect(second).toMatchObject({ state: "interrupted", reason: { code: "closed", message: "the program was closed before this run began" }, step: 0, weightHash: null, startedMs: null });
  expect(first).toMatchObject({ state: "interrupted", reason: { code: "closed" }, weightHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
  expect((await again.openTest({ runId: first!.id })).metrics).toHaveProperty("test/accuracy");
  await again.close();
});
