/** Who trains next: the higher priority, and within one first come, first served, unless a person changes the order. (A schedule is another thing: it gives the learning rate.) */

import type { RunId } from "../contract/nouns.ts";

/** A run that waits. */
export interface Waiting { readonly id: RunId; readonly priority: number }

export interface Queue {
  readonly length: number;
  /** In order. */
  readonly ids: readonly RunId[];
  /** While true nobody is sent off. */
  isHeld: boolean;
  /** Each goes behind those of its priority. */
  add(runs: readonly Waiting[]): void;
  /** Takes a run out before its turn; false when its turn has come already. */
  remove(id: RunId): boolean;
  /** Puts a waiting run at a place, 0 being the next, or as near to it as its priority allows; false when its turn has come already. */
  move(id: RunId, to: number): boolean;
  /** Takes all out, in order. */
  empty(): readonly RunId[];
  /** Sends off as many as may begin; call it whenever that may have changed. */
  advance(): void;
}

/** mayBegin: whether there is room for this one now. While there is none for the first nobody behind it begins either: a large run is not overtaken for ever. send: begins one; it must take its room before it returns. */
export function queue({ mayBegin, send }: { readonly mayBegin: (id: RunId) => boolean; readonly send: (id: RunId) => void }): Queue {
  const waiting: Waiting[] = [];
  let isHeld = false;
  function advance(): void {
    while (!isHeld && waiting.length > 0 && mayBegin(waiting[0]!.id)) send(waiting.shift()!.id);
  }
  function takeOut(id: RunId): Waiting | undefined {
    const at = waiting.findIndex((one) => one.id === id);
    return at < 0 ? undefined : waiting.splice(at, 1)[0];
  }
  /** The stretch of a priority: from its first place to the one behind its last. */
  function stretch(priority: number): readonly [number, number] {
    const from = waiting.findIndex((one) => one.priority <= priority);
    const end = waiting.findIndex((one) => one.priority < priority);
    return [from < 0 ? waiting.length : from, end < 0 ? waiting.length : end];
  }
  return {
    get length() { return waiting.length; },
    get ids() { return waiting.map(({ id }) => id); },
    get isHeld() { return isHeld; },
    set isHeld(held) {
      isHeld = held;
      advance();
    },
    add(runs) {
      for (const one of runs) waiting.splice(stretch(one.priority)[1], 0, one);
      advance();
    },
    remove: (id) => takeOut(id) !== undefined,
    move(id, to) {
      const one = takeOut(id);
      if (one === undefined) return false;
      const [from, end] = stretch(one.priority);
      waiting.splice(Math.min(Math.max(to, from), end), 0, one);
      advance();
      return true;
    },
    empty: () => waiting.splice(0).map(({ id }) => id),
    advance,
  };
}
