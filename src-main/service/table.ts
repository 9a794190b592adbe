/** The rows of the table of runs: what a query admits, in groups, and how far each stands from its experiment's baseline. */

import type { Catalog } from "../../src-engine/spec/param.ts";
import type { Grouping } from "../contract/comparison.ts";
import { betterOf } from "../contract/metric-direction.ts";
import type { RunId, RunRow, RunRows } from "../contract/nouns.ts";
import { queryFrom } from "../contract/query.ts";
import { metricOf } from "../contract/query-names.ts";
import { deltasTo, type Facts } from "../report/deltas.ts";
import { groupRows } from "../report/groups.ts";
import type { RunRowStore, Scope } from "../store/run-rows.ts";

const isBaseline = queryFrom("baseline = true");

export interface TableWish { readonly columns: readonly string[]; readonly grouping: Grouping; readonly metrics: readonly string[] }

export function tableRows(store: RunRowStore, catalog: Catalog, scope: Scope, { columns, grouping, metrics }: TableWish): RunRows {
  const marked = metrics.length === 0 ? [] : store.list({ experiment: scope.experiment, query: isBaseline }, []).rows;
  const { total, rows } = store.list(scope, marked.length === 0 ? columns : [...columns, ...factColumns(metrics)]);
  const keys = grouping.kind === "eachRun" ? null : store.keys(scope, grouping);
  if (marked.length === 0) return { total, rows: rows.map((row) => ({ ...row, deltas: [] })), groups: keys === null ? [] : groupRows(rows, keys, columns).map((group) => ({ ...group, deltas: [] })), baselines: [] };

  const facts = factsOf(rows, store.validationRows(scope), columns.length);
  // The baseline is its whole group, also where the query admits only some of it, or none.
  const isWhole = (scope.query ?? null) === null && scope.runIds === undefined;
  const whole: Scope = { experiment: scope.experiment };
  const all = isWhole ? facts : factsOf(store.list(whole, factColumns(metrics)).rows, store.validationRows(whole), 0);
  const allKeys = keys === null || isWhole ? keys : store.keys(whole, grouping);
  const deltas = deltasTo(marked.map(({ id, experimentId }) => {
    return [...all.values()].filter((one) => (allKeys === null ? one.id === id : allKeys.get(one.id) === allKeys.get(id) && one.experimentId === experimentId)).reverse();
  }), metrics.map((name) => betterOf(metricOf(name)!, catalog)));
  const byKey = keys === null ? null : Map.groupBy(facts.values(), ({ id }) => keys.get(id)!);
  return {
    total, baselines: deltas.baselines,
    rows: rows.map((row): RunRow => { const own = facts.get(row.id)!; return { ...row, values: row.values.slice(0, columns.length), deltas: deltas.ofRun(own, byKey?.get(keys!.get(row.id)!) ?? [own]) }; }),
    groups: keys === null ? [] : groupRows(rows, keys, columns).map((group) => ({ ...group, deltas: deltas.ofGroup(group.runIds.map((id) => facts.get(id)!)) })),
  };
}

const factColumns = (metrics: readonly string[]): readonly string[] => ["seed", ...metrics];

/** From rows that carry `factColumns` from the place `at` on. */
function factsOf(rows: readonly Omit<RunRow, "deltas">[], validation: ReadonlyMap<RunId, string>, at: number): ReadonlyMap<RunId, Facts> {
  return new Map(rows.map(({ id, experimentId, name, state, values }) => [id, { id, experimentId, name, state, seed: Number(values[at]), validation: validation.get(id) ?? id, values: values.slice(at + 1) }]));
}
