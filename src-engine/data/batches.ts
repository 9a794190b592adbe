/** The order in which rows come, and how they fall into batches and steps. Knows row numbers and labels. */

import type { Stream } from "../rng.ts";

/** How an epoch's rows are cut: rows per batch, batches per step, and whether a short last batch is left out. */
export interface Portions { readonly batchSize: number; readonly accumulate: number; readonly dropLast: boolean }

/** Rows of an epoch that are visited: all, or without the short last batch where it is dropped. An epoch's only batch is never dropped. */
export function visitedRows(rows: number, { batchSize, dropLast }: Pick<Portions, "batchSize" | "dropLast">): number {
  return dropLast && rows > batchSize ? rows - (rows % batchSize) : rows;
}

/** Updates in one epoch of so many rows. */
export function stepsPerEpoch(rows: number, portions: Portions): number {
  return Math.ceil(visitedRows(rows, portions) / (portions.batchSize * portions.accumulate));
}

/** Fisher and Yates: every order is equally likely. Overwrites `order`; takes one word of the stream for each row but one, more where one is rejected. */
export function shuffle(order: Int32Array, stream: Stream): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = stream.below(i + 1);
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
}

/**
 * An epoch in which every class comes equally often (sizes differ by one at most where the classes do not divide the rows), in random order.
 * Rows of a class are taken from one random order of it after another, so none comes twice before each came once. Overwrites `order`, of as many rows as there are labels.
 */
export function balance(order: Int32Array, labels: ArrayLike<number>, stream: Stream): void {
  const byClass = new Map<number, number[]>();
  for (let row = 0; row < order.length; row++) {
    const label = labels[row]!;
    const rows = byClass.get(label);
    if (rows === undefined) byClass.set(label, [row]);
    else rows.push(row);
  }
  // By label, so that the order in which classes first appear decides nothing; who gets a row more is drawn.
  const classes = [...byClass].sort(([a], [b]) => a - b).map(([, rows]) => Int32Array.from(rows));
  const turns = Int32Array.from(classes, (_, k) => k);
  shuffle(turns, stream);
  let at = 0;
  turns.forEach((k, turn) => {
    const rows = classes[k]!;
    const draws = Math.floor(order.length / classes.length) + (turn < order.length % classes.length ? 1 : 0);
    for (let i = 0; i < draws; i++) {
      if (i % rows.length === 0) shuffle(rows, stream);
      order[at++] = rows[i % rows.length]!;
    }
  });
  shuffle(order, stream);
}
