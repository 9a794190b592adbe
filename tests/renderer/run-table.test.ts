import { betterOf } from "../../src-main/contract/metric-direction.ts";
import { describeCatalog } from "../../src-engine/index.ts";
import { describe, expect, it } from "vitest";
import type { RunRow, RunRows } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { scrollFor, windowOf } from "../../src-renderer/parts/tables/window.ts";
import { tableCells } from "../../src-renderer/parts/tables/table-text.ts";
import { sortRows } from "../../src-renderer/state/row-order.ts";
import { RunTable } from "../../src-renderer/state/run-table.svelte.ts";

const catalog = describeCatalog();

const aRow = (n: number, values: RunRow["values"] = [], given: Partial<RunRow> = {}): RunRow => ({ id: `r-${n}`, experimentId: "e-1", name: `run ${n}`, state: "finished", reason: null, colour: 1, epoch: 1, epochs: 1, values, ...given });
const idsOf = (rows: readonly RunRow[]): string[] => rows.map(({ id }) => id);
const three = [aRow(3), aRow(2), aRow(1)];

/** A workbench that answers with what `answer` says now, and a clock that strikes when told. */
function bench(answer: () => readonly RunRow[] | Promise<readonly RunRow[]> = () => three) {
  const asked: Parameters<Workbench["listRows"]>[0][] = [];
  const due: { run: () => void; ms: number; isPrevented: boolean }[] = [];
  const workbench = { listRows: async (input: (typeof asked)[number]): Promise<RunRows> => { asked.push(input); return { total: 3, rows: await answer() }; } } as unknown as Workbench;
  const later = (run: () => void, ms: number) => { const one = { run, ms, isPrevented: false }; due.push(one); return () => { one.isPrevented = true; }; };
  const strike = async (): Promise<void> => { for (const { run, isPrevented } of due.splice(0)) if (!isPrevented) run(); await new Promise((done) => { setImmediate(done); }); };
  return { asked, due, strike, table: (text = "", experimentId?: string) => new RunTable(workbench, experimentId, null, text, later) };
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
  });

  it("begins with the query of the address; one that cannot be read hides nothing", async () => {
    const { asked, table: make } = bench();
    await make("seed = 3").load();
    await make("seed = ").load();
    expect(asked.map(({ where }) => where)).toEqual(["seed = 3", ""]);
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
    expect(table.show(["layers.0.units"])).toEqual({ columns: ["layers.0.units"], sort: [{ name: "name", isDescending: false }] });
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
