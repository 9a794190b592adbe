/** A report under the hands of a person: shown at once, saved a moment later, taken back by Undo. */

import type { Comparison } from "../../src-main/contract/comparison.ts";
import type { Report, ReportBlock, ReportFile } from "../../src-main/contract/reports.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import type { Words } from "../words/words.svelte.ts";
import type { Deeds } from "./deeds.svelte.ts";

type Calls = Pick<Workbench, "report" | "changeReport" | "freezeReport" | "exportReport" | "compareRuns">;
/** `later` runs something after a while, unless the returned function is called before. */
interface Parts { readonly id: string; readonly workbench: Calls; readonly deeds: Deeds; readonly later: (run: () => void, ms: number) => () => void; readonly now: () => number }
/** What a person arranges. */
export type Arranged = Pick<Report, "title" | "subject" | "blocks">;
export type Change = keyof Words["reports"]["deeds"];

/** So long a pause in changing saves. */
const pauseMs = 500;
/** Changes of the same field within this time are taken back together. */
const togetherMs = 4000;

export class ReportDesk {
  report = $state.raw<Report | null>(null);
  failure = $state.raw<Error | null>(null);
  /** What could not be saved; the change stays on the screen. */
  trouble = $state.raw<Error | null>(null);
  isSaving = $state(false);
  /** The runs side by side: for the forms' choices. Null while it is read, or where there are none. */
  comparison = $state.raw<Comparison | null>(null);
  /** The page as it is now, and what it holds. */
  file = $state.raw<ReportFile | null>(null);
  previewFailure = $state.raw<Error | null>(null);
  isRendering = $state(false);
  #renders = 0;
  #compares = 0;
  #cancel: (() => void) | null = null;
  #saving: Promise<void> = Promise.resolve();
  #last: { readonly field: string; readonly atMs: number } | null = null;
  readonly #parts: Parts;

  constructor(parts: Parts) { this.#parts = parts; }

  async load(): Promise<void> {
    try {
      this.report = await this.#parts.workbench.report({ reportId: this.#parts.id });
      this.failure = null;
      void this.#compare();
      await this.render();
    } catch (error) {
      this.failure = error as Error;
    }
  }

  get isFrozen(): boolean { return this.report?.frozenMs !== null; }

  /** Shows the change, remembers how to take it back, saves it soon. `field`: what a series of small changes is about, so that one Undo takes all of them back. */
  change(changed: Partial<Arranged>, what: Change, field: string | null = null): void {
    const { report } = this;
    if (report === null || this.isFrozen) return;
    const before: Arranged = { title: report.title, subject: report.subject, blocks: report.blocks };
    const now = this.#parts.now(), isMore = field !== null && this.#last?.field === field && now - this.#last.atMs < togetherMs;
    this.#last = field === null ? null : { field, atMs: now };
    this.#show(changed);
    // A later Redo brings the newest of a series, which is what the screen shows by then.
    if (!isMore) {
      let after: Arranged | null = null;
      this.#parts.deeds.tell({
        isSeen: true, owner: this, said: (words) => words.reports.deeds[what],
        undo: async () => { const { title, subject, blocks } = this.report!; after = { title, subject, blocks }; this.#last = null; this.#show(before); await this.save(); },
        redo: async () => { this.#last = null; this.#show(after!); await this.save(); },
      });
    }
    this.#cancel?.();
    this.#cancel = this.#parts.later(() => { void this.save(); }, pauseMs);
  }

  changeBlock(at: number, block: ReportBlock): void {
    this.change({ blocks: this.report!.blocks.with(at, block) }, "blocks", `block ${at}`);
  }

  /** The part `from` stands at the place `to` afterwards. */
  moveBlock(from: number, to: number): void {
    const { blocks } = this.report!;
    const block = blocks[from];
    if (block === undefined || to < 0 || to >= blocks.length || to === from) return;
    this.change({ blocks: blocks.toSpliced(from, 1).toSpliced(to, 0, block) }, "moved");
  }

  #show(changed: Partial<Arranged>): void {
    if (this.report === null) return;
    const isOther = changed.subject !== undefined && changed.subject !== this.report.subject;
    this.report = { ...this.report, ...changed };
    if (isOther) void this.#compare();
  }

  /** Saves what is not saved, of a frozen report nothing; one after the other, so that the newest stands last. */
  save(): Promise<void> {
    this.#cancel?.();
    this.#cancel = null;
    this.#saving = this.#saving.then(async () => {
      const { report } = this;
      if (report === null || this.isFrozen) return;
      const { id: reportId, title, subject, blocks } = report;
      // A title that is being rewritten may be empty for a moment.
      if (title.trim() === "") return;
      this.isSaving = true;
      try {
        const saved = await this.#parts.workbench.changeReport({ reportId, title, subject, blocks });
        this.trouble = null;
        if (this.report !== null) this.report = { ...this.report, changedMs: saved.changedMs };
        void this.render();
      } catch (error) {
        this.trouble = error as Error;
      } finally {
        this.isSaving = false;
      }
    });
    return this.#saving;
  }

  /** What waits to be saved is saved now. */
  leave(): void {
    if (this.#cancel !== null) void this.save();
    this.#parts.deeds.forget(this);
  }

  async freeze(isFrozen: boolean): Promise<void> {
    await (this.#cancel === null ? this.#saving : this.save());
    this.report = await this.#parts.workbench.freezeReport({ reportId: this.#parts.id, isFrozen });
    this.#parts.deeds.forget(this);
    await this.render();
  }

  /** Reads the page anew; the old one stays until the new one is there. */
  async render(): Promise<void> {
    const turn = ++this.#renders;
    this.isRendering = true;
    try {
      const file = await this.#parts.workbench.exportReport({ report: this.#parts.id, format: "html", language: "en", theme: "light" });
      if (turn !== this.#renders) return;
      this.file = file;
      this.previewFailure = null;
    } catch (error) {
      if (turn === this.#renders) this.previewFailure = error as Error;
    } finally {
      if (turn === this.#renders) this.isRendering = false;
    }
  }

  async #compare(): Promise<void> {
    const turn = ++this.#compares;
    const { subject } = this.report!;
    try {
      const comparison = subject.runIds.length === 0 ? null : await this.#parts.workbench.compareRuns(subject);
      if (turn === this.#compares) this.comparison = comparison;
    } catch {
      // The preview says what is wrong with the runs; the forms then know no metrics.
      if (turn === this.#compares) this.comparison = null;
    }
  }
}
