/** Which states of a training are kept, and when they are handed over: the best epochs, every so many, and the newest after so much time. Is handed its clock; touches no file. */

import type { RunSpec } from "../contract/nouns.ts";

/** A training's state as bytes, and why it is kept. The newest one is where the run goes on from. */
export interface SavedState {
  readonly step: number;
  readonly epoch: number;
  /** The step whose weights the newest epoch metrics are of. */
  readonly measuredStep: number;
  readonly trainingMs: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** The metric that says what is best, of this very state; null within an epoch. */
  readonly value: number | null;
  readonly isPeriodic: boolean;
  /** False where the weights of an earlier epoch were put back: training cannot go on from there as if nothing had been. */
  readonly canGoOn: boolean;
  readonly bytes: Uint8Array;
}

/** A state whose bytes are made when they are wanted. */
export interface Candidate extends Omit<SavedState, "bytes"> { readonly sizeBytes: number; readonly make: () => Uint8Array }

export type Policy = RunSpec["train"]["checkpoints"];

/** More than this waiting is handed over at once. */
const waitingBytes = 64 * 2 ** 20;
const waitingStates = 16;

export class Keeper {
  readonly #policy: Policy;
  readonly #isBetter: (a: number, b: number) => boolean;
  readonly #clock: () => number;
  /** Values of the best epochs so far, the best first. */
  #best: number[];
  #waiting: Candidate[] = [];
  #savedMs: number;
  #savedStep: number;

  /** metric: the policy's, resolved. best: values of best states that are kept already. step: where training begins or goes on. */
  constructor({ policy, better, clock, best = [], step = 0 }: { readonly policy: Policy; readonly better: "higher" | "lower"; readonly clock: () => number; readonly best?: readonly number[]; readonly step?: number }) {
    this.#policy = policy;
    this.#isBetter = better === "higher" ? (a, b) => a > b : (a, b) => a < b;
    this.#clock = clock;
    this.#best = [...best].sort((a, b) => (this.#isBetter(a, b) ? -1 : 1)).slice(0, policy.best);
    this.#savedMs = clock();
    this.#savedStep = step;
  }

  /** Looks at an epoch that has ended with this value of the metric; `state` captures it, where it is wanted. Epoch 0 is not kept. */
  see(epoch: number, value: number | undefined, state: (value: number | null, isPeriodic: boolean) => Candidate): void {
    if (epoch === 0) return;
    const { every, best } = this.#policy;
    const isPeriodic = every > 0 && epoch % every === 0;
    const rank = value === undefined || Number.isNaN(value) ? -1 : this.#rankOf(value);
    if (!isPeriodic && (rank < 0 || rank >= best)) return;
    if (rank >= 0) {
      this.#best.splice(rank, 0, value!);
      this.#best.length = Math.min(this.#best.length, best);
    }
    this.#waiting.push(state(value ?? null, isPeriodic));
    this.#forgetOvertaken();
  }

  /** Whether states are to be handed over now. Within an epoch only one that has lasted twice as long as two savings should be apart. */
  isDue(step: number, isEpochEnd: boolean): boolean {
    if (this.#waiting.length >= waitingStates || this.#waiting.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) > waitingBytes) return true;
    if (step <= this.#savedStep) return false;
    const passed = (this.#clock() - this.#savedMs) / 1000;
    const { save } = this.#policy;
    return isEpochEnd ? passed >= save : save > 0 && passed >= 2 * save;
  }

  /** What waits, and the newest state. */
  take(newest: Candidate): readonly SavedState[] {
    const waiting = this.#waiting.filter(({ step, canGoOn }) => step !== newest.step || !canGoOn);
    const same = this.#waiting.find(({ step, canGoOn }) => step === newest.step && canGoOn && newest.canGoOn);
    this.#waiting = [];
    this.#savedMs = this.#clock();
    this.#savedStep = newest.step;
    return [...waiting, same ?? newest].map(made);
  }

  /** What waits, where no newer state can be had. */
  rest(): readonly SavedState[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting.map(made);
  }

  /** Where a value would stand among the best; equal ones keep the earlier first. */
  #rankOf(value: number): number {
    const at = this.#best.findIndex((other) => this.#isBetter(value, other));
    return at < 0 ? this.#best.length : at;
  }

  /** A waiting state that was among the best and is no longer need not be written. */
  #forgetOvertaken(): void {
    this.#waiting = this.#waiting.filter(({ isPeriodic, value }) => isPeriodic || (value !== null && this.#best.includes(value)));
  }
}

export const made = ({ make, sizeBytes: _, ...rest }: Candidate): SavedState => ({ ...rest, bytes: make() });

/** The metric that says which epoch is best. */
export const bestBy = ({ metric }: Policy, hasValidation: boolean): string => (metric !== "" ? metric : hasValidation ? "validation/loss" : "train/loss");
