/** Rows to learn from: features and one target as numbers, with names. Knows nothing of files. */

/** What the target is: one of a few classes (labels 0…c−1), or a number. */
export type Task = "classes" | "number";

/** n rows of f features and one target. Immutable by convention; its memory may be shared between threads. */
export interface Dataset {
  readonly name: string;
  readonly rows: number;
  /** Shape of one row: [f], or [height, width, channels] whose product is f. */
  readonly shape: readonly number[];
  readonly featureNames: readonly string[];
  readonly targetName: string;
  readonly task: Task;
  /** Class names in label order; `null` when a number is predicted. */
  readonly classes: readonly string[] | null;
  /** (rows, f), row-major. */
  readonly x: Float64Array;
  /** (rows): the class label 0…c−1, or the number. */
  readonly y: Float64Array;
}
