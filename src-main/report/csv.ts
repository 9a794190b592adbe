/** Curves as CSV (RFC 4180): one row for each stored point, numbers as they were stored. Pure. */

import { csvCell } from "../contract/csv.ts";
import type { Run, Series } from "../contract/nouns.ts";

/** In order of the runs given, then of metric name and step. A text that a spreadsheet would take for a formula gets an apostrophe before it. */
export function csvOf(all: readonly { readonly run: Run; readonly series: readonly Series[] }[]): string {
  const lines = ["run,name,metric,step,epoch,value"];
  for (const { run, series } of all) {
    const perEpoch = run.epochs > 0 && run.steps > 0 ? run.steps / run.epochs : 1;
    for (const { metric, steps, values } of series) {
      const head = `${run.id},${csvCell(run.name)},${csvCell(metric)}`;
      for (let i = 0; i < steps.length; i++) lines.push(`${head},${steps[i]!},${steps[i]! / perEpoch},${values[i]!}`);
    }
  }
  return `${lines.join("\r\n")}\r\n`;
}
