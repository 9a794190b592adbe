/** Groups of runs side by side: what differs between them, what came out, what can be said of it. Pure; reads no store and paints nothing. */

import { describeCatalog, directions, holm } from "../../src-engine/index.ts";
import type { ComparedGroup, ComparedKey, ComparedMetric, Comparison, GroupResult, Sample } from "../contract/comparison.ts";
import { seedOf } from "../contract/foreign-runs.ts";
import { hasSpec, type Run } from "../contract/nouns.ts";
import { resultOf, statementOf } from "./statement.ts";

/** The order in which splits are read: what choices are made on first, then the judge, then what was fitted. */
const splits = ["validation", "test", "train"];

/** Runs with the key of the group each belongs to; groups stand in order of their first run, runs in order of seed. `baseline` names a run of the group to hold the others against; the first group where it names none. */
export function compare(keyed: readonly { readonly key: string; readonly run: Run }[], baselineRun: string | null): Comparison {
  const members = [...Map.groupBy(keyed, ({ key }) => key)].map(([id, of]) => ({ id, runs: of.map(({ run }) => run).sort((a, b) => (seedOf(a) ?? 0) - (seedOf(b) ?? 0) || a.createdMs - b.createdMs) }));
  const groups = members.map(({ id, runs }): ComparedGroup => ({ id, name: nameOf(runs), colour: runs[0]!.colour, runIds: runs.map((run) => run.id), meanMs: meanMs(runs) }));
  const baseline = Math.max(0, groups.findIndex(({ runIds }) => baselineRun !== null && runIds.includes(baselineRun)));
  const keys = keysOf(members.map(({ runs }) => runs));
  const isOwn = members.map(({ runs }) => runs.some(hasSpec));
  const isDifferent = (key: ComparedKey): boolean => differs(isForeignKey(key) ? key.values : key.values.filter((_, i) => isOwn[i]));
  return {
    runs: members.flatMap(({ runs }) => runs), groups, baseline,
    differences: keys.filter(isDifferent), same: keys.filter((key) => !isDifferent(key)),
    metrics: metricsOf(members.map(({ runs }) => runs), baseline),
  };
}

/** What its runs are called, without what tells seeds apart. */
export function groupName(names: readonly string[]): string {
  const bare = [...new Set(names.map((name) => name.replace(/ · seed \d+$/, "")))];
  return bare.length === 1 ? bare[0]! : `${bare[0]!} + ${bare.length - 1}`;
}
const nameOf = (runs: readonly Run[]): string => groupName(runs.map((run) => run.name));

function meanMs(runs: readonly Run[]): number | null {
  const times = runs.filter(({ state }) => state === "finished").map(({ trainingMs }) => trainingMs);
  return times.length === 0 ? null : times.reduce((sum, ms) => sum + ms, 0) / times.length;
}

/** A key is the same where every group has the same set of values for it: five seeds here and the same five there are no difference. */
const differs = (values: ComparedKey["values"]): boolean => values.some((own) => own.length !== values[0]!.length || own.some((value) => !values[0]!.includes(value)));

/** What other programs' runs have. All other keys are our runs' alone: that another program's run has none of them is no difference. */
const isForeignKey = ({ path, of }: ComparedKey): boolean => (of === "spec" && path.startsWith("param.")) || (of === "environment" && path === "program");

/** The name is left out: it tells runs apart, it does not explain them. */
function keysOf(groups: readonly (readonly Run[])[]): ComparedKey[] {
  const facts = groups.map((runs) => runs.map((run) => ({ spec: leavesOf(bare(run)), data: dataOf(run), environment: environmentOf(run) })));
  return (["data", "spec", "environment"] as const).flatMap((of) => {
    const paths = [...new Set(facts.flatMap((runs) => runs.flatMap((run) => [...run[of].keys()])))];
    return paths.map((path): ComparedKey => ({ path, of, values: facts.map((runs) => sorted([...new Set(runs.map((run) => run[of].get(path) ?? null))])) }));
  });
}

/** Of another program's run, its settings by the names that queries know them by. */
function bare({ spec, foreign }: Run): object {
  if (spec === null) return Object.fromEntries(Object.entries(foreign?.params ?? {}).map(([name, value]) => [`param.${name}`, value]));
  const { name: _, ...rest } = spec;
  return rest;
}
const dataOf = ({ data, foreign }: Run): Map<string, unknown> => foreign !== null ? new Map() : new Map<string, unknown>([["data hash", data.hash], ["rows", `${data.rows.train} / ${data.rows.validation} / ${data.rows.test}`]]);
const environmentOf = ({ engine, foreign }: Run): Map<string, unknown> => foreign !== null ? new Map([["program", foreign.program]]) : new Map<string, unknown>([["version", engine.version], ["executor", engine.executor]]);
const sorted = (values: unknown[]): unknown[] => (values.every((value) => typeof value === "number") ? values.sort((a, b) => a - b) : values);

/** Every value of a spec that is not itself a list or a record, by its path; `null` counts as absent. */
function leavesOf(value: unknown, path = "", leaves = new Map<string, unknown>()): Map<string, unknown> {
  if (typeof value === "object" && value !== null) for (const [key, inner] of Object.entries(value)) leavesOf(inner, path === "" ? key : `${path}.${key}`, leaves);
  else if (value !== null) leaves.set(path, value);
  return leaves;
}

function metricsOf(groups: readonly (readonly Run[])[], baseline: number): ComparedMetric[] {
  // A metric that no run's spec names is shown without a judgement, and so is every one of the training split: fitting well is no merit of its own.
  const declared: Readonly<Record<string, "higher" | "lower">> = directions(groups.flat().flatMap(({ spec }) => spec?.metrics ?? []), describeCatalog());
  const metrics = [...new Set(groups.flat().flatMap((run) => Object.keys(run.metrics)))].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return metrics.map((metric) => {
    const better = metric.startsWith("train/") ? null : declared[metric.slice(metric.indexOf("/") + 1)] ?? null;
    const results = groups.map((runs) => measuredIn(runs, metric));
    const plain = groups.map((runs, i) => (i === baseline ? null : statementOf(counting(results[baseline]!), counting(results[i]!), { better, isSameValidation: haveSameRows([...groups[baseline]!, ...runs]) })));
    const adjusted = holm(plain.map((statement) => statement?.p ?? NaN));
    const isSeveral = plain.filter((statement) => statement !== null && !Number.isNaN(statement.p)).length > 1;
    return { metric, better, results, statements: plain.map((statement, i) => (statement === null ? null : { ...statement, holmP: isSeveral ? adjusted[i]! : NaN })) };
  });
}

function measuredIn(runs: readonly Run[], metric: string): GroupResult {
  const has = runs.filter((run) => run.metrics[metric] !== undefined && run.state !== "failed");
  return resultOf(has.map((run) => ({ runId: run.id, seed: seedOf(run), value: run.metrics[metric]!, isFinished: run.state === "finished" })), runs.filter(({ state }) => state === "failed").length);
}

/** Of runs that have not finished nothing is said. */
const counting = ({ samples, isProvisional }: GroupResult): readonly Sample[] => (isProvisional ? [] : samples.filter(({ isCounted }) => isCounted));

/** The same data, split alike: then equal seeds see the same rows and begin alike, and validation rows are the same ones. */
const haveSameRows = (runs: readonly Run[]): boolean => runs.every(hasSpec) && new Set(runs.map(({ data, spec }) => JSON.stringify([data.hash, spec.split]))).size === 1;

function rank(metric: string): number {
  const at = splits.indexOf(metric.slice(0, metric.indexOf("/")));
  return at < 0 ? splits.length : at;
}
