/** The analytic gradient against central differences, slice by slice. Knows a plan's memory, no layer. */

import type { Slice } from "../plan/arena.ts";
import type { Plan } from "../plan/plan.ts";

export interface GradientCheckOptions {
  /** Half the distance of the two points; 1e-5 where absent, which measures best in 64 bit (the course takes 1e-7). */
  readonly epsilon?: number;
}

/** One slice's answer. `worst` is the entry whose two numbers lie furthest apart. */
export interface SliceCheck {
  readonly name: string;
  readonly relativeError: number;
  readonly worst: { readonly index: number; readonly analytic: number; readonly numerical: number };
}

export interface GradientReport {
  /** ‖g − ĝ‖ / (‖g‖ + ‖ĝ‖) over all slices together; 0 where both are 0. */
  readonly relativeError: number;
  readonly slices: readonly SliceCheck[];
}

/**
 * Compares the gradient of the total loss (penalties included) at the plan's present parameters with ĝᵢ = (J(θ + εeᵢ) − J(θ − εeᵢ)) / 2ε, for every
 * parameter, and for the input too where the plan was compiled with `inputGradient`.
 *
 * x (m, width) and y (m, targets) are one batch, m at most the plan's. Dropout masks are drawn once and kept; batch norm uses the batch's statistics and
 * does not remember them. Below about 1e-7 all is well, above 1e-5 something deserves a look, above 1e-3 it is wrong — unless a ReLU's corner lies between
 * the two points. Parameters are left as they were; gradients are those of the batch. Throws RangeError for a plan in 32 bit, whose rounding hides the truth.
 */
export function checkGradient(plan: Plan, x: Float64Array, y: Float64Array, { epsilon = 1e-5 }: GradientCheckOptions = {}): GradientReport {
  if (plan.precision !== 64) throw new RangeError("a gradient check needs a plan of precision 64; this one has 32: in 32 bit the difference of two losses is mostly rounding");
  const m = y.length / plan.targetWidth;
  if (!Number.isInteger(m) || m < 1 || m > plan.batchSize) throw new RangeError(`a gradient check takes 1 to ${plan.batchSize} rows, the plan's batch; got ${m}`);
  plan.gather({ rows: m, x, y }, null, 0, m);

  const input = plan.slices.find(({ role, name }) => role === "delta" && name === "input");
  const batch = plan.slices.find(({ role, name }) => role === "batch" && name === "x")!;
  const checked = plan.slices.filter(({ role }) => role === "param").map(({ name, view }) => ({ name, values: view, gradient: plan.slices.find((slice) => slice.role === "grad" && slice.name === name)!.view }));
  if (input !== undefined) checked.push({ name: "input", values: batch.view.subarray(0, x.length), gradient: input.view.subarray(0, x.length) });

  drawMasks(plan, m);
  plan.gradient(m, "replay");
  const analytic = checked.map(({ gradient }) => Float64Array.from(gradient));
  const numerical = checked.map(({ values }) => differences(plan, values, m, epsilon));
  plan.gradient(m, "replay");
  return {
    relativeError: relative(concatenated(analytic), concatenated(numerical)),
    slices: checked.map(({ name }, i) => ({ name, relativeError: relative(analytic[i]!, numerical[i]!), worst: worst(analytic[i]!, numerical[i]!) })),
  };
}

/** ‖a − b‖ / (‖a‖ + ‖b‖); 0 where both are 0. */
export function relative(a: Float64Array, b: Float64Array): number {
  let difference = 0, ofA = 0, ofB = 0;
  for (let i = 0; i < a.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    ofA += a[i]! ** 2;
    ofB += b[i]! ** 2;
  }
  const scale = Math.sqrt(ofA) + Math.sqrt(ofB);
  return scale === 0 ? 0 : Math.sqrt(difference) / scale;
}

/** One training pass draws the masks; the statistics it moves are put back. */
function drawMasks(plan: Plan, m: number): void {
  const statistics = plan.slices.filter(({ role }) => role === "statistic").map(({ view }) => ({ view, before: view.slice() }));
  plan.forward(m, "train");
  for (const { view, before } of statistics) view.set(before);
}

function differences(plan: Plan, values: Slice["view"], m: number, epsilon: number): Float64Array {
  return Float64Array.from(values, (_, i) => {
    const at = values[i]!;
    values[i] = at + epsilon;
    const above = plan.gradient(m, "replay");
    values[i] = at - epsilon;
    const below = plan.gradient(m, "replay");
    values[i] = at;
    return (above - below) / (2 * epsilon);
  });
}

function worst(analytic: Float64Array, numerical: Float64Array): SliceCheck["worst"] {
  let index = 0;
  for (let i = 1; i < analytic.length; i++) if (Math.abs(analytic[i]! - numerical[i]!) > Math.abs(analytic[index]! - numerical[index]!)) index = i;
  return { index, analytic: analytic[index] ?? 0, numerical: numerical[index] ?? 0 };
}

const concatenated = (parts: readonly Float64Array[]): Float64Array => Float64Array.from(parts.flatMap((part) => Array.from(part)));
