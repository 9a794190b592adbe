/** Whether rows fit a plan: their width, their targets. */

import { widthOf } from "../data/dataset.ts";
import type { Part } from "../data/prepare.ts";
import type { Plan } from "../plan/plan.ts";
import { SpecError } from "../spec/errors.ts";
import { problem } from "../spec/param.ts";

/** Rows of the right width with targets the loss can read. */
export function checkPart(plan: Plan, { rows, x, y }: Part, split: string): void {
  const width = widthOf(plan.model.input);
  if (x.length !== rows * width) throw new SpecError([problem("data", "badShape", `(${split}) has ${x.length} numbers in ${rows} rows; the model's input of ${plan.model.input.join("×")} needs ${width} a row`, { got: String(x.length), wanted: String(rows * width) })]);
  if (y.length !== rows * plan.targetWidth) throw new SpecError([problem("data", "badTarget", `(${split}) has ${y.length} targets in ${rows} rows; the loss ${plan.model.loss.kind} needs ${plan.targetWidth} a row`, { got: String(y.length), wanted: String(rows * plan.targetWidth) })]);
  const { labels } = plan;
  if (labels === null) return;
  const odd = y.findIndex((label) => !Number.isInteger(label) || label < 0 || label >= labels);
  if (odd >= 0) throw new SpecError([problem("data", "badTarget", `(${split}) has the label ${y[odd]} in row ${odd + 1}; ${plan.outputs} outputs with ${plan.model.loss.kind} take labels 0 to ${labels - 1}`, { got: String(y[odd]), wanted: `0…${labels - 1}` })]);
}
