/** A prediction as a table, the same for the command line and the page: the target, then the probability of each class. */

import type { CsvCell } from "./csv.ts";
import type { Prediction } from "./models.ts";

/** The header, then a line for each row; classes by their names. */
export function predictionTable({ rows, targetName, classes, predicted, probabilities }: Prediction): CsvCell[][] {
  const columns = probabilities === null ? 0 : probabilities.length / rows;
  const nameOf = (k: number): string => classes?.[k] ?? String(k);
  return [
    [targetName, ...Array.from({ length: columns }, (_, k) => `P(${nameOf(k)})`)],
    ...Array.from({ length: rows }, (_, row) => [
      classes === null ? predicted[row]! : nameOf(predicted[row]!),
      ...(probabilities === null ? [] : probabilities.subarray(row * columns, (row + 1) * columns)),
    ]),
  ];
}
