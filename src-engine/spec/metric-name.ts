/** How a measured metric is called, in results, charts and sweeps: `split/name`. Knows the catalogue only as data. */

import type { Problem } from "./errors.ts";
import { problem, under } from "./param.ts";
import type { Catalog, Component, Param } from "./param.ts";

/**
 * The metric's kind, and whatever of its parameters is not the default: f1, with the average "micro" f1Micro, of class 2 f1Class2; ece with 10 bins eceBins10.
 * An option is written as it is, a number behind its parameter's name, a flag as its parameter's name. `metric` has passed its check.
 */
export function metricName({ kind, ...values }: Component, catalog: Catalog): string {
  const params = catalog.metric.find((declared) => declared.kind === kind)?.params ?? {};
  return kind + Object.entries(params).map(([name, param]) => ending(name, param, values[name])).join("");
}

function ending(name: string, param: Param, value: unknown): string {
  if (value === undefined || ("default" in param && value === param.default)) return "";
  return param.kind === "choice" ? capital(String(value)) : param.kind === "flag" ? capital(name) : `${capital(name)}${String(value)}`;
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** Which way is better, for the loss and for every metric of a list, by its name without the split; a kind that the catalogue does not have is left out. */
export function directions(metrics: readonly Component[], catalog: Catalog): Readonly<Record<string, "higher" | "lower">> {
  const measured = metrics.flatMap((metric) => {
    const better = catalog.metric.find(({ kind }) => kind === metric.kind)?.better;
    return better === undefined ? [] : [[metricName(metric, catalog), better] as const];
  });
  return { loss: "lower", ...Object.fromEntries(measured) };
}

/** Metrics that would be measured under a name that an earlier one has. */
export function checkMetricNames(metrics: readonly Component[], catalog: Catalog): Problem[] {
  const names = metrics.map((metric) => metricName(metric, catalog));
  return names.flatMap((name, i) => {
    const first = names.indexOf(name);
    return first === i ? [] : [problem(under("metrics", i), "duplicate", `is measured already: metrics.${first} has the same name, ${name}`, { name, first: String(first) })];
  });
}
