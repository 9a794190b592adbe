/** What `compare` prints for people: the sentence first, then what differs and what came out. Pure: nouns in, lines out. */

import type { ComparedMetric, Comparison, GroupResult } from "../contract/comparison.ts";
import { spreadText } from "../contract/figures.ts";
import { headlineMetric, letterOf, metricNamed } from "../contract/headline.ts";
import { sayOf, sentenceOf } from "../contract/statement-words.ts";
import { table, tame } from "./print.ts";

/** Throws SpecError where no run has the metric asked for. */
export function comparisonBlock(comparison: Comparison, wished: string | undefined): string[] {
  const { groups, metrics, baseline, differences, same } = comparison;
  const chosen = wished === undefined ? headlineMetric(metrics) : metricNamed(metrics, wished);
  const named = groups.map(({ name }, i) => `${letterOf(i)} ${tame(name)}`);
  const head = ["", ...groups.map((_, i) => letterOf(i))];
  const key = (values: readonly (readonly unknown[])[]): string[] => values.map((own) => tame(own.map((value) => (value === null ? "–" : String(value))).join(", ")));
  return [
    ...groups.map(({ runIds }, i) => `${named[i]!}: ${runIds.join(", ")}${i === baseline ? " (baseline)" : ""}`),
    "",
    ...(chosen === undefined ? ["No run has a metric yet."] : sentences(chosen, named, baseline)),
    "",
    ...(differences.length === 0 ? [`nothing differs; ${same.length} keys are the same`] : [`what differs (${same.length} keys are the same)`, ...table([head, ...differences.map(({ path, values }) => [`  ${path}`, ...key(values)])])]),
    "",
    "what came out (mean ± half a 95 % interval, difference to the baseline)",
    ...table([head, ...metrics.map((one) => [`  ${one.metric}`, ...one.results.map((result, i) => cellOf(one, result, i))])]),
  ];
}

function sentences({ metric, statements }: ComparedMetric, named: readonly string[], baseline: number): string[] {
  const rivals = statements.filter((statement) => statement !== null).length;
  return statements.flatMap((statement, i) => {
    if (statement === null) return [];
    const said = sayOf(statement, { baseline: named[baseline]!, group: named[i]!, metric, label: metric.replace("/", " "), rivals }, "en");
    return [sentenceOf(said, "en"), ...said.notes.map((note) => `  ${note}`)];
  });
}

function cellOf({ metric, statements }: ComparedMetric, { n, mean, half, lost, isProvisional }: GroupResult, i: number): string {
  const statement = statements[i];
  const figures = spreadText(metric, mean, half);
  return [
    n === 0 ? "" : figures.mean, Number.isNaN(half) ? "" : `± ${figures.half}`, n > 1 ? `(n ${n})` : "", lost > 0 ? `(${lost} lost)` : "", isProvisional && n > 0 ? "(not finished)" : "",
    statement === null || statement === undefined || Number.isNaN(statement.difference) ? "" : figures.signed(statement.difference),
  ].filter((part) => part !== "").join(" ");
}
