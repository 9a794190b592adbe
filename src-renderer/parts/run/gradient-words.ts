/** How a gradient check is written: its numbers, and its hints in the language of the page. Pure. */

import type { GradientReport } from "../../../src-main/contract/gradient-check.ts";
import { withMinus } from "../../../src-main/contract/figures.ts";
import type { Words } from "../../words/words.svelte.ts";

/** Errors span twenty powers of ten: `3.1e-11`, `0.0042`, `0.693`. */
export function errorText(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return "0";
  return withMinus(Math.abs(value) < 1e-3 || Math.abs(value) >= 1e6 ? value.toExponential(digits - 2) : String(Number(value.toPrecision(digits))));
}

/** A hint whose code this page does not know is told as the engine said it. */
export function hintText({ code, slices, params, message }: GradientReport["hints"][number], words: Words): string {
  const say = Object.hasOwn(words.insight.hints, code) ? words.insight.hints[code] : undefined;
  return say === undefined ? message : say(words.common.list(slices), params);
}
