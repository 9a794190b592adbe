/** The order in which rows come. Knows only row numbers. */

import type { Stream } from "../rng.ts";

/** Fisher and Yates: every order is equally likely. Overwrites `order`; takes one word of the stream for each row but one, more where one is rejected. */
export function shuffle(order: Int32Array, stream: Stream): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = stream.below(i + 1);
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
}
