/** What a person writes and marks: kept across openings, asked for by the query language, gone with what it is about. */

import { describe, expect, it } from "vitest";
import { ended, openBench, openWorkbench, smallSpec, start } from "../support/workbench.ts";

describe("marks", () => {
  it("name, tag and pin a run, and queries find them", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const [one, two] = [await start(workbench, smallSpec), await start(workbench, smallSpec)];
    await Promise.all([one, two].map((id) => ended(workbench, id)));
    expect(await workbench.markRun({ runId: one, name: "the good one", tags: ["idea 7", "idea 7", "slow"], isPinned: true })).toMatchObject({ name: "the good one", tags: ["idea 7", "slow"], isPinned: true, isArchived: false });
    expect(await workbench.markRun({ runId: one, tags: ["slow"] })).toMatchObject({ name: "the good one", isPinned: true, tags: ["slow"] });
    const found = async (where: string) => (await workbench.listRuns({ where })).map(({ id }) => id);
    expect([await found("tags ~ slow"), await found("pinned = true"), await found("pinned = false"), await found('name = "the good one"'), await found("tags = null")]).toEqual([[one], [one], [two], [one], [two]]);
    expect((await workbench.run({ runId: one })).spec!.name).not.toBe("the good one");
  });

  it("many at once: a tag given and taken back, the archive; told are the runs that changed, and one unknown run changes none", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const [one, two] = [await start(workbench, smallSpec), await start(workbench, smallSpec)];
    await Promise.all([one, two].map((id) => ended(workbench, id)));
    await workbench.markRun({ runId: one, tags: ["kept"] });
    expect(await workbench.markRuns({ runIds: [one, two], addTag: "best" })).toEqual({ runIds: [one, two] });
    expect(await workbench.markRuns({ runIds: [one, two], addTag: "kept" })).toEqual({ runIds: [two] });
    expect([(await workbench.run({ runId: one })).tags, (await workbench.run({ runId: two })).tags]).toEqual([["kept", "best"], ["best", "kept"]]);
    expect(await workbench.markRuns({ runIds: [two, one], removeTag: "best", isArchived: true })).toEqual({ runIds: [two, one] });
    expect(await workbench.listRuns({})).toEqual([]);
    await expect(workbench.markRuns({ runIds: [one, "r-99"], isArchived: false })).rejects.toThrow(/r-99/);
    expect((await workbench.listRuns({ where: "archived = true" })).length).toBe(2);
    expect(await workbench.markRuns({ runIds: [one, two], isArchived: false })).toEqual({ runIds: [one, two] });
  });

  it("archived, a run is left out of lists that do not ask for it", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const [one, two] = [await start(workbench, smallSpec), await start(workbench, smallSpec)];
    await Promise.all([one, two].map((id) => ended(workbench, id)));
    await workbench.markRun({ runId: one, isArchived: true });
    const found = async (where?: string) => (await workbench.listRuns({ where })).map(({ id }) => id);
    expect([await found(), await found("seed = 1"), await found("archived = true"), await found("archived = true or archived = false")]).toEqual([[two], [two], [one], [two, one]]);
    expect((await workbench.listRows({ columns: ["archived"], runIds: [one] })).rows).toMatchObject([{ id: one, values: ["true"] }]);
  });

  it("an experiment has one baseline: a new one takes the old one's place, and both are told", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const [one, two] = [await start(workbench, smallSpec), await start(workbench, smallSpec)];
    const other = (await workbench.startRun({ experimentId: (await workbench.createExperiment({ name: "other", question: "" })).id, spec: smallSpec })).runIds[0]!;
    await Promise.all([one, two, other].map((id) => ended(workbench, id)));
    for (const id of [one, other, two]) await workbench.markRun({ runId: id, isBaseline: true });
    expect((await workbench.listRuns({ where: "baseline = true" })).map(({ id }) => id).sort()).toEqual([other, two].sort());
  });
});

describe("the journal", () => {
  it("keeps what was written about a run, an experiment and the project across openings, field by field", async () => {
    await using bench = openBench();
    const runId = await start(bench.workbench, smallSpec);
    await ended(bench.workbench, runId);
    const text = "# Why\n\n假设 <b>not bold</b>\u0000";
    await bench.workbench.writeJournal({ subject: runId, hypothesis: text });
    await bench.workbench.writeJournal({ subject: runId, decision: "more dropout" });
    await bench.workbench.writeJournal({ subject: "project", notes: "Everything here is about xor." });
    await bench.workbench.close();
    const again = openWorkbench(bench.file);
    expect(await again.journal({ subject: runId })).toMatchObject({ hypothesis: text, result: "", decision: "more dropout", notes: "" });
    expect(await again.journal({ subject: "project" })).toMatchObject({ notes: "Everything here is about xor." });
    expect(await again.journal({ subject: "e-1" })).toEqual({ subject: "e-1", hypothesis: "", result: "", decision: "", notes: "", changedMs: null });
    await expect(again.journal({ subject: "r-9" })).rejects.toMatchObject({ code: "noSuchRun" });
    expect(await again.writeJournal({ subject: runId, hypothesis: " ", decision: "" })).toMatchObject({ changedMs: null });
    await again.close();
  });

  it("holds groups too, lists what was written with what it is about, finds it by words, and forgets a group with its last run", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const { runIds } = await workbench.startRun({ experimentId: null, spec: { ...smallSpec, name: "narrow", seeds: 2 } });
    for (const id of runIds) await ended(workbench, id);
    const { groupId, experimentId } = await workbench.run({ runId: runIds[0]! });
    await workbench.writeJournal({ subject: groupId, result: "Both seeds reach 95 % of it." });
    await workbench.writeJournal({ subject: experimentId, hypothesis: "Wider is better\\_" });
    await workbench.writeJournal({ subject: runIds[1]!, notes: "A_b" });
    await workbench.writeJournal({ subject: "project", decision: "Go on" });
    expect((await workbench.listJournal({})).map(({ subject, about }) => [subject, about])).toEqual([["project", null], [runIds[1], "narrow · seed 2"], [experimentId, "xor"], [groupId, "narrow"]]);
    const found = async (contains: string) => (await workbench.listJournal({ contains })).map(({ subject }) => subject);
    expect([await found("WIDER"), await found("95 %"), await found("A_b"), await found("A%b"), await found("\\_"), await found("nothing")]).toEqual([[experimentId], [groupId], [runIds[1]], [], [experimentId], []]);
    await expect(workbench.journal({ subject: "g-99" })).rejects.toMatchObject({ code: "noSuchGroup" });
    await expect(workbench.journal({ subject: "s-99" })).rejects.toMatchObject({ code: "noSuchSweep" });
    await workbench.trashRuns({ runIds });
    await workbench.purgeRuns({ runIds: [runIds[0]!] });
    expect(await found("seeds")).toEqual([groupId]);
    await workbench.purgeRuns({ runIds: [runIds[1]!] });
    expect((await workbench.listJournal({})).map(({ subject }) => subject)).toEqual(["project", experimentId]);
  });
});
