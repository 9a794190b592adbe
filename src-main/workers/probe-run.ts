/** A little of a training, to learn how long all of it would take: the same loop as a run's, watched with a clock, and left when enough was seen. */

import type { Dataset, FitEvent } from "../../src-engine/index.ts";
import type { Spread } from "../contract/budget.ts";
import type { RunSpec } from "../contract/nouns.ts";
import { control } from "./protocol.ts";
import type { Probed } from "./protocol.ts";
import { fromBeginning, train } from "./training.ts";

/** It ends after so long, in milliseconds, once it has seen steps enough. */
const enoughMs = 2500;
/** Of large networks at least so many steps are waited for. */
const leastSteps = 3;
/** Until here the machine is getting warm: code is compiled, memory touched for the first time. */
const warmMs = 250;
const warmSteps = 20;
/** Steps are told in strokes of about a millisecond; a slice of the clock that says something is longer. */
const sliceMs = 25;

/** Trains the spec for a moment; `tell` hears how far that is. Throws what training throws. */
export function probe(spec: RunSpec, dataset: Dataset, clock: () => number, tell: (share: number, steps: number) => void): Probed {
  const word = new Int32Array(new SharedArrayBuffer(4));
  const meter = new Meter(clock);
  const counts = new Map<string, number>();
  const count = (series: readonly { readonly metric: string; readonly steps: Float64Array }[]): void => { for (const { metric, steps } of series) counts.set(metric, (counts.get(metric) ?? 0) + steps.length); };
  // As if it were to train for ever: a run that is over in a moment says little of a longer one, for the machine is not yet warm.
  const endless = { ...spec, train: { ...spec.train, epochs: 1_000_000, earlyStopping: null, openTest: false } };
  const { progress, state } = train(endless, dataset, word, {
    clock, asked: () => null, changed: () => undefined, save: () => undefined,
    report(news) { count(news.series); tell(meter.share, meter.steps); },
    after(event) {
      meter.see(event);
      if (meter.hasEnough) Atomics.store(word, 0, control.stop);
    },
  }, fromBeginning);
  count(progress.series);
  const perEpoch = [...counts].filter(([metric]) => /^(train|validation|test)\//.test(metric)).length;
  const others = [...counts].filter(([metric]) => !/^(train|validation|test)\//.test(metric)).reduce((sum, [, points]) => sum + points, 0);
  return { ...meter.found(), perEpoch, perStep: others / Math.max(1, meter.steps), checkpointBytes: state.bytes.byteLength };
}

interface Slice { steps: number; ms: number }

/** Slices of time between events. */
export class Meter {
  readonly #clock: () => number;
  readonly #beganMs: number;
  #lastMs: number;
  #startMs = 0;
  /** Strokes since the warm-up, and those before it, which count where there are no others. */
  readonly #warm: Slice[] = [];
  readonly #cold: Slice[] = [];
  readonly #measured: number[] = [];
  steps = 0;

  constructor(clock: () => number) {
    this.#clock = clock;
    this.#beganMs = this.#lastMs = clock();
  }

  see(event: Pick<FitEvent, "kind"> & { readonly from?: number; readonly step: number }): void {
    const now = this.#clock();
    const ms = now - this.#lastMs;
    this.#lastMs = now;
    if (event.kind === "epoch") {
      // The first one comes before any step, with all that is done once.
      if (this.steps === 0) this.#startMs = now - this.#beganMs;
      else this.#measured.push(ms);
    } else if (event.kind === "steps") {
      const steps = event.step - event.from! + 1;
      this.steps += steps;
      (this.steps - steps >= warmSteps && now - this.#beganMs - this.#startMs >= warmMs ? this.#warm : this.#cold).push({ steps, ms });
    } else {
      // What else is done between steps belongs to them.
      const strokes = this.#warm.length > 0 ? this.#warm : this.#cold;
      if (strokes.length > 0) strokes.at(-1)!.ms += ms;
    }
  }

  get #spentMs(): number { return this.#lastMs - this.#beganMs; }
  get share(): number { return Math.min(1, this.#spentMs / enoughMs); }
  get hasEnough(): boolean { return this.steps >= leastSteps && this.#spentMs >= enoughMs; }

  found(): Pick<Probed, "steps" | "ms" | "startMs" | "stepMs" | "measureMs"> {
    const strokes = this.#warm.reduce((sum, { steps }) => sum + steps, 0) >= leastSteps ? this.#warm : [...this.#cold, ...this.#warm];
    // An epoch's end not reached: the untrained network was measured once, among what is done at the start.
    const measureMs = this.#measured.length === 0 ? this.#startMs : this.#measured.reduce((sum, ms) => sum + ms, 0) / this.#measured.length;
    return { steps: this.steps, ms: this.#spentMs, startMs: this.#startMs, stepMs: spreadOf(strokes), measureMs };
  }
}

/** Milliseconds a step takes: over all strokes, and in the quickest and slowest tenth of their slices. */
export function spreadOf(strokes: readonly Slice[]): Spread {
  const slices: Slice[] = [];
  for (const { steps, ms } of strokes) {
    const last = slices.at(-1);
    if (last !== undefined && last.ms < sliceMs) { last.steps += steps; last.ms += ms; } else slices.push({ steps, ms });
  }
  const whole = slices.length > 1 && slices.at(-1)!.ms < sliceMs ? slices.slice(0, -1) : slices;
  const each = whole.map(({ steps, ms }) => ms / steps).sort((a, b) => a - b);
  const sum = strokes.reduce((all, { steps, ms }) => ({ steps: all.steps + steps, ms: all.ms + ms }), { steps: 0, ms: 0 });
  const middle = sum.ms / Math.max(1, sum.steps);
  const at = (share: number): number => each[Math.min(each.length - 1, Math.floor(share * each.length))] ?? middle;
  return { low: Math.min(middle, at(0.1)), middle, high: Math.max(middle, at(0.9)) };
}
