/** How far rows of the table stand from the baseline: by hand, and through the service on a real store. */

import { describe, expect, it } from "vitest";
import { describeCatalog } from "../../src-engine/index.ts";
import { queryFrom } from "../../src-main/contract/query.ts";
import type { Grouping } from "../../src-main/contract/comparison.ts";
import { compare } from "../../src-main/report/compare.ts";
import { deltasTo, type Facts } from "../../src-main/report/deltas.ts";
import { tableRows } from "../../src-main/service/table.ts";
import { openStore } from "../../src-main/store/open.ts";
import { fillRuns } from "../support/fill-runs.ts";
import { countingClock, temporaryFolder } from "../support/project.ts";

const facts = (from: number, values: readonly (number | string | null)[], over: Partial<Facts> = {}): Facts[] => values.map((value, i) => ({ id: `r-${from + i}`, experimentId: "e-1", name: `run · seed ${i + 1}`, state: "finished", seed: i + 1, validation: "rows", values: [value], ...over }));

describe("a difference to the baseline", () => {
  const base = facts(1, [1, 2, 3]);
  it("is paired by seed where the validation rows are the same, with Student's interval of the pairs", () => {
    const own = facts(11, [2, 3.5, 3.5]);
    const [delta] = deltasTo([base], ["higher"]).ofGroup(own);
    // Differences 1, 1.5, 0.5: mean 1, deviation 0.5, half 4.303 · 0.5 / √3 = 1.242.
    expect(delta).toMatchObject({ difference: 1, isPaired: true, n: [3, 3], verdict: "noise" });
    expect(delta!.to - delta!.difference).toBeCloseTo(1.242, 3);
    expect(own.map((run) => deltasTo([base], ["higher"]).ofRun(run, own)[0])).toEqual([1, 1.5, 0.5]);
  });
  it("is better or worse by the metric's direction, higher or lower without one, and a few runs claim nothing", () => {
    const above = facts(11, [2, 3.01, 4]);
    expect([deltasTo([base], ["higher"]), deltasTo([base], ["lower"]), deltasTo([base], [null])].map((one) => one.ofGroup(above)[0]!.verdict)).toEqual(["better", "worse", "higher"]);
    expect(deltasTo([base], ["higher"]).ofGroup(facts(11, [8, 9]))[0]).toMatchObject({ verdict: "few", n: [2, 2] });
    const [one] = deltasTo([base], ["higher"]).ofGroup(facts(11, [8]));
    expect([one!.verdict, one!.difference, one!.from]).toEqual(["few", 7, NaN]);
  });
  it("is unpaired on other rows: then a run stands against the mean", () => {
    const own = facts(11, [5, 6, 7], { validation: "others" });
    expect(deltasTo([base], ["higher"]).ofGroup(own)[0]).toMatchObject({ isPaired: false, difference: 4 });
    expect(deltasTo([base], ["higher"]).ofRun(own[0]!, own)).toEqual([3]);
  });
  it("leaves out what did not finish or is no number, and is nothing for the baseline, for another experiment, for one without values", () => {
    expect(deltasTo([base], ["higher"]).ofGroup([...facts(11, ["NaN"]), ...facts(12, [4], { state: "failed" }), ...facts(13, [null])])).toEqual([null]);
    expect(deltasTo([base], ["higher"]).ofGroup(base)).toEqual([null]);
    expect(deltasTo([base], ["higher"]).ofGroup(facts(11, [1, 2, 3], { experimentId: "e-2" }))).toEqual([null]);
    expect(deltasTo([], ["higher"]).ofRun(base[0]!, base)).toEqual([null]);
  });
  it("comes with the noise floor: half the interval of the baseline's own mean", () => {
    const [baseline] = deltasTo([base], ["higher"]).baselines;
    expect(baseline).toMatchObject({ experimentId: "e-1", name: "run", runIds: ["r-1", "r-2", "r-3"] });
    // Deviation 1: 4.303 / √3.
    expect(baseline!.floors[0]!.half).toBeCloseTo(2.484, 3);
  });
});

describe("the table's rows", () => {
  const grouping: Grouping = { kind: "by", names: ["optimizer.kind"] };
  it("have the differences that a comparison of the same groups finds, whatever the query admits", () => {
    using folder = temporaryFolder();
    const store = openStore(folder.file(), countingClock());
    fillRuns(store, 80);
    const ask = (where: string, metrics = ["validation/accuracy", "validation/loss"]) => tableRows(store.rows, describeCatalog(), { query: queryFrom(where) }, { columns: ["optimizer.kind"], grouping, metrics });
    expect(ask("experimentId = e-1")).toMatchObject({ baselines: [], groups: [{ deltas: [] }, { deltas: [] }, { deltas: [] }, { deltas: [] }] });
    store.runs.mark("r-1", { isBaseline: true });
    const whole = ask("experimentId = e-1");
    expect(whole.rows[0]!.values.length).toBe(1);
    const runs = whole.rows.map(({ id }) => store.runs.get(id).run).reverse();
    const { groups, metrics } = compare(runs.map((run) => ({ key: String(run.spec!.optimizer.kind), run })), "r-1");
    for (const [at, metric] of ["validation/accuracy", "validation/loss"].entries()) {
      for (const [i, { runIds }] of groups.entries()) {
        const statement = metrics.find((one) => one.metric === metric)!.statements[i]!;
        const delta = whole.groups.find((one) => one.runIds.includes(runIds[0]!))!.deltas[at];
        if (statement === null) expect(delta).toBeNull();
        else {
          expect(delta).toMatchObject({ isPaired: statement.isPaired, n: statement.n });
          // The same numbers summed in another order.
          for (const name of ["difference", "from", "to"] as const) expect(delta![name]).toBeCloseTo(statement[name], 12);
        }
      }
    }
    const asked = ask("experimentId = e-1 and not optimizer.kind = adam");
    expect(asked.groups.map(({ deltas }) => deltas)).toEqual(whole.groups.filter(({ runIds }) => !runIds.includes("r-1")).map(({ deltas }) => deltas));
    expect(ask("experimentId = e-1", []).groups[0]!.deltas).toEqual([]);
    // Another experiment without a baseline of its own has nothing to be held against.
    expect(ask("experimentId = e-2").groups.every(({ deltas }) => deltas.every((delta) => delta === null))).toBe(true);
    store.close();
  });
});
