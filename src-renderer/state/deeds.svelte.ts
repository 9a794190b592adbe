/** What was done and can be taken back: a toast with Undo for each, and one order in which Ctrl Z goes back and Ctrl Shift Z forward again. */

import type { Words } from "../words/words.svelte.ts";

export interface Deed {
  /** What was done, said in whichever language is spoken when it is read: `3 runs moved to the trash`. */
  readonly said: (words: Words) => string;
  readonly undo: () => Promise<void>;
  readonly redo: () => Promise<void>;
  /** Where to see what came of it. */
  readonly way?: { readonly said: (words: Words) => string; readonly go: () => void };
  /** Seen at once where it is done, as a column's width is: no toast says it, neither there nor back. */
  readonly isSeen?: boolean;
  /** A page whose deeds are forgotten when it is left. */
  readonly owner?: object;
}
/** A line at the bottom right; with a deed while that can be taken back. */
export interface Toast { readonly id: number; readonly said: (words: Words) => string; readonly deed: Deed | null }

/** So long a toast stays, unless it is looked at. */
export const toastMs = 8000;
/** More at once would cover the page; the oldest leave first. */
const mostToasts = 3;
/** So far back one can go. */
const mostDeeds = 100;

export class Deeds {
  toasts = $state.raw<readonly Toast[]>([]);
  #done = $state.raw<readonly Deed[]>([]);
  #undone = $state.raw<readonly Deed[]>([]);
  #last = 0;
  /** The turn under way and those behind it. */
  #turns: Promise<void> = Promise.resolve();
  readonly #failed: (deed: Deed, error: Error) => void;

  /** `failed` tells the person that a deed could not be taken back, or not done again. */
  constructor(failed: (deed: Deed, error: Error) => void) { this.#failed = failed; }

  get canUndo(): boolean { return this.#done.length > 0; }
  get canRedo(): boolean { return this.#undone.length > 0; }
  /** What Ctrl Z would take back, and Ctrl Shift Z do again. */
  get next(): Deed | null { return this.#done.at(-1) ?? null; }
  get nextAgain(): Deed | null { return this.#undone.at(-1) ?? null; }

  /** Keeps what was just done and says so with a button that takes it back. */
  tell(deed: Deed): void {
    this.#done = [...this.#done, deed].slice(-mostDeeds);
    this.#undone = [];
    this.#show(deed);
  }

  /** What a page did to itself goes with the page. */
  forget(owner: object): void {
    this.#done = this.#done.filter((deed) => deed.owner !== owner);
    this.#undone = this.#undone.filter((deed) => deed.owner !== owner);
  }
  lastOf(owner: object): Deed | null { return this.#done.findLast((deed) => deed.owner === owner) ?? null; }

  /** Says something that needs no answer. */
  say(said: (words: Words) => string): void { this.#toast(said, null); }

  close(id: number): void { this.toasts = this.toasts.filter((one) => one.id !== id); }

  /** Takes back the last deed, or the given one wherever it stands. */
  undo(given: Deed | null = null): Promise<void> {
    return this.#turn(() => (given === null ? this.next : this.#done.find((deed) => deed === given) ?? null), (deed) => deed.undo(), (deed) => {
      this.#done = this.#done.filter((one) => one !== deed);
      this.#undone = [...this.#undone, deed];
      this.toasts = this.toasts.filter((one) => one.deed !== deed);
      if (deed.isSeen !== true) this.say((words) => words.deeds.undone(deed.said(words)));
    });
  }

  redo(): Promise<void> {
    return this.#turn(() => this.nextAgain, (deed) => deed.redo(), (deed) => {
      this.#undone = this.#undone.filter((one) => one !== deed);
      this.#done = [...this.#done, deed];
      this.#show(deed);
    });
  }

  /** One after the other, none lost: which deed a press means is known once the one before it is done, so that none is taken back twice. What fails is forgotten, or it would stand in the way for good. */
  #turn(find: () => Deed | null, work: (deed: Deed) => Promise<void>, then: (deed: Deed) => void): Promise<void> {
    this.#turns = this.#turns.then(async () => {
      const deed = find();
      if (deed === null) return;
      try {
        await work(deed);
        then(deed);
      } catch (error) {
        this.#done = this.#done.filter((one) => one !== deed);
        this.#undone = this.#undone.filter((one) => one !== deed);
        this.#failed(deed, error as Error);
      }
    });
    return this.#turns;
  }

  #show(deed: Deed): void { if (deed.isSeen !== true) this.#toast(deed.said, deed); }
  #toast(said: (words: Words) => string, deed: Deed | null): void { this.toasts = [...this.toasts, { id: ++this.#last, said, deed }].slice(-mostToasts); }
}
