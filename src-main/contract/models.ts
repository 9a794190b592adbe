/** Trained networks that leave, and what they say of new rows, as plain data. */

/** The forms in which a network leaves, in the order in which an interface offers them, each with its file's ending. */
export const modelFormats = { onnx: "onnx", safetensors: "safetensors", npz: "npz", pytorch: "py", keras: "py", numpy: "py", typescript: "ts" } as const;
export type ModelFormat = keyof typeof modelFormats;

/** A file of bytes to be saved. */
export interface ModelFile { readonly name: string; readonly bytes: Uint8Array }

/** New rows: a CSV file whose header names the features, or numbers (rows, features) in the features' order. */
export type NewRows =
  | { readonly kind: "csv"; readonly name: string; readonly bytes: Uint8Array }
  | { readonly kind: "rows"; readonly rows: number; readonly x: Float64Array };

/** Most rows of one prediction, and most numbers of its answer. */
export const predictionLimits = { rows: 1_000_000, numbers: 16_000_000 } as const;

/** What a run's network says of rows. */
export interface Prediction {
  readonly rows: number;
  readonly targetName: string;
  /** Class names in label order; null where a number is predicted. */
  readonly classes: readonly string[] | null;
  /** (rows): the label, or the number in its own unit. */
  readonly predicted: Float64Array;
  /** (rows, classes), row-major; null where the loss knows no probabilities. */
  readonly probabilities: Float64Array | null;
  /** Columns of the file that are no features and were left aside. */
  readonly ignored: readonly string[];
}
