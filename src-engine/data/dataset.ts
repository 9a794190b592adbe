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

/**
 * The dataset's content as bytes, from which its hash is taken: equal for equal content on every machine.
 * Layout: length of the header (8 bytes, little-endian), the header as JSON (shape, feature names, target, task, classes), x, y as little-endian doubles. The dataset's own name is not content.
 */
export function datasetBytes(dataset: Dataset): Uint8Array {
  const { rows, shape, featureNames, targetName, task, classes, x, y } = dataset;
  const header = new TextEncoder().encode(JSON.stringify({ rows, shape, featureNames, targetName, task, classes }));
  const bytes = new Uint8Array(8 + header.length + 8 * (x.length + y.length));
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  let at = 8 + header.length;
  for (const values of [x, y]) for (let i = 0; i < values.length; i++, at += 8) view.setFloat64(at, values[i]!, true);
  return bytes;
}

/** Features in one row: the product of its shape. */
export const widthOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
