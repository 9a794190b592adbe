/** The one thing that can be done about an alert, as what a client would ask for. Pure: a run, its states and an alert in, a wish out. */

import type { Alert } from "./alerts.ts";
import type { Checkpoint, RunSpec, SettingChange, SpecRun } from "./nouns.ts";
import { isOver } from "./nouns.ts";
import { settingsOf, specAt, withChanges } from "./settings-of-run.ts";

type Changes = readonly Pick<SettingChange, "path" | "to">[];

export type Cure =
  /** A branch from a checkpoint before the trouble, with a changed setting. */
  | { readonly kind: "branch"; readonly step: number; readonly changes: Changes }
  /** The same from the beginning, where no state before the trouble is kept. */
  | { readonly kind: "startAgain"; readonly spec: RunSpec; readonly changes: Changes }
  | { readonly kind: "stop" }
  /** What the network says at its best epoch, whose state is kept. */
  | { readonly kind: "openBest"; readonly step: number }
  | { readonly kind: "emptyTrash" };

/** What to do; null where nothing would help any more. */
export function cureOf(alert: Alert, run: Pick<SpecRun, "spec" | "history" | "state">, checkpoints: readonly Checkpoint[]): Cure | null {
  switch (alert.kind) {
    case "nan":
    case "divergence": return slower(alert, run, checkpoints);
    case "plateau": return isOver(run.state) ? null : { kind: "stop" };
    case "overfitting": {
      const best = checkpoints.find(({ step }) => step === alert.bestStep);
      return best !== undefined ? { kind: "openBest", step: best.step } : isOver(run.state) ? null : { kind: "stop" };
    }
    case "deadLayer": {
      // A layer inside another is addressed by both numbers; the outer one has no unit that could be exchanged.
      const [layer = "", ...inner] = alert.layer.split("/");
      if (inner.length > 0) return isOver(run.state) ? null : { kind: "stop" };
      return away(alert, run, checkpoints, [{ path: `layers.${layer}`, to: { kind: "leakyRelu" } }]);
    }
    case "diskLow": return { kind: "emptyTrash" };
  }
}

/** A rate above this is far beyond what any optimizer here bears: a tenth of it would break as well. */
const [absurdRate, boldRate] = [10, 0.1];

/** A tenth of the learning rate, of an absurd one a bold one; null where the optimizer has none. */
function slower(alert: Alert, run: Pick<SpecRun, "spec" | "history">, checkpoints: readonly Checkpoint[]): Cure | null {
  const rate = settingsOf(run).optimizer["learningRate"];
  if (typeof rate !== "number") return null;
  return away(alert, run, checkpoints, [{ path: "optimizer.learningRate", to: rate > absurdRate ? boldRate : Number((rate / 10).toPrecision(12)) }]);
}

/** From the newest state before the trouble, with as many epochs left as there were; else from the beginning. */
function away(alert: Alert, run: Pick<SpecRun, "spec" | "history">, checkpoints: readonly Checkpoint[], changes: Changes): Cure {
  // The state that is kept of a run that failed has just gone through what made it fail.
  const from = checkpoints.filter(({ step, canGoOn, isFinal }) => canGoOn && !isFinal && step < alert.step).at(-1);
  if (from === undefined) return { kind: "startAgain", spec: withChanges(run.spec, changes) as RunSpec, changes };
  const { epochs } = specAt(run, from).train;
  return { kind: "branch", step: from.step, changes: epochs > from.epoch ? changes : [...changes, { path: "train.epochs", to: from.epoch + epochs }] };
}
