/** A report as Markdown: the same parts as the page, charts as tables of their last points, numbers as text. Pure. */

import type { Comparison } from "../contract/comparison.ts";
import { diagnosisTongues, gapText, sentenceOf as stateSentence } from "../contract/diagnosis-words.ts";
import { figure, isShare, percent, spreadText } from "../contract/figures.ts";
import { programTitles, seedOf } from "../contract/foreign-runs.ts";
import { hasSpec } from "../contract/nouns.ts";
import { headlineMetric } from "../contract/headline.ts";
import type { Report, ReportBlock, ReportFacts } from "../contract/reports.ts";
import { sayOf, sentenceOf } from "../contract/statement-words.ts";
import { groupLabel } from "./html/figure.ts";
import { fitting } from "./html/markup.ts";
import { sweepMarkdown } from "./html/sweep.ts";
import { metricLabel, reportWords, type ReportLanguage, type ReportWords } from "./html/words.ts";

export function reportMarkdown(report: Pick<Report, "title" | "subject" | "blocks">, facts: ReportFacts, language: ReportLanguage): string {
  const words = reportWords[language];
  const parts = report.blocks.map((block) => partOf(block, facts, words, language)).filter((part) => part !== "");
  return [`# ${inline(report.title)}`, inline(words.written(words.date(facts.atMs), facts.version, facts.project)), ...parts, ""].join("\n\n");
}

/** What Markdown would take for its own is escaped. */
const inline = (text: string): string => text.replace(/[\\`*_{}[\]<>#|$]/g, "\\$&").replace(/\r?\n/g, " ");
const cell = (text: string): string => inline(text);

function table(heads: readonly string[], rows: readonly (readonly string[])[], firstNumber = 1): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map((_, i) => (i < firstNumber ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

/** With the groups down instead of across where there are too many of them, as the page has it. */
function byGroup(corner: string, labels: readonly string[], rows: readonly (readonly string[])[], words: ReportWords): string {
  const { heads, rows: turned } = fitting([{ html: corner }, ...labels.map((html) => ({ html }))], rows.map((row) => row.map((html) => ({ html }))), { html: words.columns.group });
  return table(heads.map(({ html }) => html), turned.map((row) => row.map(({ html }) => html)));
}

function partOf(block: ReportBlock, facts: ReportFacts, words: ReportWords, language: ReportLanguage): string {
  const title = block.title.trim() !== "" ? inline(block.title) : block.kind === "text" || block.kind === "chart" ? "" : words.titles[block.kind];
  const inner = contentOf(block, facts, words, language);
  return [title === "" ? "" : `## ${title}`, inner].filter((part) => part !== "").join("\n\n");
}

function contentOf(block: ReportBlock, facts: ReportFacts, words: ReportWords, language: ReportLanguage): string {
  const { comparison } = facts;
  const labels = comparison.groups.map((_, i) => cell(groupLabel(comparison, i)));
  switch (block.kind) {
    case "text": return block.text.trim();
    case "confusion": return comparison.groups.flatMap(({ runIds }, i) => {
      const found = facts.insights[runIds[0]!]?.confusion ?? null;
      if (found === null) return [];
      const n = found.classes.length;
      return [`**${labels[i]!}**`, table([words.insight.corner, ...found.classes.map(cell)], found.classes.map((name, at) => [cell(name), ...Array.from(found.counts.subarray(at * n, (at + 1) * n), String)]))];
    }).join("\n\n") || words.nothing.insight;
    case "diagnosis": return comparison.groups.flatMap(({ runIds }, i) => {
      const found = facts.insights[runIds[0]!]?.diagnosis ?? null, tongue = diagnosisTongues[language];
      return found === null ? [] : [`**${labels[i]!}: ${inline(stateSentence(found, tongue))}**`, `- ${tongue.bias}: ${gapText(found.bias, tongue)}${found.variance === null ? "" : `\n- ${tongue.variance}: ${gapText(found.variance, tongue)}`}`];
    }).join("\n\n") || words.nothing.insight;
    case "sweep": return sweepMarkdown(block.sweepId === null ? null : facts.sweeps[block.sweepId] ?? null, words, { cell, table });
    case "verdict": return verdict(block.metric, comparison, words, language);
    case "chart": {
      const curves = facts.curves.find(({ metric, x }) => metric === block.metric && x === block.x);
      if (curves === undefined || curves.means.length === 0) return words.nothing.chart;
      const value = (of: number): string => (isShare(block.metric) ? `${percent(of)} %` : figure(of));
      return table([cell(metricLabel(words, block.metric)), words.axes[block.x], words.columns.mean, words.columns.n], curves.means.map(({ group, x, mean, n }) => [labels[group]!, figure(x.at(-1)!), value(mean.at(-1)!), String(n.at(-1)!)]));
    }
    case "results": {
      const metrics = block.metrics.length === 0 ? comparison.metrics : comparison.metrics.filter(({ metric }) => block.metrics.includes(metric));
      if (metrics.length === 0) return words.nothing.results;
      return byGroup(words.columns.metric, labels, metrics.map(({ metric, results }) => [cell(`${metricLabel(words, metric)}${isShare(metric) ? ", %" : ""}`), ...results.map(({ n, mean, half }) => {
        const figures = spreadText(metric, mean, half);
        return n === 0 ? "–" : `${figures.mean}${Number.isNaN(half) ? "" : ` ± ${figures.half}`}${n > 1 ? ` (n ${n})` : ""}`;
      })]), words);
    }
    case "differences": return [
      comparison.differences.length === 0 ? words.nothing.differences : byGroup(words.columns.key, labels, comparison.differences.map(({ path, values }) => [cell(path), ...values.map((own) => cell(own.map((one) => (one === null ? "–" : String(one))).join(", ")))]), words),
      words.same(comparison.same.length),
    ].join("\n\n");
    case "runs": return table([words.columns.run, words.columns.name, words.columns.seed, words.columns.state, words.columns.hash], comparison.runs.map(({ id, name, spec, foreign, state, weightHash }) => [id, cell(foreign === null ? name : `${name} (${programTitles[foreign.program]})`), String(seedOf({ spec, foreign }) ?? "–"), words.states[state] ?? state, weightHash ?? "–"]), 5);
    case "data": return [...new Map(comparison.runs.filter(hasSpec).map((run) => [run.data.hash, run.data]))].map(([hash, { name, rows }]) => `- **${inline(name)}**: ${words.data.splitOf(rows.train, rows.validation, rows.test)}; SHA-256 \`${hash}\``).join("\n");
    case "specs": {
      const runs = new Map(comparison.runs.map((run) => [run.id, run]));
      return comparison.groups.map(({ runIds }, i) => `${words.specOf(labels[i]!)}\n\n\`\`\`json\n${JSON.stringify(runs.get(runIds[0]!)!.spec ?? runs.get(runIds[0]!)!.foreign?.params, null, 2).replaceAll("```", "\\u0060\\u0060\\u0060")}\n\`\`\``).join("\n\n");
    }
    case "journal": return facts.journal.flatMap((entry) => (["hypothesis", "result", "decision", "notes"] as const).filter((name) => entry[name].trim() !== "").map((name) => `**${entry.subject}, ${words.journal[name]}**\n\n${entry[name].trim()}`)).join("\n\n") || words.nothing.journal;
  }
}

function verdict(wished: string | null, comparison: Comparison, words: ReportWords, language: ReportLanguage): string {
  const chosen = wished === null ? headlineMetric(comparison.metrics) : comparison.metrics.find(({ metric }) => metric === wished);
  const rivals = chosen?.statements.filter((one) => one !== null).length ?? 0;
  if (chosen === undefined || rivals === 0) return words.nothing.verdict;
  return chosen.statements.flatMap((statement, i) => {
    if (statement === null) return [];
    const spoken = sayOf(statement, { baseline: groupLabel(comparison, comparison.baseline), group: groupLabel(comparison, i), metric: chosen.metric, label: metricLabel(words, chosen.metric), rivals }, language);
    return [`**${inline(sentenceOf(spoken, language))}**`, ...spoken.notes.map(inline)];
  }).join("\n\n");
}
