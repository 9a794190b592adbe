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
 * The dataset's content as bytes, piece by piece, from which its hash is taken: equal for equal content on every machine.
 * Layout: length of the header (8 bytes, little-endian), the header as JSON (shape, feature names, target, task, classes), x, y as little-endian doubles. The
 * dataset's own name is not content. A piece may be a view of the dataset's own memory: read it before asking for the next, and leave it as it is.
 */
export function* datasetPieces({ rows, shape, featureNames, targetName, task, classes, x, y }: Dataset): Generator<Uint8Array, void, void> {
  const header = new TextEncoder().encode(JSON.stringify({ rows, shape, featureNames, targetName, task, classes }));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(header.length), true);
  yield length;
  yield header;
  for (const values of [x, y]) for (let from = 0; from < values.length; from += pieceNumbers) yield littleEndian(values.subarray(from, from + pieceNumbers));
}

/** All pieces in one. */
export function datasetBytes(dataset: Dataset): Uint8Array {
  const pieces = Array.from(datasetPieces(dataset)), bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** 512 kB. */
const pieceNumbers = 65_536;
const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function littleEndian(values: Float64Array): Uint8Array {
  if (isLittleEndian) return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const bytes = new Uint8Array(values.byteLength), view = new DataView(bytes.buffer);
  values.forEach((value, i) => { view.setFloat64(8 * i, value, true); });
  return bytes;
}

/** Features in one row: the product of its shape. */
export const widthOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
