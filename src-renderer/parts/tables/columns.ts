/** How a column looks: its head, how wide it is, how its values are written. Pure: a name and the words of a language in, a description out. */

import { alertNames } from "../../../src-main/contract/alert-words.ts";
import type { Catalog, Family } from "../../../src-main/contract/checks.ts";
import { programTitles } from "../../../src-main/contract/foreign-runs.ts";
import { isOver, type RunRow, type RunState } from "../../../src-main/contract/nouns.ts";
import { betterOf } from "../../../src-main/contract/metric-direction.ts";
import { nameOf } from "../../../src-main/contract/query-names.ts";
import type { Fact } from "../../../src-main/contract/query-names.ts";
import type { LanguageName, Words } from "../../words/words.svelte.ts";
import { metricLabel, metricName } from "../charts/metric-names.ts";
import { count, duration, figure, isShare, measured, moment, setting } from "../numbers.ts";
import { titleOf } from "../run-words.ts";

type Value = string | number | null;

export interface ColumnLook {
  readonly name: string;
  readonly head: string;
  /** A symbol, set in italics in place of the words. */
  readonly symbol: string | null;
  /** The second, smaller line of the head. */
  readonly sub: string;
  /** In pixels; a table of many rows must not measure them. */
  readonly width: number;
  readonly isRight: boolean;
  readonly isMetric: boolean;
  readonly cell: (value: Value, row: RunRow) => string;
  /** A value that all runs of a group share; the empty text where it is written as it is. */
  readonly groupCell: (value: string | number) => string;
}

/** A column in its place: which of a row's values it shows, and how far from the left it stays where it is pinned. */
export interface PlacedColumn extends ColumnLook { readonly at: number; readonly pin: number | null; /** The difference to the baseline in a metric, in place of a value: its place among the differences. */ readonly delta?: { readonly metric: string; readonly at: number }; /** What of a group's spread in a metric it shows, in place of the mean. */ readonly spread?: { readonly metric: string; readonly of: Spread }; /** The metric whose curve it shows as a small picture. */ readonly curve?: string }

/** Standard deviation, smallest and largest of a group's runs. */
export type Spread = "deviation" | "min" | "max";

/** The columns beside a metric that say how far the runs of a group lie apart; runs by themselves leave them blank. */
export function spreadColumns(metric: string, at: number, words: Words, language: LanguageName): readonly PlacedColumn[] {
  return (["deviation", "min", "max"] as const).map((of) => ({ name: `${of} ${metric}`, head: words.table.spreads[of], symbol: null, sub: words.table.spreadOf, width: fitting(words.table.spreadOf, 84, language), isRight: true, isMetric: false, cell: () => "", groupCell: () => "", at, pin: null, spread: { metric, of } }));
}

/** The column beside a metric that says how far a row stands from the baseline. */
export function deltaColumn(metric: string, at: number, isPaired: boolean, words: Words, language: LanguageName): PlacedColumn {
  return { name: `Δ ${metric}`, head: words.table.delta, symbol: null, sub: isPaired ? words.table.deltaPaired : words.table.deltaMean, width: fitting(isPaired ? words.table.deltaPaired : words.table.deltaMean, 96, language), isRight: true, isMetric: false, cell: () => "", groupCell: () => "", at: -1, pin: null, delta: { metric, at } };
}

/** The column that shows a metric's curve as a small picture. `isBeside`: its metric's own column stands before it. */
export function curveColumn(metric: string, isBeside: boolean, words: Words): PlacedColumn {
  return { name: `curve ${metric}`, head: isBeside ? words.table.curveHead : metricLabel(words, metric), symbol: null, sub: "", width: 100, isRight: false, isMetric: false, cell: () => "", groupCell: () => "", at: -1, pin: null, curve: metric };
}

export interface Look { readonly words: Words; readonly language: LanguageName; readonly catalog: Catalog; readonly now: number }

/** Parts of a spec that hold one component, and its family. */
const families: Readonly<Record<string, Family>> = { data: "data", split: "split", scaling: "scaling", regularizer: "regularizer", loss: "loss", optimizer: "optimizer", schedule: "schedule" };
const rightFacts: readonly Fact[] = ["created", "started", "ended", "time", "seed", "epoch", "epochs", "step", "steps", "parameters", "openings", "priority"];
/** The width of a head's letters at its size; Chinese ones are square. */
const letter = { en: 6.1, zh: 12.5 } as const;
const fitting = (head: string, least: number, language: LanguageName): number => Math.max(least, Math.min(220, Math.ceil(24 + head.length * letter[language])));
const factWidths: Readonly<Partial<Record<Fact, number>>> = { experiment: 220, name: 220, data: 80, state: 92, reason: 92, time: 66, epochs: 80, epoch: 80, started: 80, created: 80, ended: 80 };

/** `isNumber` says what its values are: parts of a spec hold either. */
export function columnLook(name: string, isNumber: boolean, look: Look): ColumnLook {
  const named = nameOf(name);
  const { words, catalog, language } = look;
  const plain = { name, symbol: null, sub: "", isMetric: false, groupCell: (): string => "" };
  switch (named.kind) {
    case "fault": throw new Error(`${name} is no column: the workbench checks them`);
    case "fact": return { ...plain, head: words.table.facts[named.fact], isRight: rightFacts.includes(named.fact), width: fitting(words.table.facts[named.fact], factWidths[named.fact] ?? 76, language), cell: (value, row) => factCell(named.fact, value, row, look), groupCell: (value) => sharedFact(named.fact, value, look) };
    case "metric": {
      const at = named.metric.indexOf("/");
      const [split, metric] = [at < 0 ? "" : named.metric.slice(0, at), named.metric.slice(at + 1)];
      const better = betterOf(name, catalog);
      const head = split === "" ? metricName(words, metric) : words.metrics.of((words.splits as unknown as Record<string, string>)[split] ?? split, metricName(words, metric));
      return { ...plain, head: isShare(name) ? `${head} %` : head, sub: better === null ? "" : words.runs[better], isRight: true, isMetric: true, width: fitting(isShare(name) ? `${head} %` : head, 128, language), cell: (value) => (value === null ? "" : measured(name, Number(value))) };
    }
    case "param": return { ...plain, head: named.param, sub: words.imports.setting, isRight: isNumber, width: fitting(named.param, isNumber ? 76 : 104, "en"), cell: paramCell, groupCell: paramCell };
    case "spec": {
      const [head = "", param = ""] = named.path;
      const family = Object.hasOwn(families, head) ? families[head]! : null;
      const part = named.path.length === 1 && Object.hasOwn(words.table.parts, head) ? words.table.parts[head]! : null;
      const symbol = family === null || named.path.length !== 2 ? null : catalog[family].map(({ params }) => (Object.hasOwn(params, param) ? params[param]?.symbol : undefined)).find((one) => one !== undefined) ?? null;
      const cell = (value: Value): string => (value === null ? "" : typeof value === "number" ? inColumn(value) : part !== null && family !== null ? titleOf(catalog, family, value, language) : value);
      return { ...plain, head: part ?? name, symbol, isRight: isNumber, width: symbol !== null ? 72 : part !== null ? fitting(part, isNumber ? 76 : 100, language) : fitting(name, isNumber ? 76 : 104, "en"), cell, groupCell: (value) => cell(value) };
    }
  }
}

const paramCell = (value: Value): string => (value === null ? "" : typeof value === "number" ? inColumn(value) : value);

/** As it was set where that is short; what a search has drawn, with more digits than a column holds, with three, so that no power of ten is cut off. */
function inColumn(value: number): string {
  const whole = setting(value);
  return whole.length <= 7 ? whole : figure(value);
}

function factCell(fact: Fact, value: Value, row: RunRow, { words, language, now }: Look): string {
  if (value === null) return "";
  switch (fact) {
    case "state": return words.state[value as RunState];
    case "created":
    case "started":
    case "ended": return moment(Number(value), now, language, words.runs.yesterday);
    case "alerts": return alertNames(row.alerts, language);
    case "time": return Number(value) > 0 ? duration(Number(value) * 1000) : "";
    // Another program's run has no plan of epochs.
    case "epochs": return row.program !== null ? "" : row.epoch === row.epochs && isOver(row.state) ? count(row.epochs) : words.runs.atEpoch(count(row.epoch), count(row.epochs));
    case "program": return programOf(String(value));
    default: return typeof value === "number" ? count(value) : value;
  }
}

const programOf = (program: string): string => (Object.hasOwn(programTitles, program) ? programTitles[program as keyof typeof programTitles] : "Descent");

/** A fact that all runs of a group share; how far each has come is told by its own row. */
function sharedFact(fact: Fact, value: string | number, { words, language, now }: Look): string {
  switch (fact) {
    case "state": return words.state[value as RunState];
    case "created":
    case "started":
    case "ended": return moment(Number(value), now, language, words.runs.yesterday);
    case "program": return programOf(String(value));
    default: return typeof value === "number" ? count(value) : value;
  }
}

/** Whether the values of a column are numbers: the first that is there tells. */
export const isNumeric = (rows: readonly RunRow[], at: number): boolean => typeof rows.find((row) => row.values[at] !== null && row.values[at] !== undefined)?.values[at] === "number";
