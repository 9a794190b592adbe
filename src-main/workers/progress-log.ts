/** Sums up a training's events into columns, and says when a report is due: at most ten a second. Is handed its clock; knows no thread. */

import type { Stretch } from "../contract/nouns.ts";
import type { FitEvent } from "../../src-engine/index.ts";
import type { Progress } from "./protocol.ts";

/** Milliseconds between two reports, at least. */
const apartMs = 100;
/** Points a curve keeps, at most: more than a screen can show, few enough that a small network's thousands of steps a second do not drown the store. */
const keptPoints = 20_000;

/** Every how manieth step or epoch of `planned` is kept: all, unless they are more than 20 000. Depends on the plan alone, never on speed, so the same spec gives the same curves. */
export const keptEvery = (planned: number): number => Math.max(1, Math.ceil(planned / keptPoints));

type StepEvent = Extract<FitEvent, { kind: "step" }>;
type EpochEvent = Extract<FitEvent, { kind: "epoch" }>;
const stepMetrics = { "batch/loss": "loss", "batch/dataLoss": "dataLoss", "batch/penalty": "penalty", "batch/learningRate": "learningRate", "batch/gradientNorm": "gradientNorm" } as const satisfies Record<string, keyof StepEvent>;

interface Curve { readonly steps: number[]; readonly values: number[] }

export class ProgressLog {
  /** The newest value of every epoch metric. */
  metrics: Readonly<Record<string, number>> = {};
  epoch = 0;
  step = 0;
  readonly #clock: () => number;
  readonly #every: { readonly step: number; readonly epoch: number };
  readonly #startMs: number;
  #reportedMs: number;
  #pausedMs = 0;
  #steps: StepEvent[] = [];
  #measured = new Map<string, Curve>();
  /** The newest events, where they are not among the kept ones: a curve's last point is always told. */
  #lastStep: StepEvent | null = null;
  #lastEpoch: EpochEvent | null = null;

  /** clock: monotonic milliseconds. planned: how many steps and epochs there will be; the first of each is kept, then every n-th. */
  constructor(clock: () => number, planned: { readonly steps: number; readonly epochs: number }) {
    this.#clock = clock;
    this.#every = { step: keptEvery(planned.steps), epoch: keptEvery(planned.epochs) };
    this.#startMs = this.#reportedMs = clock();
  }

  add(event: FitEvent): void {
    this.step = event.step;
    if (event.kind === "step") {
      const isKept = event.step === 1 || event.step % this.#every.step === 0;
      if (isKept) this.#steps.push(event);
      this.#lastStep = isKept ? null : event;
      return;
    }
    this.epoch = event.epoch;
    this.metrics = { ...this.metrics, ...event.metrics };
    const isKept = event.epoch % this.#every.epoch === 0;
    if (isKept) this.#put(event.step, event.metrics);
    this.#lastEpoch = isKept ? null : event;
  }

  /** Notes what was measured at `step` beside the epochs' ends. */
  measure(step: number, metrics: Readonly<Record<string, number>>): void {
    this.metrics = { ...this.metrics, ...metrics };
    this.#putLastEpoch();
    this.#put(step, metrics);
  }

  #put(step: number, metrics: Readonly<Record<string, number>>): void {
    for (const [metric, value] of Object.entries(metrics)) {
      let curve = this.#measured.get(metric);
      if (curve === undefined) this.#measured.set(metric, (curve = { steps: [], values: [] }));
      curve.steps.push(step);
      curve.values.push(value);
    }
  }

  /** Time that `wait` takes does not count as training. */
  pause(wait: () => void): void {
    const from = this.#clock();
    wait();
    this.#pausedMs += this.#clock() - from;
  }

  isDue(): boolean {
    return this.#clock() - this.#reportedMs >= apartMs;
  }

  /** The last report: with the newest step and epoch, whether or not their turn had come. */
  finish(): Progress {
    if (this.#lastStep !== null) this.#steps.push(this.#lastStep);
    this.#lastStep = null;
    this.#putLastEpoch();
    return this.take();
  }

  #putLastEpoch(): void {
    if (this.#lastEpoch !== null) this.#put(this.#lastEpoch.step, this.#lastEpoch.metrics);
    this.#lastEpoch = null;
  }

  /** What happened since the last report; the log begins anew. The step metrics share one column of steps. */
  take(): Progress {
    const now = this.#clock();
    this.#reportedMs = now;
    const series = [...this.#stepCurves(), ...[...this.#measured].map(([metric, { steps, values }]) => ({ metric, steps: Float64Array.from(steps), values: Float64Array.from(values) }))];
    this.#steps = [];
    this.#measured = new Map();
    return { epoch: this.epoch, step: this.step, trainingMs: now - this.#startMs - this.#pausedMs, metrics: this.metrics, series };
  }

  #stepCurves(): Stretch[] {
    if (this.#steps.length === 0) return [];
    const steps = Float64Array.from(this.#steps, ({ step }) => step);
    return Object.entries(stepMetrics).map(([metric, field]) => ({ metric, steps, values: Float64Array.from(this.#steps, (event) => event[field]) }));
  }
}

/** The buffers of a report, for handing over instead of copying. */
export const buffersOf = (progress: Progress): ArrayBuffer[] => [...new Set(progress.series.flatMap(({ steps, values }) => [steps.buffer as ArrayBuffer, values.buffer as ArrayBuffer]))];
