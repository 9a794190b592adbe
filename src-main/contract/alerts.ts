/** What the workbench noticed about a run while it trained: the kind, where, and the figures that say so. Plain data. */

/** Once for each kind and run; of dead layers once for each layer. `epoch` is the one that `step` belongs to. */
export type Alert = { readonly step: number; readonly epoch: number; readonly atMs: number } & Finding;

/** What a rule found; the rules and their bounds stand in report/alerts.ts. */
export type Finding =
  /** A number is no longer finite. `norm`: the gradient's norm one step before; null where none was told. */
  | { readonly kind: "nan"; readonly metric: string; readonly norm: number | null }
  /** The loss of batches, as a median, stands far above `reference`: the untrained network's loss, or the least median so far. */
  | { readonly kind: "divergence"; readonly loss: number; readonly reference: number; readonly against: "untrained" | "least" }
  /** The training loss has not moved since epoch `since`, near `chance`, what a network that knows nothing has. */
  | { readonly kind: "plateau"; readonly loss: number; readonly chance: number; readonly since: number }
  /** The validation loss rises since epoch `best`, while the training loss falls. */
  | { readonly kind: "overfitting"; readonly best: number; readonly bestStep: number; readonly least: number; readonly loss: number; readonly trainThen: number; readonly trainNow: number }
  /** Nearly all units of a layer are 0 for every row that was looked at. */
  | { readonly kind: "deadLayer"; readonly layer: string; readonly share: number }
  /** Space on the project's disk comes to an end; training is held below `leastBytes`. */
  | { readonly kind: "diskLow"; readonly freeBytes: number; readonly leastBytes: number };

export type AlertKind = Finding["kind"];
export const alertKinds = ["nan", "divergence", "plateau", "overfitting", "deadLayer", "diskLow"] as const satisfies readonly AlertKind[];
