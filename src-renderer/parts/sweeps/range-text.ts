/** The range of an axis in a few words. Pure. */

import type { Axis } from "../../../src-main/contract/sweep-checks.ts";
import { shownValue } from "./axis-words.ts";

/** `1e-4 … 0.1`, `32, 64, 128`, `8 … 64 by 8`, or the one value that is held. */
export function rangeText(axis: Axis): string {
  if ("value" in axis) return shownValue(axis.value);
  if ("values" in axis) return axis.values.map(shownValue).join(", ");
  const step = axis.step === null || axis.step === 1 ? "" : ` / ${shownValue(axis.step)}`;
  return `${shownValue(axis.from)} … ${shownValue(axis.to)}${step}`;
}
