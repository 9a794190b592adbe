/** One entry of the journal being written: saved by itself after a rest, with undo. Knows no page and no DOM. */

import type { JournalEntry } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";

export const journalParts = ["hypothesis", "result", "decision", "notes"] as const;
export type JournalPart = (typeof journalParts)[number];
export type Texts = Readonly<Record<JournalPart, string>>;

export interface JournalPorts {
  readonly workbench: Pick<Workbench, "journal" | "writeJournal">;
  /** Milliseconds, for joining quick edits into one step of undo. */
  now(): number;
  /** Runs something later; the returned function prevents it. */
  later(run: () => void, milliseconds: number): () => void;
}

/** Edits of one part closer together than this are undone together. */
const joinWithinMs = 1000;
/** How long the hand rests before it is saved. */
const restMs = 800;
const longestHistory = 200;
const nothing: Texts = { hypothesis: "", result: "", decision: "", notes: "" };

export class JournalDraft {
  readonly subject: string;
  texts = $state.raw<Texts>(nothing);
  /** As the project has it; null before it was read. */
  kept = $state.raw<JournalEntry | null>(null);
  isSaving = $state(false);
  failure = $state.raw<Error | null>(null);
  #past = $state.raw<readonly Texts[]>([]);
  #future = $state.raw<readonly Texts[]>([]);
  #lastEdit: { part: JournalPart | ""; ms: number } = { part: "", ms: Number.NEGATIVE_INFINITY };
  #cancel = (): void => undefined;
  readonly #ports: JournalPorts;

  canUndo = $derived(this.#past.length > 0);
  canRedo = $derived(this.#future.length > 0);
  isEmpty = $derived(journalParts.every((part) => this.texts[part].trim() === ""));
  /** Something is written that the project does not have yet. */
  isDirty = $derived(this.kept !== null && journalParts.some((part) => this.texts[part] !== this.kept![part]));

  constructor(subject: string, ports: JournalPorts) {
    this.subject = subject;
    this.#ports = ports;
  }

  async read(): Promise<void> {
    try {
      const entry = await this.#ports.workbench.journal({ subject: this.subject });
      if (!this.isDirty) this.#take(entry);
      this.failure = null;
    } catch (error) {
      this.failure = error as Error;
    }
  }

  write(part: JournalPart, text: string): void {
    if (text === this.texts[part]) return;
    const now = this.#ports.now();
    if (part !== this.#lastEdit.part || now - this.#lastEdit.ms > joinWithinMs) this.#past = [...this.#past, this.texts].slice(-longestHistory);
    this.#lastEdit = { part, ms: now };
    this.#future = [];
    this.texts = { ...this.texts, [part]: text };
    this.#saveLater();
  }

  undo(): void {
    const last = this.#past.at(-1);
    if (last === undefined) return;
    this.#past = this.#past.slice(0, -1);
    this.#future = [...this.#future, this.texts];
    this.#travel(last);
  }

  redo(): void {
    const next = this.#future.at(-1);
    if (next === undefined) return;
    this.#future = this.#future.slice(0, -1);
    this.#past = [...this.#past, this.texts];
    this.#travel(next);
  }

  /** Saves at once what waits: when a field, or the page, is left. */
  async save(): Promise<void> {
    this.#cancel();
    if (!this.isDirty || this.isSaving || this.kept === null) return;
    const { texts, kept } = this;
    const changed = Object.fromEntries(journalParts.filter((part) => texts[part] !== kept[part]).map((part) => [part, texts[part]]));
    this.isSaving = true;
    try {
      this.kept = await this.#ports.workbench.writeJournal({ subject: this.subject, ...changed });
      this.failure = null;
    } catch (error) {
      this.failure = error as Error;
    }
    this.isSaving = false;
    // What was written meanwhile.
    if (this.failure === null && this.isDirty) this.#saveLater();
  }

  #travel(to: Texts): void {
    this.#lastEdit = { part: "", ms: Number.NEGATIVE_INFINITY };
    this.texts = to;
    this.#saveLater();
  }

  #saveLater(): void {
    this.#cancel();
    this.#cancel = this.#ports.later(() => { void this.save(); }, restMs);
  }

  #take(entry: JournalEntry): void {
    const { hypothesis, result, decision, notes } = entry;
    this.kept = entry;
    this.texts = { hypothesis, result, decision, notes };
  }
}
