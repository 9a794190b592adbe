/** What saved networks do to the validation rows, in a report: which classes are taken for which, and what the errors say of bias and variance. Pure. */

import { diagnosisTongues, gapText, moreText, rateText, sentenceOf } from "../../contract/diagnosis-words.ts";
import type { Comparison } from "../../contract/comparison.ts";
import { count, percent } from "../../contract/figures.ts";
import type { ConfusionFacts, ReportFacts } from "../../contract/reports.ts";
import { groupLabel } from "./figure.ts";
import { both, said, table, tableNumber, text, type Numbering, type TableCell } from "./markup.ts";

/** A wider table nobody reads. */
const mostClasses = 30;
/** Steps of colour; a cell takes one by its share of its row. */
const shades = 6;

const nothing = (): string => `<p class="nothing">${said((words) => words.nothing.insight)}</p>`;

/** Each group's first run with its heading, where there is more than one. */
function perGroup(comparison: Comparison, make: (runId: string) => string | null): string {
  const made = comparison.groups.map(({ runIds }, i) => { const html = make(runIds[0]!); return html === null ? "" : `${comparison.groups.length > 1 ? `<h3>${text(groupLabel(comparison, i))} <small>${text(runIds[0]!)}</small></h3>` : ""}${html}`; }).join("");
  return made === "" ? nothing() : made;
}

export const confusionOf = ({ comparison, insights }: ReportFacts, numbering: Numbering): string =>
  perGroup(comparison, (runId) => { const found = insights[runId]?.confusion ?? null; return found === null ? null : matrix(found, numbering); });

function matrix({ classes, counts, accuracy, rows }: ConfusionFacts, numbering: Numbering): string {
  const n = classes.length;
  if (n > mostClasses) return `<p class="nothing">${said((words) => words.insight.tooMany(n))}</p>`;
  const heads: TableCell[] = [{ html: said((words) => words.insight.corner) }, ...classes.map((name): TableCell => ({ html: text(name), isNumber: true })), { html: said((words) => words.insight.recall), isNumber: true }];
  const body = classes.map((name, actual): TableCell[] => {
    const own = Array.from(counts.subarray(actual * n, (actual + 1) * n)), total = own.reduce((sum, one) => sum + one, 0);
    return [{ html: text(name), isHead: true }, ...own.map((one): TableCell => ({ html: count(one), isNumber: true, shade: one === 0 || total === 0 ? 0 : Math.ceil((one / total) * shades) })), { html: total === 0 ? "–" : percent(own[actual]! / total, 1), isNumber: true }];
  });
  return table({ caption: `${tableNumber(numbering)} ${said((words) => words.insight.confusionCaption(count(rows), percent(accuracy.share), percent(accuracy.from), percent(accuracy.to)))}`, heads, rows: body });
}

export const diagnosisOf = ({ comparison, insights }: ReportFacts): string => perGroup(comparison, (runId) => {
  const found = insights[runId]?.diagnosis ?? null;
  return found === null ? null : both((words, language) => {
    const tongue = diagnosisTongues[language];
    const lines: readonly (readonly [string, string])[] = [
      [tongue.parts.train, rateText(found.train, tongue)],
      ...(found.validation === null ? [] : [[tongue.parts.validation, rateText(found.validation, tongue)] as const]),
      ...(found.test === null ? [] : [[tongue.parts.test, rateText(found.test, tongue)] as const]),
      [tongue.bias, `${gapText(found.bias, tongue)} ${moreText(found.bias, false, tongue)}`],
      ...(found.variance === null ? [] : [[tongue.variance, `${gapText(found.variance, tongue)} ${moreText(found.variance, true, tongue)}`] as const]),
    ];
    return `<div class="card"><p class="verdict"><strong>${text(sentenceOf(found, tongue))}${words.code === "en" ? "." : "。"}</strong></p><dl>${lines.map(([name, value]) => `<div><dt>${text(name)}</dt><dd>${text(value.trim())}</dd></div>`).join("")}</dl><p class="notes">${text(tongue.basis(found.seeds.length))}</p></div>`;
  }, "div");
});
