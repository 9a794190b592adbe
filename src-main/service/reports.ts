/** Reports: the facts of this moment for what a person arranged, and files made of them. */

import { createHash } from "node:crypto";
import { engineVersion } from "../../src-engine/index.ts";
import { SpecError, StoreError } from "../../src-engine/spec/errors.ts";
import { problem } from "../../src-engine/spec/param.ts";
import { headlineMetric } from "../contract/headline.ts";
import { hasSpec } from "../contract/nouns.ts";
import type { Component, DataSummary, JournalEntry, Run, RunId } from "../contract/nouns.ts";
import { blocksOf, chartsOf, type ChartWish, type Report, type ReportCurves, type ReportDraft, type InsightFacts, type ReportFacts, type ReportFile, type ReportId, type ReportSubject, type SweepFacts } from "../contract/reports.ts";
import type { SweepId } from "../contract/sweeps.ts";
import type { Workbench } from "../contract/workbench.ts";
import type { ChartView } from "../contract/chart-view.ts";
import { reportWords } from "../report/html/words.ts";
import type { Store } from "../store/open.ts";
import { projectName } from "../store/place.ts";
import type { Comparisons } from "./comparisons.ts";
import type { Curves } from "./curves.ts";
import type { TaskEvent } from "../contract/examination.ts";
import type { Datasets } from "./datasets.ts";
import type { Examinations } from "./examinations.ts";
import type { SweepCalls } from "./sweeps.ts";

/** Points of a curve in a report: as many as its drawing has pixels across. */
const points = 700;
/** More runs than these show their means only. */
const mostMembers = 200;

/** Confusion matrices kept between two renderings. */
const mostMatrices = 200;

/** Of fewer trials no forest can say which axes matter. */
const leastTrials = 10;

/** Prints a page of HTML as PDF; a door without it has no such port. */
export type PrintPdf = (html: string) => Promise<Uint8Array>;

export interface Reports {
  list(): readonly Report[];
  get(id: ReportId): Report;
  create(wish: Parameters<Workbench["createReport"]>[0]): Promise<Report>;
  change(wish: Parameters<Workbench["changeReport"]>[0]): Report;
  freeze(id: ReportId, isFrozen: boolean): Promise<Report>;
  drop(id: ReportId): void;
  chart(wish: ChartWish): Promise<ChartView>;
  render(wish: Parameters<Workbench["exportReport"]>[0]): ReturnType<Workbench["exportReport"]>;
}

interface Parts { readonly store: Store; readonly datasets: Datasets; readonly compared: Comparisons; readonly stored: Curves; readonly sweeps: Pick<SweepCalls, "sweep" | "sweepWinner" | "sweepImportance">; readonly examined: Pick<Examinations, "examine" | "diagnose">; readonly now: () => number; readonly printPdf: PrintPdf | undefined; readonly door: string }

/** A draft with its blocks, which are the template's where it has none. */
type Whole = Pick<Report, "title" | "template" | "subject" | "blocks">;

export function reports({ store, datasets, compared, stored, sweeps, examined, now, printPdf, door }: Parts): Reports {
  const matrices = new Map<string, NonNullable<InsightFacts["confusion"]>>();

  async function factsOf({ subject, blocks }: Pick<Report, "subject" | "blocks">): Promise<ReportFacts> {
    const comparison = compared.groups(subject.runIds, subject.grouping, subject.baseline);
    const groups = comparison.groups.map(({ runIds }) => runIds);
    const curves = chartsOf(blocks).map(({ metric, x }) => curvesOf(groups, metric, x));
    return {
      atMs: now(), project: projectName(store.file), version: engineVersion, comparison, curves,
      data: await cards(comparison.runs, blocks.some(({ kind }) => kind === "data")),
      journal: blocks.some(({ kind }) => kind === "journal") ? journal(comparison.runs) : [],
      sweeps: Object.fromEntries(await Promise.all([...new Set(blocks.flatMap((block) => (block.kind === "sweep" && block.sweepId !== null ? [block.sweepId] : [])))].map(async (id) => [id, await sweepFacts(id)] as const))),
      insights: await insights(groups.map(([first]) => first!), new Set(blocks.map(({ kind }) => kind))),
      points: store.series.points(comparison.runs.map(({ id }) => id)),
    };
  }

  function curvesOf(groups: readonly (readonly RunId[])[], metric: string, x: ReportCurves["x"]): ReportCurves {
    const all = groups.flat();
    return {
      metric, x, means: stored.groups({ groups, metrics: [metric], x, points }),
      members: all.length > mostMembers || groups.every(({ length }) => length === 1) ? [] : stored.groups({ groups: all.map((id) => [id]), metrics: [metric], x, points }),
    };
  }

  /** Of each group's first run what the report's parts ask for. */
  async function insights(runIds: readonly RunId[], kinds: ReadonlySet<string>): Promise<Record<RunId, InsightFacts>> {
    const found: Record<RunId, InsightFacts> = {};
    if (!kinds.has("confusion") && !kinds.has("diagnosis")) return found;
    for (const id of runIds) {
      found[id] = { confusion: kinds.has("confusion") ? await confusionOf(id) : null, diagnosis: kinds.has("diagnosis") ? await resultOf(examined.diagnose(id)) : null };
    }
    return found;
  }

  /** Looked at once for each state of a run, so that a preview does not do it again for every letter. */
  async function confusionOf(id: RunId): Promise<InsightFacts["confusion"]> {
    const key = `${id} ${store.runs.get(id).run.weightHash ?? ""}`;
    const known = matrices.get(key);
    if (known !== undefined) return known;
    const { ofClasses, classes, rows } = (await resultOf(examined.examine(id, "validation", null))) ?? { ofClasses: null, classes: null, rows: 0 };
    if (ofClasses === null || classes === null) return null;
    const made = { classes, counts: ofClasses.confusion, rows, accuracy: ofClasses.accuracy };
    if (!key.endsWith(" ")) {
      matrices.set(key, made);
      if (matrices.size > mostMatrices) matrices.delete(matrices.keys().next().value!);
    }
    return made;
  }

  /** Null where there is no such sweep any more. */
  async function sweepFacts(sweepId: SweepId): Promise<SweepFacts | null> {
    try {
      const { sweep, trials } = await sweeps.sweep({ sweepId });
      const told = trials.filter(({ values }) => values?.every(Number.isFinite) === true);
      const axes = Object.keys(sweep.spec.axes).length;
      return { sweep, trials, winner: await sweeps.sweepWinner({ sweepId }), importance: axes < 2 || told.length < leastTrials ? null : await sweeps.sweepImportance({ sweepId, method: "fanova" }) };
    } catch (error) {
      if (error instanceof StoreError) return null;
      throw error;
    }
  }

  async function cards(runs: readonly Run[], areWanted: boolean): Promise<Record<string, DataSummary | null>> {
    const found: Record<string, DataSummary | null> = {};
    if (areWanted) for (const { data: { hash }, spec } of runs.filter(hasSpec)) if (!Object.hasOwn(found, hash)) found[hash] = await card(hash, spec.data);
    return found;
  }

  /** Null where the data are gone, or others than those that were trained on. */
  async function card(hash: string, data: Component): Promise<DataSummary | null> {
    try {
      const { summary } = await datasets.read(data);
      return summary.hash === hash ? summary : null;
    } catch (error) {
      if (error instanceof SpecError || error instanceof StoreError) return null;
      throw error;
    }
  }

  function journal(runs: readonly Run[]): JournalEntry[] {
    const subjects = ["project", ...new Set(runs.map(({ experimentId }) => experimentId)), ...runs.map(({ id }) => id)];
    return subjects.map((subject) => store.journal.read(subject));
  }

  function mustFollow(id: ReportId): Report {
    const report = store.reports.get(id);
    if (report.frozenMs !== null) throw new StoreError("frozen", `report ${id} is frozen: its text and its numbers stand as they were`, {}, "Let it follow its runs again to change it.");
    return report;
  }

  function mustBeThere({ runIds, baseline }: ReportSubject): void {
    for (const id of runIds) store.runs.get(id);
    if (baseline !== null && !runIds.includes(baseline)) throw new SpecError([problem("subject.baseline", "mismatch", `must be one of the report's runs; got ${baseline}`, { got: baseline })]);
  }

  async function whole({ title, template, subject: named, sweepId, blocks }: ReportDraft): Promise<Whole> {
    const subject = sweepId === undefined || named.runIds.length > 0 ? named : { ...named, runIds: await winnersOf(sweepId) };
    mustBeThere(subject);
    if (blocks !== undefined) return { title, template, subject, blocks };
    const { metrics } = compared.groups(subject.runIds, subject.grouping, subject.baseline);
    return { title, template, subject, blocks: blocksOf(template, headlineMetric(metrics)?.metric ?? null, sweepId ?? null) };
  }

  /** The runs that confirmed the winner; else those of the trial that looks best; none while no trial has a result. */
  async function winnersOf(sweepId: SweepId): Promise<readonly RunId[]> {
    const { confirmed: [first], raw } = await sweeps.sweepWinner({ sweepId });
    if (first !== undefined) return first.runIds;
    const { trials } = await sweeps.sweep({ sweepId });
    return trials.find(({ number }) => number === raw?.trial)?.runs.map(({ runId }) => runId) ?? [];
  }

  async function bytesOf(report: Whole, facts: ReportFacts, { format, language, theme }: Omit<Parameters<Workbench["exportReport"]>[0], "report">): Promise<ReportFile["bytes"]> {
    // What only files need is loaded with the first of them: a program starts without it.
    if (format === "md") return new TextEncoder().encode((await import("../report/markdown.ts")).reportMarkdown(report, facts, language));
    const html = (await import("../report/html/page.ts")).reportHtml(report, facts, { language, theme }, digest);
    if (format === "html") return new TextEncoder().encode(html);
    if (printPdf === undefined) throw new StoreError("noPdf", `the ${door} door cannot print a PDF: there is no Electron, and no Chromium, Chrome or Edge was found on this machine`, {}, "Install one of them, or save the report as HTML and print it from a browser.");
    return printPdf(html);
  }

  return {
    list: () => store.reports.list(),
    get: (id) => store.reports.get(id),
    create: async (draft) => store.reports.add(await whole(draft), now()),
    change({ reportId, ...changes }) {
      mustFollow(reportId);
      if (changes.subject !== undefined) mustBeThere(changes.subject);
      return store.reports.change(reportId, changes, now());
    },
    async freeze(id, isFrozen) {
      const report = store.reports.get(id);
      if (isFrozen === (report.frozenMs !== null)) return report;
      return store.reports.freeze(id, isFrozen ? await factsOf(report) : null);
    },
    drop(id) { store.reports.drop(id); },
    async chart({ subject, metric, x, scale, language }) {
      mustBeThere(subject);
      const comparison = compared.groups(subject.runIds, subject.grouping, subject.baseline);
      const curves = curvesOf(comparison.groups.map(({ runIds }) => runIds), metric, x);
      const known = [...new Set(comparison.runs.flatMap(({ metrics }) => Object.keys(metrics)))].sort().join(", ");
      if (curves.means.length === 0) throw new StoreError("noPoints", `none of these runs has the metric ${metric}`, {}, known === "" ? "Wait until they have trained an epoch." : `They have ${known}.`);
      return (await import("../report/html/figure.ts")).viewOf(comparison, curves, { scale }, reportWords[language]);
    },
    async render({ report: asked, format, language, theme }) {
      const report = typeof asked === "string" ? store.reports.get(asked) : await whole(asked);
      const facts = (typeof asked === "string" ? store.reports.facts(asked) : null) ?? await factsOf(report);
      const name = `${report.title.replace(/[^\p{L}\p{N} ._-]+/gu, " ").trim().slice(0, 80) || "report"}.${format}`;
      const held = { name, runs: facts.comparison.runs.length, points: facts.points, testOpenings: facts.comparison.runs.reduce((sum, { testOpenings }) => sum + testOpenings, 0) };
      return { ...held, bytes: await bytesOf(report, facts, { format, language, theme: format === "pdf" ? "light" : theme }) };
    },
  };
}

/** What a task comes to; null where the run cannot be looked at in this way. */
async function resultOf<R>(events: AsyncIterable<TaskEvent<R>>): Promise<R | null> {
  try {
    for await (const event of events) if (event.kind === "result") return event.result;
    return null;
  } catch (error) {
    if (error instanceof SpecError || error instanceof StoreError) return null;
    throw error;
  }
}

const digest = (of: string): string => createHash("sha256").update(of, "utf8").digest("base64");
