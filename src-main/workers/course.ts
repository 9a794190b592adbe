/** A training with changes on its way: begun, gone on from a checkpoint, or changed between two steps. Every change is the same act: save, compile the other spec, carry over. */

import { carryCheckpoint, compile, fit, loadCheckpoint, metadataOf, saveCheckpoint } from "../../src-engine/index.ts";
import type { Dataset, FitEvent, Plan, Prepared } from "../../src-engine/index.ts";
import type { RunSpec } from "../contract/nouns.ts";
import { preparedRows } from "./prepared.ts";

/** From this moment on — after `step`, with `epoch` epochs completed — the run has another spec. */
export interface Turn { readonly step: number; readonly epoch: number; readonly spec: RunSpec }

/** Where a training goes on from. */
export interface Start {
  /** It names the spec under which it was saved; under another one it is carried over. */
  readonly checkpoint: Uint8Array;
  readonly step: number;
  readonly epoch: number;
  readonly measuredStep: number;
  readonly trainingMs: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Values of the best states that are kept already. */
  readonly best: readonly number[];
}

export class Course {
  spec: RunSpec;
  plan: Plan;
  readonly parts: Prepared;
  /** What the last change, or the start, could not take over: it began anew. */
  anew: readonly string[] = [];
  readonly #dataset: Dataset;
  /** Turns ahead, in order. */
  #ahead: readonly Turn[];
  #hasTurned = false;
  #textOf: RunSpec | null = null;
  #text = "";

  /** How many steps may be run and told together, asked with the step before them; never beyond the next turn. */
  readonly #together: (step: number) => number;

  constructor(spec: RunSpec, dataset: Dataset, start: Start | null, ahead: readonly Turn[], together: (step: number) => number) {
    this.spec = spec;
    this.#together = together;
    this.#dataset = dataset;
    this.#ahead = ahead;
    this.parts = preparedRows(dataset, spec);
    this.plan = compilePlan(spec, dataset, this.parts.train.rows);
    if (start === null) return;
    const { spec: savedUnder = "" } = metadataOf(start.checkpoint);
    if (savedUnder === JSON.stringify(spec)) loadCheckpoint(this.plan, start.checkpoint);
    else this.anew = carry(this.plan, start.checkpoint, JSON.parse(savedUnder) as RunSpec, spec);
  }

  /** The spec as a checkpoint names it. */
  get specText(): string {
    if (this.#textOf !== this.spec) [this.#textOf, this.#text] = [this.spec, JSON.stringify(this.spec)];
    return this.#text;
  }

  /** fit's events, over all turns. After each the caller may call `turn`. */
  *events(): Generator<FitEvent, void, void> {
    do {
      this.#hasTurned = false;
      const { spec: { train }, plan, parts: { train: rows, validation, scaling } } = this;
      for (const event of fit(plan, rows, { ...train, batchSize: plan.batchSize, together: () => Math.max(1, Math.min(this.#together(plan.step), (this.#ahead[0]?.step ?? Infinity) - plan.step)), scaling, ...(validation.rows > 0 ? { validation } : {}) })) {
        yield event;
        this.#follow(event);
        if (this.#hasTurned) break;
      }
    } while (this.#hasTurned);
  }

  /** Whether a change after this event has a moment of its own: after an epoch's measurement, or between two steps of one epoch. */
  isAtRest(event: FitEvent): boolean {
    const { plan, parts: { train: { rows } }, spec: { train: { dropLast } } } = this;
    if (plan.step === 0) return false;
    if (plan.visited === 0) return event.kind === "epoch";
    return plan.visited < (dropLast && rows > plan.batchSize ? rows - (rows % plan.batchSize) : rows);
  }

  /** Goes on under another spec; call it only at rest. Throws SpecError where the weights do not fit, and then nothing has changed. */
  turn(spec: RunSpec): void {
    const bytes = saveCheckpoint(this.plan);
    const plan = compilePlan(spec, this.#dataset, this.parts.train.rows);
    this.anew = carry(plan, bytes, this.spec, spec);
    this.plan = plan;
    this.spec = spec;
    this.#hasTurned = true;
  }

  #follow(event: FitEvent): void {
    const [next] = this.#ahead;
    if (next === undefined || next.step !== this.plan.step || next.epoch !== this.plan.epoch || !this.isAtRest(event)) return;
    this.#ahead = this.#ahead.slice(1);
    this.turn(next.spec);
  }
}

export function compilePlan(spec: RunSpec, dataset: Dataset, trainRows: number): Plan {
  const { seed, train: { batchSize, accumulate, mode } } = spec;
  return compile({ ...spec, input: dataset.shape }, { batchSize: Math.min(batchSize, trainRows), seed, mode, accumulates: accumulate > 1 });
}

/** Early stopping goes on counting where the same is asked for and it has not come to its end; otherwise it forgets. */
function carry(plan: Plan, bytes: Uint8Array, before: RunSpec, after: RunSpec): readonly string[] {
  const { earlyStopping } = after.train;
  const { anew } = carryCheckpoint(plan, bytes, { keepsWatch: earlyStopping !== null && JSON.stringify(before.train.earlyStopping) === JSON.stringify(earlyStopping) });
  if (earlyStopping !== null && plan.watch !== null && plan.watch.waited >= earlyStopping.patience) {
    plan.watch = null;
    plan.best = null;
  }
  return anew;
}
