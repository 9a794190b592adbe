/** Who trains next: first come, first served, unless a person changes the order, as places become free. (A schedule is another thing: it gives the learning rate.) */

import type { RunId } from "../contract/nouns.ts";

export interface Queue {
  readonly length: number;
  /** In order. */
  readonly ids: readonly RunId[];
  /** While true nobody is sent off. */
  isHeld: boolean;
  add(ids: readonly RunId[]): void;
  /** Takes a run out before its turn; false when its turn has come already. */
  remove(id: RunId): boolean;
  /** Puts a waiting run at a place, 0 being the next; false when its turn has come already. */
  move(id: RunId, to: number): boolean;
  /** Takes all out, in order. */
  empty(): readonly RunId[];
  /** Sends off as many as there are places; call it whenever one may have become free. */
  advance(): void;
}

/** places: how many could begin now. send: begins one; it must take its place before it returns. */
export function queue({ places, send }: { readonly places: () => number; readonly send: (id: RunId) => void }): Queue {
  const waiting: RunId[] = [];
  let isHeld = false;
  function advance(): void {
    while (!isHeld && waiting.length > 0 && places() > 0) send(waiting.shift()!);
  }
  function remove(id: RunId): boolean {
    const at = waiting.indexOf(id);
    if (at >= 0) waiting.splice(at, 1);
    return at >= 0;
  }
  return {
    get length() { return waiting.length; },
    get ids() { return [...waiting]; },
    get isHeld() { return isHeld; },
    set isHeld(held) {
      isHeld = held;
      advance();
    },
    add(ids) {
      waiting.push(...ids);
      advance();
    },
    remove,
    move(id, to) {
      if (!remove(id)) return false;
      waiting.splice(Math.min(to, waiting.length), 0, id);
      return true;
    },
    empty: () => waiting.splice(0),
    advance,
  };
}
