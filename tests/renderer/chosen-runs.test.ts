/** What is done with the runs chosen in the table. */

import { describe, expect, it } from "vitest";
import type { GroupRow } from "../../src-main/contract/comparison.ts";
import type { RunRow } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { ChosenRuns } from "../../src-renderer/state/chosen-runs.svelte.ts";
import type { AppContext } from "../../src-renderer/state/context.ts";
import type { RunTable } from "../../src-renderer/state/run-table.svelte.ts";

const row = (n: number, given: Partial<RunRow> = {}): RunRow => ({ id: `r-${n}`, experimentId: "e-1", name: `run ${n}`, state: "finished", reason: null, program: null, alerts: [], colour: 1, epoch: 1, epochs: 1, values: [], deltas: [], ...given });

/** A table in which these groups are chosen, whole but for `part`; and a workbench that says what it was asked. */
function bench({ groups = [], chosen, part = "", text = "", answer = {} }: { groups?: readonly (readonly number[])[]; chosen?: readonly RunRow[]; part?: string; text?: string; answer?: Readonly<Record<string, unknown>> }) {
  const asked: [string, unknown][] = [], shown: string[] = [], gone: string[] = [];
  const own = groups.map((runs, i) => ({ id: `g-${i + 1}`, name: `group ${i + 1}`, runIds: runs.map((n) => `r-${n}`) }) as unknown as GroupRow);
  const table = { grouping: { kind: "allButSeed" }, chosenGroups: own, chosen: chosen ?? groups.flat().map((n) => row(n)), fault: null, text, selection: (id: string) => (id === part ? "part" : "all") } as unknown as RunTable;
  const workbench = new Proxy({}, { get: (_, call: string) => async (input: unknown) => { asked.push([call, input]); if (answer[call] instanceof Error) throw answer[call]; return answer[call]; } }) as Workbench;
  const runs = new ChosenRuns(table, {
    workbench, route: { go: (to: string) => { gone.push(to); } } as unknown as AppContext["route"],
    troubles: { attempt: async (title: string, work: () => Promise<void>) => { try { await work(); } catch (error) { shown.push(`${title}: ${(error as Error).message}`); } } } as AppContext["troubles"],
    deeds: { tell: () => undefined } as unknown as AppContext["deeds"], later: () => () => undefined, count: String,
  });
  return { runs, asked, shown, gone };
}

describe("more seeds", () => {
  it.each([[[[1]], 5, 4], [[[1, 2], [3]], 5, 7], [[[1, 2, 3, 4, 5, 6], [7, 8]], 6, 4], [[[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]], 6, 2]])("for groups %j: until %i each, %i runs", (groups, seeds, runs) => {
    expect(bench({ groups }).runs.more).toEqual({ seeds, runs });
  });
  it("are started for the chosen groups, and counted", async () => {
    const { runs, asked } = bench({ groups: [[1, 2], [3]], answer: { matchSeeds: { runIds: ["r-4", "r-5"] } } });
    await runs.addSeeds();
    expect(asked).toEqual([["matchSeeds", { groups: [["r-1", "r-2"], ["r-3"]], seeds: 5 }]]);
    expect([runs.said, runs.busy]).toEqual(["2 runs started", false]);
  });
  it("are refused beyond 50 at once", async () => {
    const { runs, asked } = bench({ groups: Array.from({ length: 13 }, (_, i) => [i + 1]) });
    expect([runs.more?.runs, runs.canSeed]).toEqual([52, false]);
    await runs.addSeeds();
    expect(asked).toEqual([]);
  });
});

it("once more is each run's own spec, in its own experiment; a fault in the middle is told and frees the bar", async () => {
  const ran = { spec: { name: "a" }, experimentId: "e-7", foreign: null };
  const good = bench({ chosen: [row(1), row(2)], answer: { run: ran, startRun: { runIds: ["r-9"] } } });
  await good.runs.repeat();
  expect(good.asked.filter(([call]) => call === "startRun")).toEqual([1, 2].map(() => ["startRun", { experimentId: "e-7", spec: ran.spec }]));
  const bad = bench({ chosen: [row(1), row(2)], answer: { run: new Error("gone") } });
  await bad.runs.repeat();
  expect([bad.shown.length, bad.runs.busy, bad.asked.length]).toEqual([1, false, 1]);
});

it("what trains is not thrown away", async () => {
  const { runs, asked } = bench({ chosen: [row(1), row(2, { state: "running" })] });
  expect([runs.active, runs.canTrash, runs.canMark]).toEqual([1, false, true]);
  await runs.trash();
  expect(asked).toEqual([]);
});

it("the archive gives back where the query asks for it", async () => {
  const out = bench({ chosen: [row(1)], text: "archived = true", answer: { markRuns: { runIds: ["r-1"] } } });
  await out.runs.archive();
  expect(out.asked).toEqual([["markRuns", { runIds: ["r-1"], isArchived: false }]]);
  const none = bench({ chosen: [row(1)], answer: { markRuns: { runIds: [] } } });
  await none.runs.archive();
  expect(none.asked[0]![1]).toMatchObject({ isArchived: true });
  expect(none.runs.said).not.toBe("");
});

it("one run, or one group chosen whole, can be the baseline; one that is it already changes nothing", async () => {
  expect([bench({ groups: [[1, 2]] }).runs.rival?.id, bench({ groups: [[1, 2]], part: "g-1" }).runs.rival, bench({ groups: [[1, 2], [3, 4]] }).runs.rival, bench({ chosen: [row(8)] }).runs.rival?.id]).toEqual(["r-1", null, null, "r-8"]);
  const { runs, asked } = bench({ chosen: [row(8)], answer: { run: { isBaseline: true } } });
  await runs.makeBaseline("r-8");
  expect([asked.map(([call]) => call), runs.said !== ""]).toEqual([["run"], true]);
});

it("two at least are compared; whole groups give a report its name", async () => {
  const one = bench({ chosen: [row(1)] });
  one.runs.compare();
  expect([one.runs.canCompare, one.gone]).toEqual([false, []]);
  const two = bench({ groups: [[1, 2]], answer: { createReport: { id: "p-1" } } });
  two.runs.compare();
  await two.runs.report();
  expect(two.gone).toEqual(["/compare/r-1,r-2", "/reports/p-1"]);
  expect(two.asked[0]).toMatchObject(["createReport", { title: "group 1", subject: { runIds: ["r-1", "r-2"] } }]);
});
