/** What a person does with the runs chosen in the table: more seeds, once more, marks, a comparison, a report. One thing at a time. */

import { mostRuns } from "../../src-main/contract/limits.ts";
import { ownRun } from "../../src-main/contract/foreign-runs.ts";
import { isOver, type RunId, type RunRow } from "../../src-main/contract/nouns.ts";
import { t } from "../words/words.svelte.ts";
import { beginReport, runsDraft } from "./begin-report.ts";
import { bulkMarks, type BulkMarks } from "./bulk-marks.ts";
import type { AppContext } from "./context.ts";
import { runMarks } from "./run-marks.ts";
import type { Later, RunTable } from "./run-table.svelte.ts";

/** More at once would fill the queue by a slip of the hand. */
export const mostStarted = 50;
/** As many as a comparison wants. */
const usualSeeds = 5;
/** How long a sentence stays, in milliseconds. */
const saidMs = 3000;

type Ports = Pick<AppContext, "workbench" | "route" | "troubles" | "deeds"> & { readonly later: Later; readonly count: (n: number) => string };

export class ChosenRuns {
  busy = $state(false);
  /** What was just done, for a moment. */
  said = $state("");
  isTagging = $state(false);
  readonly #table: RunTable;
  readonly #ports: Ports;
  readonly #marks: BulkMarks;
  /** Seeds for the chosen groups: until five, then until all have as many as the largest, from there one more. */
  readonly more: { readonly seeds: number; readonly runs: number } | null = $derived.by(() => {
    const { grouping, chosenGroups } = this.#table;
    if (grouping.kind !== "allButSeed" || chosenGroups.length === 0) return null;
    const sizes = chosenGroups.map(({ runIds }) => runIds.length), largest = Math.max(...sizes);
    const seeds = largest < usualSeeds ? usualSeeds : Math.min(...sizes) < largest ? largest : largest + 1;
    return { seeds, runs: sizes.reduce((sum, n) => sum + seeds - n, 0) };
  });
  readonly active: number = $derived.by(() => this.#table.chosen.filter(({ state }) => !isOver(state)).length);
  /** Only a query that asks for the archive shows what is in it. */
  readonly areArchived: boolean = $derived.by(() => this.#table.fault === null && /\barchived = true\b/.test(this.#table.text));
  /** Groups of which every run is chosen. */
  readonly wholeGroups = $derived.by(() => this.#table.chosenGroups.filter(({ id }) => this.#table.selection(id) === "all"));
  /** What the selection is as a baseline: one group, or one run. */
  readonly rival: RunRow | null = $derived.by(() => {
    const { chosen, chosenGroups } = this.#table;
    return chosen.length === 1 || (chosenGroups.length === 1 && this.wholeGroups.length === 1) ? chosen[0]! : null;
  });

  constructor(table: RunTable, ports: Ports) {
    this.#table = table;
    this.#ports = ports;
    this.#marks = bulkMarks(ports);
  }

  get ids(): readonly RunId[] { return this.#table.chosen.map(({ id }) => id); }
  /** Few enough for one comparison, and one at least. */
  get areNameable(): boolean { return this.#table.chosen.length > 0 && this.#table.chosen.length <= mostRuns; }
  get canCompare(): boolean { return this.areNameable && this.#table.chosen.length > 1; }
  get canReport(): boolean { return this.areNameable && !this.busy; }
  get canSeed(): boolean { return this.more !== null && this.more.runs > 0 && this.more.runs <= mostStarted && !this.busy; }
  get canRepeat(): boolean { return this.#table.chosen.length > 0 && this.#table.chosen.length <= mostStarted && !this.busy; }
  get canMark(): boolean { return this.#table.chosen.length > 0 && !this.busy; }
  get canTrash(): boolean { return this.canMark && this.active === 0; }

  compare(): void { if (this.canCompare) this.#ports.route.go(`/compare/${this.ids.join(",")}`); }

  async report(): Promise<void> {
    if (!this.canReport) return;
    const names = (this.wholeGroups.length > 0 ? this.wholeGroups : this.#table.chosen).map(({ name }) => name);
    await this.#alone(() => beginReport(this.#ports, runsDraft(names.length === 1 ? names[0]! : t().reports.ofGroups(names), this.ids, this.#table.grouping)));
  }

  async addSeeds(): Promise<void> {
    const { more } = this;
    if (more === null || !this.canSeed) return;
    const groups = this.#table.chosenGroups.map(({ runIds }) => runIds);
    await this.#begin(async () => (await this.#ports.workbench.matchSeeds({ groups, seeds: more.seeds })).runIds.length);
  }

  /** Each chosen run once more, under its own spec. */
  async repeat(): Promise<void> {
    if (!this.canRepeat) return;
    const { workbench } = this.#ports, { ids } = this;
    await this.#begin(async () => {
      for (const runId of ids) {
        const { spec, experimentId } = ownRun(await workbench.run({ runId }), "trained again");
        await workbench.startRun({ experimentId, spec });
      }
      return ids.length;
    });
  }

  tag(tag: string): Promise<void> { return this.#mark(() => this.#marks.tag(this.ids, tag)); }
  untag(tag: string): Promise<void> { return this.#mark(() => this.#marks.untag(this.ids, tag)); }
  archive(): Promise<void> { return this.#mark(() => this.#marks.archive(this.ids, !this.areArchived)); }

  async trash(): Promise<void> {
    if (!this.canTrash) return;
    const { ids } = this;
    await this.#mark(async () => {
      await this.#marks.trash(ids);
      return ids.length;
    });
  }

  makeBaseline(runId: RunId): Promise<void> {
    const { workbench, deeds } = this.#ports;
    return this.#mark(async () => {
      const run = await workbench.run({ runId });
      if (run.isBaseline) return 0;
      await runMarks({ workbench, deeds }, () => run, () => undefined).mark({ isBaseline: true });
      return 1;
    });
  }

  /** A sentence for a moment. */
  say(said: string): void {
    this.said = said;
    this.#ports.later(() => { this.said = ""; }, saidMs);
  }

  /** Starts runs and says how many. */
  #begin(starting: () => Promise<number>): Promise<void> {
    return this.#alone(() => this.#ports.troubles.attempt(t().table.couldNotStart, async () => {
      const n = await starting();
      this.say(t().table.started(n, this.#ports.count(n)));
    }));
  }

  async #mark(work: () => Promise<number>): Promise<void> {
    await this.#alone(() => this.#ports.troubles.attempt(t().table.couldNotMark, async () => { if (await work() === 0) this.say(t().table.nothingChanged); }));
    this.isTagging = false;
  }

  async #alone(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    try { await work(); } finally { this.busy = false; }
  }
}
