/** A schedule as it runs: bound to its declaration, with its own numbers and what it wraps. Knows counts and metrics' names; no memory, no rows. */

import { catalog, declarationOf, describeCatalog, valuesOf } from "../catalog.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import type { Moment, Schedule } from "../optim/schedule.ts";
import { SpecError } from "../spec/errors.ts";
import type { Problem } from "../spec/errors.ts";
import { check, complete, component, problem } from "../spec/param.ts";
import type { Component, Values } from "../spec/param.ts";

type AnyValues = Values<Schedule["params"]>;
type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** How long training is meant to be. */
export interface Length { readonly epochs: number; readonly stepsPerEpoch: number }

/** A schedule from its optimizer's rate on. Rates are asked for as often as one likes; only `report` changes anything. */
export interface Pace {
  /** What it keeps from epoch to epoch, for checkpoints. */
  readonly state: Record<string, number>;
  /** Whether it must be told how long training is. */
  readonly needsLength: boolean;
  /** Learning rate and momentum of the next step; epoch and step count what is completed. */
  rate(epoch: number, step: number, length: Length): number;
  momentum(epoch: number, step: number, length: Length): number | null;
  /** Hands over the metrics of a completed epoch. Throws RangeError where the one that is waited for is not among them. */
  report(metrics: Readonly<Record<string, number>>): void;
}

/** Binds a checked, complete schedule. `better` says of each metric, by its name without the split, which way is better. */
export function paceOf(schedule: Component, base: number, better: Readonly<Record<string, "higher" | "lower">> = {}): Pace {
  const bound = bind(schedule, base, better);
  const at = (epoch: number, step: number, { epochs, stepsPerEpoch }: Length): void => {
    bound.moment.epoch = epoch;
    bound.moment.step = step;
    bound.moment.epochs = epochs;
    bound.moment.stepsPerEpoch = stepsPerEpoch;
  };
  return {
    state: bound.state,
    needsLength: bound.needsLength,
    rate(epoch, step, length) {
      at(epoch, step, length);
      return bound.rate();
    },
    momentum(epoch, step, length) {
      at(epoch, step, length);
      return bound.momentum();
    },
    report: bound.report,
  };
}

/** The learning rates of all steps, first to last, without training: what a person sees before the run. A schedule that waits for metrics is shown as if it heard none. Throws SpecError for a wrong schedule. */
export function previewSchedule(schedule: Component, { learningRate, epochs, stepsPerEpoch }: Length & { readonly learningRate: number }): Float64Array {
  const asked = component({ family: "schedule", default: { kind: "constant" }, help: "" });
  const problems = check(asked, schedule, "schedule", describeCatalog());
  if (problems.length > 0) throw new SpecError(problems);
  const pace = paceOf(complete(asked, schedule, describeCatalog()) as Component, learningRate);
  const length = { epochs, stepsPerEpoch };
  return Float64Array.from({ length: epochs * stepsPerEpoch }, (_, step) => pace.rate(Math.floor(step / stepsPerEpoch), step, length));
}

/** The metric that a schedule waits for, and the path where it is named; null where it waits for none. */
export function watchedBy(schedule: Component, path = "schedule"): { readonly path: string; readonly metric: string } | null {
  const metric = declarationOf<Schedule>(catalog.schedule, schedule).watches?.(valuesOf(schedule) as AnyValues);
  if (metric !== undefined) return { path: `${path}.metric`, metric };
  return "then" in schedule ? watchedBy(schedule["then"] as Component, `${path}.then`) : null;
}

/** A momentum that is to cycle where the optimizer has none. */
export function checkCycle(schedule: Component, optimizer: Optimizer, path = "schedule"): Problem[] {
  if ("then" in schedule) return checkCycle(schedule["then"] as Component, optimizer, `${path}.then`);
  if (schedule["cycleMomentum"] !== true || optimizer.momentum !== undefined) return [];
  const known = (catalog.optimizer as readonly Optimizer[]).filter(({ momentum }) => momentum !== undefined).map(({ kind }) => kind).join(", ");
  return [problem(`${path}.cycleMomentum`, "mismatch", `needs an optimizer with momentum (${known}); ${optimizer.kind} has none to cycle`, { why: "cycleMomentum", got: optimizer.kind, known }, false)];
}

interface Bound {
  readonly moment: Writable<Moment>;
  readonly state: Record<string, number>;
  readonly needsLength: boolean;
  rate(): number;
  momentum(): number | null;
  report(metrics: Readonly<Record<string, number>>): void;
}

function bind({ kind, ...given }: Component, base: number, better: Readonly<Record<string, "higher" | "lower">>): Bound {
  const declared = declarationOf<Schedule>(catalog.schedule, { kind });
  const values = given as AnyValues;
  const inner = "then" in given ? bind(given["then"] as Component, base, better) : null;
  /** The wrapped schedule, at a moment so many steps earlier. */
  const later = (skipped: number): Bound => {
    if (inner === null) throw new Error(`${kind} wraps no other schedule`);
    const { step, epochs, stepsPerEpoch } = moment;
    inner.moment.step = step - skipped;
    inner.moment.epoch = Math.floor((step - skipped) / stepsPerEpoch);
    inner.moment.epochs = epochs - skipped / stepsPerEpoch;
    inner.moment.stepsPerEpoch = stepsPerEpoch;
    return inner;
  };
  // One object for both: at most one schedule of such a chain keeps anything, since only the last one wraps no other.
  const state = inner?.state ?? { ...declared.state };
  const moment: Writable<Moment> = {
    base, epoch: 0, step: 0, epochs: 0, stepsPerEpoch: 0, state,
    then: { rate: (skipped) => later(skipped).rate(), momentum: (skipped) => later(skipped).momentum() },
  };
  return {
    moment, state,
    needsLength: declared.needsLength === true,
    rate: () => declared.rate(values, moment),
    momentum: () => declared.momentum?.(values, moment) ?? null,
    report(metrics) {
      inner?.report(metrics);
      const name = declared.watches?.(values);
      if (name === undefined) return;
      const metric = metrics[name];
      if (metric === undefined) throw new RangeError(`the schedule ${kind} waits for ${name}; reported were ${Object.keys(metrics).join(", ")}`);
      declared.report?.(values, moment, metric, better[name.slice(name.indexOf("/") + 1)] ?? "lower");
    },
  };
}
