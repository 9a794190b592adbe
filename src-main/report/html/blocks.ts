/** Each part of a report as HTML: the report's facts in, markup out. Pure. */

import type { ComparedMetric, GroupResult } from "../../contract/comparison.ts";
import { count, figure as figured, isShare, spreadText } from "../../contract/figures.ts";
import { programTitles, seedOf } from "../../contract/foreign-runs.ts";
import { headlineMetric } from "../../contract/headline.ts";
import { markdownHtml } from "../../contract/markdown.ts";
import { hasSpec } from "../../contract/nouns.ts";
import type { DataSummary, JournalEntry, Run } from "../../contract/nouns.ts";
import type { Report, ReportBlock, ReportFacts } from "../../contract/reports.ts";
import { sayOf } from "../../contract/statement-words.ts";
import { groupName } from "../compare.ts";
import { figureOf, groupLabel } from "./figure.ts";
import { both, fitting, said, table, tableNumber, text, type Numbering, type TableCell } from "./markup.ts";
import { confusionOf, diagnosisOf } from "./insight.ts";
import { sweepOf } from "./sweep.ts";
import { metricLabel, type ReportWords } from "./words.ts";

/** A hash that breaks in its middle where it must break. */
const hashed = (hash: string): string => `<code class="hash">${text(hash.slice(0, 32))}<wbr>${text(hash.slice(32))}</code>`;

export function blockHtml(block: ReportBlock, i: number, { subject }: Pick<Report, "subject">, facts: ReportFacts, numbering: Numbering): string {
  const titled = block.kind === "text" || block.kind === "chart" ? block.title.trim() : block.title.trim() || null;
  const title = titled === null ? said((words) => words.titles[block.kind as keyof typeof words.titles]) : text(titled);
  const inner = contentOf(block, i, facts, numbering, subject.runIds.length);
  return `<section id="part-${i + 1}">${title === "" ? "" : `<h2>${title}</h2>`}${inner}</section>`;
}

function contentOf(block: ReportBlock, i: number, facts: ReportFacts, numbering: Numbering, asked: number): string {
  const { comparison } = facts;
  if (block.kind === "sweep") return sweepOf(block.sweepId === null ? null : facts.sweeps[block.sweepId] ?? null, `figure-${i + 1}`, numbering);
  if (asked > 0 && comparison.groups.length === 0) return nothing((words) => words.nothing.results);
  switch (block.kind) {
    case "text": return `<div class="prose">${markdownHtml(block.text, 2)}</div>`;
    case "confusion": return confusionOf(facts, numbering);
    case "diagnosis": return diagnosisOf(facts);
    case "verdict": return verdict(block.metric, facts);
    case "chart": return figureOf(block, comparison, facts.curves.find(({ metric, x }) => metric === block.metric && x === block.x), `figure-${i + 1}`, ++numbering.figures);
    case "results": return results(block.metrics, facts, numbering);
    case "differences": return differences(facts, numbering);
    case "runs": return runsTable(facts, numbering);
    case "data": return dataCards(facts);
    case "specs": return specs(facts);
    case "journal": return journal(facts.journal);
  }
}

type Nothing = Parameters<typeof said>[0];
const nothing = (of: Nothing): string => `<p class="nothing">${said(of)}</p>`;

function verdict(wished: string | null, { comparison }: ReportFacts): string {
  const { metrics, baseline } = comparison;
  const chosen = wished === null ? headlineMetric(metrics) : metrics.find(({ metric }) => metric === wished);
  if (chosen === undefined) return nothing((words) => words.nothing.results);
  const rivals = chosen.statements.filter((one) => one !== null).length;
  if (rivals === 0) return nothing((words) => words.nothing.verdict);
  return chosen.statements.map((statement, i) => (statement === null ? "" : both((words, language) => {
    const spoken = sayOf(statement, { baseline: groupLabel(comparison, baseline), group: groupLabel(comparison, i), metric: chosen.metric, label: metricLabel(words, chosen.metric), rivals }, language);
    const end = language === "en" ? "." : "。";
    return `<p class="verdict ${statement.verdict}"><strong>${text(spoken.claim)}</strong>${spoken.evidence === "" ? "" : `${language === "en" ? " " : ""}${text(spoken.evidence)}`}${end}</p>${spoken.notes.length === 0 ? "" : `<p class="notes">${text(spoken.notes.join(language === "en" ? " " : ""))}</p>`}`;
  }, "div"))).join("");
}

function results(wished: readonly string[], { comparison }: ReportFacts, numbering: Numbering): string {
  const metrics = wished.length === 0 ? comparison.metrics : wished.flatMap((name) => comparison.metrics.find(({ metric }) => metric === name) ?? []);
  if (metrics.length === 0) return nothing((words) => words.nothing.results);
  const heads: TableCell[] = [{ html: said((words) => words.columns.metric) }, ...comparison.groups.map((_, i): TableCell => ({ html: `${text(groupLabel(comparison, i))}${comparison.groups.length > 1 && i === comparison.baseline ? ` <em>${said((words) => words.baseline)}</em>` : ""}`, isNumber: true }))];
  const rows = metrics.map((metric): TableCell[] => [{ html: said((words) => `${metricLabel(words, metric.metric)}${isShare(metric.metric) ? ", %" : ""}`), isHead: true }, ...metric.results.map((result, i) => resultCell(metric, result, i))]);
  return table({ caption: `${tableNumber(numbering)} ${said((words) => words.resultsCaption)}`, ...fitting(heads, rows, { html: said((words) => words.columns.group) }) });
}

function resultCell({ metric, statements }: ComparedMetric, { n, mean, half, lost, isProvisional }: GroupResult, i: number): TableCell {
  if (n === 0) return { html: lost > 0 ? said((words) => words.lost(lost)) : "", isNumber: true };
  const figures = spreadText(metric, mean, half);
  const difference = statements[i]?.difference ?? NaN;
  // Coloured and marked is only what the numbers bear.
  const verdict = statements[i]?.verdict, mark = Number.isNaN(difference) ? "" : ` <span class="difference${verdict === "better" ? " good" : verdict === "worse" ? " bad" : ""}">${text(figures.signed(difference))}${verdict === "better" ? " ▲" : verdict === "worse" ? " ▼" : ""}</span>`;
  const beside = [n > 1 ? `n = ${n}` : "", lost > 0 ? said((words) => words.lost(lost)) : "", isProvisional ? said((words) => words.provisional) : ""].filter((part) => part !== "").join(", ");
  return { html: `${text(figures.mean)}${Number.isNaN(half) ? "" : ` ± ${text(figures.half)}`}${mark}${beside === "" ? "" : ` <small>${beside}</small>`}`, isNumber: true };
}

const shown = (values: readonly unknown[]): string => values.map((value) => (value === null || value === undefined ? "–" : typeof value === "object" ? JSON.stringify(value) : String(value as string | number | boolean))).join(", ");

function differences({ comparison }: ReportFacts, numbering: Numbering): string {
  const same = `<p class="notes">${said((words) => words.same(comparison.same.length))}</p>`;
  if (comparison.differences.length === 0) return `${nothing((words) => words.nothing.differences)}${same}`;
  const heads: TableCell[] = [{ html: said((words) => words.columns.key) }, ...comparison.groups.map((_, i): TableCell => ({ html: text(groupLabel(comparison, i)) }))];
  const rows = comparison.differences.map(({ path, values }): TableCell[] => [{ html: `<code>${text(path)}</code>`, isHead: true }, ...values.map((own): TableCell => ({ html: text(shown(own)) }))]);
  return table({ caption: `${tableNumber(numbering)} ${said((words) => words.differencesCaption)}`, ...fitting(heads, rows, { html: said((words) => words.columns.group) }) }) + same;
}

function runsTable({ comparison }: ReportFacts, numbering: Numbering): string {
  const columns = (pick: (of: ReportWords["columns"]) => string): string => said((words) => pick(words.columns));
  const heads: TableCell[] = [
    { html: columns((c) => c.run) }, { html: columns((c) => c.name) }, { html: columns((c) => c.seed), isNumber: true }, { html: columns((c) => c.state) },
    { html: columns((c) => c.epochs), isNumber: true }, { html: columns((c) => c.time), isNumber: true }, { html: columns((c) => c.hash) },
  ];
  const rows = comparison.runs.map((run): TableCell[] => [
    { html: `<span class="whole">${text(run.id)}</span>`, isHead: true, order: Number(run.id.replace(/\D/g, "")) }, { html: text(groupName([run.name])) + (run.foreign === null ? "" : ` <small>${programTitles[run.foreign.program]}</small>`) }, { html: String(seedOf(run) ?? "–"), isNumber: true, order: seedOf(run) ?? -1 },
    { html: `<span class="whole">${said((words) => words.states[run.state] ?? run.state)}</span>` }, { html: run.spec === null ? "–" : `<span class="whole">${run.epoch} / ${run.epochs}</span>`, isNumber: true, order: run.epoch },
    { html: `<span class="whole">${said((words) => words.minutes(run.trainingMs))}</span>`, isNumber: true, order: run.trainingMs }, { html: run.weightHash === null ? "–" : hashed(run.weightHash) },
  ]);
  return table({ caption: `${tableNumber(numbering)} ${said((words) => words.runsCaption)}`, heads, rows, isSortable: true });
}

/** Most classes that a card names. */
const mostClasses = 40;

function dataCards({ comparison, data }: ReportFacts): string {
  const byHash = Map.groupBy(comparison.runs.filter(hasSpec), (run) => run.data.hash);
  return [...byHash].map(([hash, runs]) => card(runs, data[hash] ?? null)).join("");
}

function card(runs: readonly Run[], summary: DataSummary | null): string {
  const [{ data }] = runs as [Run, ...Run[]];
  const splits = [...new Set(runs.map((run) => JSON.stringify(run.data.rows)))].map((rows) => JSON.parse(rows) as Run["data"]["rows"]);
  const openings = runs.reduce((sum, { testOpenings }) => sum + testOpenings, 0);
  const lines: [Nothing, string][] = [
    [(words) => words.data.rows, summary === null ? said((words) => words.nothing.data) : count(summary.rows)],
    ...splits.map(({ train, validation, test }): [Nothing, string] => [(words) => words.data.split, said((words) => words.data.splitOf(train, validation, test))]),
    [(words) => words.data.features, data.shape.join(" × ")],
    ...(summary === null ? [] : [[(words) => words.data.target, text(summary.targetName)] as [Nothing, string]]),
    ...(summary !== null && summary.classes !== null ? [[(words) => words.data.classes, summary.classes.slice(0, mostClasses).map(({ name, rows }) => `${text(name)} <small>${count(rows)}</small>`).join(", ") + (summary.classes.length > mostClasses ? ` + ${summary.classes.length - mostClasses}` : "")] as [Nothing, string]] : []),
    ...(summary !== null && summary.targetRange !== null ? [[(words) => words.data.range, text(`${figured(summary.targetRange.min)}, ${figured(summary.targetRange.mean)} ± ${figured(summary.targetRange.deviation)}, ${figured(summary.targetRange.max)}`)] as [Nothing, string]] : []),
    [(words) => words.data.hash, hashed(data.hash)],
    [(words) => words.data.test, said((words) => words.data.opened(openings))],
  ];
  return `<div class="card"><h3>${text(data.name)}</h3><dl>${lines.map(([name, value]) => `<div><dt>${said(name)}</dt><dd>${value}</dd></div>`).join("")}</dl></div>`;
}

function specs({ comparison }: ReportFacts): string {
  const runs = new Map(comparison.runs.map((run) => [run.id, run]));
  return comparison.groups.map(({ runIds }, i) => `<details class="spec"><summary>${said((words) => words.specOf(groupLabel(comparison, i)))}</summary><pre tabindex="0"><code>${text(JSON.stringify(runs.get(runIds[0]!)!.spec ?? runs.get(runIds[0]!)!.foreign?.params, null, 2))}</code></pre></details>`).join("");
}

function journal(entries: readonly JournalEntry[]): string {
  const written = entries.filter((entry) => [entry.hypothesis, entry.result, entry.decision, entry.notes].some((one) => one.trim() !== ""));
  if (written.length === 0) return nothing((words) => words.nothing.journal);
  return written.map((entry) => {
    const parts = (["hypothesis", "result", "decision", "notes"] as const).filter((name) => entry[name].trim() !== "");
    return `<div class="card"><h3>${entry.subject === "project" ? said((words) => words.journal.project) : text(entry.subject)}</h3>${parts.map((name) => `<h4>${said((words) => words.journal[name])}</h4><div class="prose">${markdownHtml(entry[name], 4)}</div>`).join("")}</div>`;
  }).join("");
}
