import { betterOf } from "../../src-main/contract/metric-direction.ts";
import { describeCatalog } from "../../src-engine/index.ts";
import { describe, expect, it } from "vitest";
import type { RunRow, RunRows, TableLayout } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { scrollFor, windowOf } from "../../src-renderer/parts/tables/window.ts";
import { groupRows } from "../../src-main/report/groups.ts";
import { sparkPath } from "../../src-renderer/parts/tables/spark-path.ts";
import { groupCells, tableCells } from "../../src-renderer/parts/tables/table-text.ts";
import { Sparklines } from "../../src-renderer/state/sparklines.svelte.ts";
import { sortRows } from "../../src-renderer/state/row-order.ts";
import { LastRows, RunTable } from "../../src-renderer/state/run-table.svelte.ts";
import { usualColumns } from "../../src-renderer/state/usual-columns.ts";

const catalog = describeCatalog();

const aRow = (n: number, values: RunRow["values"] = [], given: Partial<RunRow> = {}): RunRow => ({ id: `r-${n}`, experimentId: "e-1", name: `run ${n}`, state: "finished", reason: null, program: null, alerts: [], colour: 1, epoch: 1, epochs: 1, values, deltas: [], ...given });
const idsOf = (rows: readonly RunRow[]): string[] => rows.map(({ id }) => id);
const three = [aRow(3), aRow(2), aRow(1)];

/** A workbench that answers with what `answer` says now, and a clock that strikes when told. */
function bench(answer: () => readonly RunRow[] | Promise<readonly RunRow[]> = () => three) {
  const asked: Parameters<Workbench["listRows"]>[0][] = [];
  const due: { run: () => void; ms: number; isPrevented: boolean }[] = [];
  const workbench = { listRows: async (input: (typeof asked)[number]): Promise<RunRows> => { asked.push(input); return { total: 3, rows: await answer(), groups: [], baselines: [] }; } } as unknown as Workbench;
  const later = (run: () => void, ms: number) => { const one = { run, ms, isPrevented: false }; due.push(one); return () => { one.isPrevented = true; }; };
  const strike = async (): Promise<void> => { for (const { run, isPrevented } of due.splice(0)) if (!isPrevented) run(); await new Promise((done) => { setImmediate(done); }); };
  return { asked, due, strike, table: (text = "", experimentId?: string, layout: TableLayout = { columns: usualColumns, sort: [], grouping: { kind: "eachRun" } }, last?: LastRows) => new RunTable(workbench, experimentId, layout, text, later, last) };
}

describe("the order of rows", () => {
  const rows = [aRow(6, [2, "b"]), aRow(5, [null, "a"]), aRow(4, ["NaN", "a"]), aRow(3, [Infinity, "b"]), aRow(2, [1, "a"]), aRow(1, [2, "a"])];
  it.each([
    ["x up", [{ name: "x", isDescending: false }], [2, 6, 1, 3, 4, 5]], ["x down: what diverged or is missing stays last", [{ name: "x", isDescending: true }], [3, 6, 1, 2, 4, 5]],
    ["y, then x", [{ name: "y", isDescending: true }, { name: "x", isDescending: false }], [6, 3, 2, 1, 4, 5]], ["none: as they came", [], [6, 5, 4, 3, 2, 1]], ["id up, by number", [{ name: "id", isDescending: false }], [1, 2, 3, 4, 5, 6]],
  ])("%s", (_, sort, wanted) => { expect(idsOf(sortRows(rows, ["x", "y"], sort))).toEqual(wanted.map((n) => `r-${n}`)); });
  it("leaves the rows it was given as they are", () => {
    const before = [...rows];
    sortRows(rows, ["x", "y"], [{ name: "x", isDescending: false }]);
    expect(rows).toEqual(before);
  });
});

describe("the window of built rows", () => {
  it("of 10,000 rows builds those in sight and ten around them", () => {
    expect(windowOf(0, 640, 32, 10_000)).toEqual({ from: 0, to: 30 });
    expect(windowOf(32_000, 640, 32, 10_000)).toEqual({ from: 990, to: 1030 });
    expect(windowOf(319_360, 640, 32, 10_000)).toEqual({ from: 9970, to: 10_000 });
    expect(windowOf(9999, 640, 32, 3)).toEqual({ from: 3, to: 3 });
  });
  it("scrolls no further than needed to show a row whole", () => {
    expect([scrollFor(5, 0, 400, 32, 46), scrollFor(20, 0, 400, 32, 46), scrollFor(2, 100, 400, 32, 46)]).toEqual([null, 21 * 32 - 354, 64]);
  });
});

describe("the table of runs", () => {
  it("asks once a person pauses, with the last query that can be read", async () => {
    const { asked, strike, table: make } = bench();
    const table = make();
    await table.load();
    table.ask("seed");
    expect([table.fault?.code, table.rows!.length]).toEqual(["operatorExpected", 3]);
    await strike();
    table.ask("seed = 1");
    table.ask("seed = 12");
    await strike();
    expect(asked.map(({ where }) => where)).toEqual(["", "seed = 12"]);
    expect(table.isAsking).toBe(true);
    // Until the next answer is there, the rows are still those of a query.
    table.ask("");
    expect(table.isAsking).toBe(true);
    await strike();
    expect(table.isAsking).toBe(false);
  });

  it("begins with the query of the address; one that cannot be read hides nothing", async () => {
    const { asked, table: make } = bench();
    await make("seed = 3").load();
    await make("seed = ").load();
    expect(asked.map(({ where }) => where)).toEqual(["seed = 3", ""]);
  });

  it("made anew shows what was last read of the same question at once, and nothing of another; what is read then takes its place", async () => {
    let rows: readonly RunRow[] = three;
    const { table: make } = bench(() => rows);
    const last = new LastRows();
    await make("", undefined, undefined, last).load();
    rows = [aRow(4)];
    const again = make("", undefined, undefined, last);
    expect([idsOf(again.shown), again.total]).toEqual([["r-3", "r-2", "r-1"], 3]);
    expect([make("state = running", undefined, undefined, last).rows, make("", "e-2", undefined, last).rows]).toEqual([null, null]);
    await again.load();
    expect(idsOf(again.shown)).toEqual(["r-4"]);
  });
  it("shows the answer to its last question, whichever comes first", async () => {
    const answers: ((rows: readonly RunRow[]) => void)[] = [];
    const { table: make } = bench(() => new Promise((done) => { answers.push(done); }));
    const table = make();
    const first = table.load();
    const second = table.load();
    answers[1]!([aRow(2)]);
    await second;
    answers[0]!([aRow(1)]);
    await first;
    expect(idsOf(table.rows!)).toEqual(["r-2"]);
  });

  it("asks the query again about runs that changed, all at once: they take their place, come, or go", async () => {
    let rows: readonly RunRow[] = three;
    const { asked, due, strike, table: make } = bench(() => rows);
    const table = make("state = running");
    await table.load();
    for (const id of ["r-2", "r-4", "r-2", "r-1"]) table.take({ id, experimentId: "e-1" });
    expect(due.length).toBe(1);
    rows = [aRow(4), aRow(2, [], { name: "changed" })];
    await strike();
    expect(asked.at(-1)).toMatchObject({ where: "state = running", runIds: ["r-2", "r-4", "r-1"] });
    expect(table.rows!.map(({ id, name }) => [id, name])).toEqual([["r-4", "run 4"], ["r-3", "run 3"], ["r-2", "changed"]]);
  });

  it("keeps runs of other experiments out, and reads all anew when more than 200 changed", async () => {
    const { asked, strike, due, table: make } = bench();
    const table = make("", "e-1");
    await table.load();
    table.take({ id: "r-9", experimentId: "e-2" });
    expect(due.length).toBe(0);
    for (let n = 1; n <= 201; n++) table.take({ id: `r-${n}`, experimentId: "e-1" });
    await strike();
    expect(asked.map(({ runIds }) => runIds)).toEqual([undefined, undefined]);
  });

  it("sorts by a head's best side, then turns round, then lets go; with Shift it keeps the others", () => {
    const table = bench().table();
    const keys = () => table.layout.sort.map(({ name, isDescending }) => `${isDescending ? "-" : "+"}${name}`);
    const seen = (["validation/accuracy", "validation/accuracy", "validation/accuracy", "validation/loss", "time"] as const).map((name) => { table.sortBy(name, false, catalog); return keys().join(" "); });
    expect(seen).toEqual(["-validation/accuracy", "+validation/accuracy", "", "+validation/loss", "+time"]);
    table.sortBy("data", true, catalog);
    table.sortBy("time", true, catalog);
    expect(keys()).toEqual(["-time", "+data"]);
    table.sortBy("time", true, catalog);
    expect(keys()).toEqual(["+data"]);
  });

  it("reads again for a column it does not carry, and only then", async () => {
    const { asked, table: make } = bench();
    const table = make();
    await table.load();
    table.show([...table.carried].reverse().slice(1));
    expect(asked.length).toBe(1);
    table.show(["seed", "time"]);
    expect(asked.at(-1)!.columns).toEqual(["seed", "time"]);
    expect(table.carried).not.toContain("seed");
    await new Promise((done) => { setImmediate(done); });
    expect(table.carried).toEqual(["seed", "time"]);
  });

  it("lets go of a sort key whose column is hidden", () => {
    const table = bench().table();
    table.sortBy("time", false, catalog);
    table.sortBy("name", true, catalog);
    expect(table.show(["layers.0.units"])).toMatchObject({ columns: ["layers.0.units"], sort: [{ name: "name", isDescending: false }] });
  });

  it("selects one, a range as it stands, all, none; the choice comes in the table's order", async () => {
    const table = bench().table();
    await table.load();
    table.toggle("r-1");
    table.selectRange("r-1", "r-2");
    expect(idsOf(table.chosen)).toEqual(["r-2", "r-1"]);
    table.sortBy("name", false, catalog);
    expect(idsOf(table.chosen)).toEqual(["r-1", "r-2"]);
    table.toggleAll();
    expect(table.isWhole).toBe(true);
    table.toggleAll();
    expect(table.selected.size).toBe(0);
  });

  it("moves the cursor within the table and forgets what a query hides", async () => {
    let rows: readonly RunRow[] = three;
    const table = bench(() => rows).table();
    await table.load();
    expect([table.move(1), table.move(1), table.move(5), table.move(-9)]).toEqual(["r-3", "r-2", "r-1", "r-3"]);
    table.toggle("r-3");
    table.toggle("r-1");
    rows = [aRow(1)];
    await table.load();
    expect([table.cursor, [...table.selected]]).toEqual([null, ["r-1"]]);
  });

  it("says why it could not be read, and forgets that at the next try", async () => {
    let isBroken = true;
    const table = bench(() => (isBroken ? Promise.reject(new Error("no")) : three)).table();
    await table.load();
    expect(table.failure?.message).toBe("no");
    isBroken = false;
    await table.load();
    expect([table.failure, table.rows!.length]).toEqual([null, 3]);
  });
});

it("a table as cells has values as they are stored, moments in UTC, and no column twice", () => {
  const columns = ["name", "validation/loss", "started", "time", "optimizer"];
  expect(tableCells([aRow(7, ["run 7", "NaN", 1_700_000_000_000, 1.25, null])], columns.toReversed(), columns)).toEqual([["id", "name", "state", "optimizer", "time", "started", "validation/loss"], ["r-7", "run 7", "finished", null, 1.25, "2023-11-14T22:13:20.000Z", "NaN"]]);
});

describe("which way is better", () => {
  it.each([
    ["validation/loss", "lower"], ["validation/accuracy", "higher"], ["test/rmse", "lower"], ["validation/f1Micro", "higher"], ["validation/eceBins10", "lower"],
    ["train/accuracy", null], ["batch/gradientNorm", null], ["validation/f12", null],
  ] as const)("of %s it is %s", (metric, better) => { expect(betterOf(metric, catalog)).toBe(better); });
});

describe("a grouped table", () => {
  const columns = ["optimizer", "validation/accuracy", "seed"];
  const rows = [aRow(6, ["sgd", 0.7, 1]), aRow(5, ["adam", "NaN", 3]), aRow(4, ["adam", 0.92, 2]), aRow(3, ["adam", 0.9, 1]), aRow(2, ["rmsprop", 0.8, 2]), aRow(1, ["rmsprop", 0.82, 1])];
  const keys = new Map([["r-6", "s"], ["r-5", "a"], ["r-4", "a"], ["r-3", "a"], ["r-2", "r"], ["r-1", "r"]]);
  const groups = groupRows(rows, keys, columns).map((group) => ({ ...group, deltas: [] }));
  const open = async (sort: TableLayout["sort"] = []) => {
    const asked: Parameters<Workbench["listRows"]>[0][] = [];
    const due: (() => void)[] = [];
    const workbench = { listRows: async (input: (typeof asked)[number]): Promise<RunRows> => { asked.push(input); return { total: 6, rows, groups: input.grouping === undefined ? [] : groups, baselines: [] }; } } as unknown as Workbench;
    const table = new RunTable(workbench, undefined, { columns, sort }, "", (run) => { due.push(run); return () => undefined; });
    await table.load();
    return { table, asked, due };
  };
  const lines = (table: RunTable) => table.items.map((item) => (item.kind === "group" ? `${item.id}${item.isOpen ? "-" : "+"}` : item.id));

  it("has what the runs share, how many values where they differ, and the mean over what is a number", () => {
    expect(groups.map(({ id, runIds }) => [id, runIds])).toEqual([["s", ["r-6"]], ["a", ["r-3", "r-4", "r-5"]], ["r", ["r-1", "r-2"]]]);
    const [optimizer, accuracy, seed] = groups[1]!.cells;
    expect([optimizer, seed]).toEqual([{ kind: "same", value: "adam" }, { kind: "mixed", distinct: 3 }]);
    expect(accuracy).toMatchObject({ kind: "mean", n: 2, lost: 1, min: 0.9, max: 0.92, isProvisional: false });
    expect((accuracy as { mean: number }).mean).toBeCloseTo(0.91, 12);
  });
  it("takes runs that have not finished for nothing but a first glance", () => {
    const running = rows.map((row) => ({ ...row, state: row.id === "r-4" ? "finished" as const : "running" as const }));
    const [, a, r] = groupRows(running, keys, columns);
    expect([a!.cells[1], r!.cells[1]]).toMatchObject([{ n: 1, mean: 0.92, lost: 0, isProvisional: false }, { n: 2, isProvisional: true }]);
    expect([a!.finished, a!.active]).toEqual([1, 2]);
  });
  it("shows a group of one as that run, opens others, and sorts them by their means", async () => {
    const { table } = await open([{ name: "validation/accuracy", isDescending: true }]);
    expect(lines(table)).toEqual(["a+", "r+", "r-6"]);
    table.fold("r", true);
    expect(lines(table)).toEqual(["a+", "r-", "r-1", "r-2", "r-6"]);
    expect([table.move(1), table.move(1), table.move(1)]).toEqual(["a", "r", "r-1"]);
    table.fold("r-1", false);
    expect([lines(table), table.cursor]).toEqual([["a+", "r+", "r-6"], "r"]);
  });
  it("selects a group whole, tells part from all, and takes ranges of lines", async () => {
    const { table } = await open();
    table.toggle("a");
    expect([...table.selected].sort()).toEqual(["r-3", "r-4", "r-5"]);
    table.toggle("r-4");
    expect([table.selection("a"), table.selection("r"), table.selection("r-3")]).toEqual(["part", "none", "all"]);
    table.toggle("a");
    expect(table.selection("a")).toBe("all");
    table.selectRange("a", "r");
    expect(table.selected.size).toBe(5);
    expect(table.chosenGroups.map(({ id }) => id)).toEqual(["a", "r"]);
  });
  it("asks for all rows again when a run changes, for a mean needs its whole group, and not where runs stand alone", async () => {
    const { table, asked, due } = await open();
    table.take({ id: "r-4", experimentId: "e-1" });
    table.take({ id: "r-5", experimentId: "e-1" });
    expect(due.length).toBe(1);
    due[0]!();
    await new Promise((done) => { setImmediate(done); });
    expect(asked.map(({ runIds, grouping }) => [runIds, grouping])).toEqual([[undefined, { kind: "allButSeed" }], [undefined, { kind: "allButSeed" }]]);
    table.groupBy({ kind: "eachRun" });
    await new Promise((done) => { setImmediate(done); });
    expect([asked.at(-1)!.grouping, lines(table)]).toEqual([undefined, ["r-6", "r-5", "r-4", "r-3", "r-2", "r-1"]]);
  });
  it("takes changes of its layout back and forth", async () => {
    const { table } = await open();
    table.pin("optimizer");
    table.resize("seed", 120);
    table.moveColumn("seed", "optimizer");
    expect([table.layout.pinned, table.layout.widths, table.layout.columns]).toEqual([["optimizer"], { seed: 120 }, ["seed", "optimizer", "validation/accuracy"]]);
    table.undo();
    expect(table.layout.columns).toEqual(columns);
    table.undo();
    table.undo();
    expect([table.layout.pinned, table.canUndo, table.undo()]).toEqual([undefined, false, null]);
    table.redo();
    expect([table.layout.pinned, table.canRedo]).toEqual([["optimizer"], true]);
    table.show(["seed"]);
    expect([table.layout.pinned, table.canRedo]).toEqual([[], false]);
  });
  it("gives away a line for each group, of what was measured mean, half interval, deviation, extremes and n", async () => {
    const { table } = await open();
    const [head, single, adam] = groupCells(table.items, columns, columns);
    expect(head).toEqual(["runs", "name", "n", "optimizer", "validation/accuracy", "validation/accuracy ±", "validation/accuracy deviation", "validation/accuracy min", "validation/accuracy max", "validation/accuracy n", "seed"]);
    expect(single).toEqual(["r-6", "run 6", 1, "sgd", 0.7, null, null, 0.7, 0.7, 1, 1]);
    expect(adam!.slice(0, 4)).toEqual(["r-3 r-4 r-5", "run 3 + 2", 3, "adam"]);
    expect(adam!.slice(7)).toEqual([0.9, 0.92, 2, null]);
  });
});

it("a small curve keeps its ends, its extremes inside, and a gap for what is not finite", () => {
  expect(sparkPath([0, 1, 2], [1, 3, 2], 80, 22)).toBe("M0.0 20.0L40.0 2.0L80.0 11.0");
  expect(sparkPath([0, 1, 2, 3], [1, NaN, 1, 1], 90, 20)).toBe("M0.0 10.0M60.0 10.0L90.0 10.0");
  expect([sparkPath([], [], 9, 9), sparkPath([0, 1], [NaN, 1], 9, 9)]).toEqual(["", ""]);
});

it("small curves are asked for once, and again when a line's runs have come further", async () => {
  const asked: unknown[] = [];
  const due: (() => void)[] = [];
  const series = (group: number) => ({ group, metric: "m", x: Float64Array.of(0, 1), steps: Float64Array.of(0, 1), mean: Float64Array.of(0, group), low: new Float64Array(2), high: new Float64Array(2), n: new Float64Array(2) });
  const sparks = new Sparklines({ readGroups: async (input: { groups: readonly (readonly string[])[] }) => { asked.push(input.groups); return input.groups.map((_, group) => series(group)); } } as unknown as Workbench, (run) => { due.push(run); return () => undefined; });
  const strike = async () => { for (const run of due.splice(0)) run(); await new Promise((done) => { setImmediate(done); }); };
  sparks.want([{ id: "a", runIds: ["r-1"], mark: "1" }, { id: "b", runIds: ["r-2", "r-3"], mark: "1" }], ["m"]);
  await strike();
  sparks.want([{ id: "a", runIds: ["r-1"], mark: "1" }, { id: "b", runIds: ["r-2", "r-3"], mark: "2" }], ["m"]);
  await strike();
  expect(asked).toEqual([[["r-1"], ["r-2", "r-3"]], [["r-2", "r-3"]]]);
  expect(sparks.of("b", "m")!.group).toBe(0);
});
