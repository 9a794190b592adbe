/** Who trains next: first come, first served, as places become free. (A schedule is another thing: it gives the learning rate.) */

import type { RunId } from "../contract/nouns.ts";

export interface Queue {
  readonly length: number;
  add(ids: readonly RunId[]): void;
  /** Takes a run out before its turn; false when its turn has come already. */
  remove(id: RunId): boolean;
  /** Takes all out, in order. */
  empty(): readonly RunId[];
  /** Sends off as many as there are places; call it whenever one may have become free. */
  advance(): void;
}

/** places: how many could begin now. send: begins one; it must take its place before it returns. */
export function queue({ places, send }: { readonly places: () => number; readonly send: (id: RunId) => void }): Queue {
  const waiting: RunId[] = [];
  function advance(): void {
    while (waiting.length > 0 && places() > 0) send(waiting.shift()!);
  }
  return {
    get length() { return waiting.length; },
    add(ids) {
      waiting.push(...ids);
      advance();
    },
    remove(id) {
      const at = waiting.indexOf(id);
      if (at >= 0) waiting.splice(at, 1);
      return at >= 0;
    },
    empty: () => waiting.splice(0),
    advance,
  };
}
