/** What training a spec costs, from a short probe of it, and what fits into a time. Pure: the probe is the workers' matter. */

/** A value and the range in which nine of ten slices of the probe, leaving out a tenth at either end, would have put it. */
export interface Spread { readonly low: number; readonly middle: number; readonly high: number }

/** Measured by training a little of the spec; nothing of that is kept. Times are in milliseconds, sizes in bytes. */
export interface Budget {
  /** As the spec says. */
  readonly epochs: number;
  readonly seeds: number;
  readonly stepsPerEpoch: number;
  /** Before the first step: splitting, scaling, compiling, measuring the untrained network. */
  readonly startMs: number;
  /** Training on all rows once and measuring afterwards. */
  readonly epochMs: Spread;
  /** What one run takes of memory. */
  readonly memoryBytes: number;
  /** Curves and hashes grow by so much with each epoch. */
  readonly epochBytes: number;
  readonly checkpointBytes: number;
  /** How many checkpoints a run keeps in the end at least, and one more for each so many epochs (0: none of these). */
  readonly checkpoints: { readonly always: number; readonly every: number };
  /** How many of these runs train side by side: places, as far as there is memory. */
  readonly places: number;
  /** About how long what already trains and waits will take; 0 where nothing does, null where nobody can tell. */
  readonly queueMs: number | null;
  /** Left on the disk; null where the system does not say. */
  readonly freeBytes: number | null;
  /** Early stopping may end a run sooner. */
  readonly mayEndEarly: boolean;
  /** How much was trained, in which time, and how many runs trained beside it and made it slower. */
  readonly probe: { readonly steps: number; readonly ms: number; readonly beside: number };
}

/** What a probe sends: how far it is, from 0 to 1, then what came of it. */
export type BudgetEvent = { readonly kind: "progress"; readonly share: number; readonly steps: number } | { readonly kind: "budget"; readonly budget: Budget };

/** So many runs of so many epochs. */
export interface Wish { readonly epochs: number; readonly runs: number }

const times = ({ low, middle, high }: Spread, factor: number, plus = 0): Spread => ({ low: low * factor + plus, middle: middle * factor + plus, high: high * factor + plus });

/** One run of so many epochs. */
export const runTime = ({ startMs, epochMs }: Pick<Budget, "startMs" | "epochMs">, epochs: number): Spread => times(epochMs, epochs, startMs);

/** All of them, as many side by side as there are places, without what waits before them. */
export const totalTime = (budget: Budget, { epochs, runs }: Wish): Spread => times(runTime(budget, epochs), Math.ceil(runs / budget.places));

/** Curves, hashes and checkpoints of all of them once they are done. */
export function diskNeed({ epochBytes, checkpointBytes, checkpoints: { always, every } }: Budget, { epochs, runs }: Wish): number {
  return runs * (epochBytes * epochs + checkpointBytes * Math.min(epochs, always + (every > 0 ? Math.floor(epochs / every) : 0)));
}

/** What fits into a time, by the middle of the range, and by its slow end in brackets of a sentence: at least 0. */
export interface Fitting {
  /** Epochs of so many runs. */
  readonly epochs: number;
  /** Runs, or seeds, of so many epochs. */
  readonly runs: number;
  /** The same where every step is as slow as the slowest tenth of the probe. */
  readonly surely: { readonly epochs: number; readonly runs: number };
}

export function fitting(budget: Budget, ms: number, { epochs, runs }: Wish): Fitting {
  const by = (end: "middle" | "high") => {
    const rounds = Math.ceil(runs / budget.places);
    const each = runTime(budget, epochs)[end];
    return {
      epochs: Math.max(0, Math.min(mostEpochs, Math.floor((ms / rounds - budget.startMs) / budget.epochMs[end]))),
      runs: Math.max(0, Math.floor(ms / each)) * budget.places,
    };
  };
  return { ...by("middle"), surely: by("high") };
}

const mostEpochs = 1_000_000;
