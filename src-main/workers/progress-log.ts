/** Sums up a training's events into columns, and says when a report is due: at most ten a second. Is handed its clock; knows no thread. */

import { clockCurves } from "../contract/clock.ts";
import type { LayerShot } from "../contract/histograms.ts";
import type { EpochHash, Note, Stretch } from "../contract/nouns.ts";
import type { FitEvent } from "../../src-engine/index.ts";
import { restored, scalarsOf, shotOf, stoppedEarly } from "./marks.ts";
import type { Start } from "./course.ts";
import type { Progress } from "./protocol.ts";

/** Milliseconds between two reports, at least. */
const apartMs = 100;
/** Records of layers in one report, at most. A tiny network asked for one after every step makes thousands between two reports: every second is left out until they fit, the newest stays. */
const mostShots = 16;
/** Milliseconds between two marks of the clock, at least, besides the one at a report's end. */
const marksApartMs = 10;

type StepsEvent = Extract<FitEvent, { kind: "steps" }>;
const stepMetrics = { "batch/loss": "loss", "batch/dataLoss": "dataLoss", "batch/penalty": "penalty", "batch/learningRate": "learningRate", "batch/gradientNorm": "gradientNorm" } as const satisfies Record<string, keyof StepsEvent>;

interface Curve { readonly steps: number[]; readonly values: number[] }

export class ProgressLog {
  /** The newest value of every epoch metric. */
  metrics: Readonly<Record<string, number>> = {};
  epoch = 0;
  step = 0;
  readonly #clock: () => number;
  readonly #startMs: number;
  readonly #beforeMs: number;
  #reportedMs: number;
  #pausedMs = 0;
  #steps: StepsEvent[] = [];
  #hasToldSteps = false;
  #measured = new Map<string, Curve>();
  #hashes: EpochHash[] = [];
  #shots: LayerShot[] = [];
  #notes: readonly Note[] = [];
  #marks: Curve = { steps: [], values: [] };
  #marked: { readonly step: number; readonly ms: number } = { step: -1, ms: -Infinity };
  /** After the beginning and after each pause the next step gets a mark of its own: what lies before it was reached before. */
  #restedMs: number | null = null;

  /** clock: monotonic milliseconds. start: where a training goes on from, if not from the beginning. */
  constructor(clock: () => number, start: Pick<Start, "epoch" | "step" | "metrics" | "trainingMs"> | null = null) {
    this.#clock = clock;
    this.#beforeMs = start?.trainingMs ?? 0;
    if (start !== null) {
      this.epoch = start.epoch;
      this.step = start.step;
      this.metrics = start.metrics;
    }
    this.#startMs = this.#reportedMs = clock();
    if (start === null) this.#mark(0, 0);
    this.#restedMs = this.#beforeMs;
  }

  add(event: FitEvent): void {
    switch (event.kind) {
      case "steps":
        if (this.#restedMs !== null) this.#mark(event.from, this.#restedMs);
        this.#restedMs = null;
        this.step = event.step;
        this.#steps.push(event);
        return;
      case "step": throw new Error("a log takes steps together: fit is to be asked for them so");
      case "epoch":
        this.epoch = event.epoch;
        if (this.trainingMs - this.#marked.ms >= marksApartMs) this.#mark(event.step, this.trainingMs);
        return this.measure(event.step, event.metrics);
      case "record":
        this.#shots.push(shotOf(event));
        if (this.#shots.length > mostShots) this.#shots = this.#shots.filter((_, i) => i % 2 === this.#shots.length % 2 || i === this.#shots.length - 1);
        return this.#put(event.step, scalarsOf(event.layers));
      case "stoppedEarly": return this.note(stoppedEarly(event));
      case "restored":
        // The weights are those of an earlier epoch now: its metrics are the newest, and its points stand in the curves already.
        this.metrics = { ...this.metrics, ...event.best.metrics };
        return this.note(restored(event));
      default: event satisfies never;
    }
  }

  /** Tells something with every report from now on. */
  note(note: Note): void {
    this.#notes = [...this.#notes, note];
  }

  /** The weights at an epoch's end. */
  hash(epoch: number, hash: string): void {
    this.#hashes.push({ epoch, hash });
  }

  /** Notes what was measured at `step`; a metric measured twice at one step keeps the later value. */
  measure(step: number, metrics: Readonly<Record<string, number>>): void {
    this.step = step;
    this.metrics = { ...this.metrics, ...metrics };
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

  /** So far, pauses left out, and what came before a break counted in. */
  get trainingMs(): number { return this.#beforeMs + this.#clock() - this.#startMs - this.#pausedMs; }

  /** Time that `wait` takes does not count as training. */
  pause(wait: () => void): void {
    const from = this.#clock();
    wait();
    this.#pausedMs += this.#clock() - from;
    this.#restedMs = this.trainingMs;
  }

  /** Notes when a step was reached, each once, in seconds of training. */
  #mark(step: number, ms: number): void {
    if (step <= this.#marked.step) return;
    this.#marked = { step, ms };
    this.#marks.steps.push(step);
    this.#marks.values.push(ms / 1000);
  }

  /** Every 100 ms; the first step at once, so that one sees that training has begun. */
  isDue(): boolean {
    return (!this.#hasToldSteps && this.#steps.length > 0) || this.#clock() - this.#reportedMs >= apartMs;
  }

  /** What happened since the last report; the log begins anew. The step metrics share one column of steps. */
  take(): Progress {
    this.#reportedMs = this.#clock();
    this.#mark(this.step, this.trainingMs);
    if (this.#marks.steps.length > 0) this.#measured.set(clockCurves.time, this.#marks);
    this.#marks = { steps: [], values: [] };
    const series = [...this.#stepCurves(), ...[...this.#measured].map(([metric, { steps, values }]) => ({ metric, steps: Float64Array.from(steps), values: Float64Array.from(values) }))];
    this.#hasToldSteps ||= this.#steps.length > 0;
    this.#steps = [];
    this.#measured = new Map();
    const hashes = this.#hashes, shots = this.#shots;
    this.#hashes = [];
    this.#shots = [];
    return { epoch: this.epoch, step: this.step, trainingMs: this.trainingMs, metrics: this.metrics, series, hashes, shots, notes: this.#notes };
  }

  #stepCurves(): Stretch[] {
    if (this.#steps.length === 0) return [];
    const count = this.#steps.reduce((sum, { from, step }) => sum + step - from + 1, 0);
    const column = (fill: (event: StepsEvent, into: Float64Array) => void): Float64Array => {
      const all = new Float64Array(count);
      let at = 0;
      for (const event of this.#steps) {
        const length = event.step - event.from + 1;
        fill(event, all.subarray(at, at + length));
        at += length;
      }
      return all;
    };
    const steps = column(({ from }, into) => { for (let i = 0; i < into.length; i++) into[i] = from + i; });
    return Object.entries(stepMetrics).map(([metric, field]) => ({ metric, steps, values: column((event, into) => { into.set(event[field]); }) }));
  }
}

/** The buffers of a report, for handing over instead of copying. */
export const buffersOf = ({ series, shots }: Progress): ArrayBuffer[] => [...new Set([...series.flatMap(({ steps, values }) => [steps.buffer as ArrayBuffer, values.buffer as ArrayBuffer]), ...shots.map(({ numbers }) => numbers.buffer as ArrayBuffer)])];
