/** The learning rate over time, starting from the optimizer's. Counts completed epochs and steps: 0 during the first. */

import { declare } from "../spec/component.ts";
import type { Declaration } from "../spec/component.ts";
import { real } from "../spec/param.ts";
import type { Params, Values } from "../spec/param.ts";

export interface ScheduleBehaviour<P extends Params = Params> {
  /** The learning rate of the next step; `base` is the optimizer's, epoch and step count what is completed. */
  rate(values: Values<P>, base: number, epoch: number, step: number): number;
}
export type Schedule = Declaration<string, Params> & ScheduleBehaviour;

const defineSchedule = <const K extends string, const P extends Params>(declaration: Declaration<K, P> & ScheduleBehaviour<P>) => declare("schedule", declaration);

export const constant = defineSchedule({
  kind: "constant",
  title: "Constant",
  summary: "The optimizer's learning rate throughout.",
  math: "α = α₀",
  source: "",
  params: {},
  rate: (_, base) => base,
});

export const inverseTime = defineSchedule({
  kind: "inverseTime",
  title: "Inverse time",
  summary: "Falls like 1 over the number of epochs, from epoch to epoch.",
  math: "α = α₀ / (1 + decayRate · epoch);  epoch counts completed epochs, 0 during the first",
  source: "The course, week 2, whose table counts from 1",
  params: { decayRate: real({ label: "decay rate", default: 0.1, min: 0, max: 1000, scale: "log", search: [1e-3, 1], help: "how fast it falls: 1 halves the rate after the first epoch" }) },
  rate: ({ decayRate }, base, epoch) => base / (1 + decayRate * epoch),
});

export const exponential = defineSchedule({
  kind: "exponential",
  title: "Exponential",
  summary: "Multiplies the learning rate by the same factor after every epoch.",
  math: "α = α₀ γᵉᵖᵒᶜʰ;  epoch counts completed epochs, 0 during the first",
  source: "The course, week 2, with γ = 0.95",
  params: { factor: real({ symbol: "γ", default: 0.95, min: 0, max: 1, open: "min", search: [0.8, 1], help: "what an epoch leaves of the learning rate; 1 leaves it as it is" }) },
  rate: ({ factor }, base, epoch) => base * factor ** epoch,
});
