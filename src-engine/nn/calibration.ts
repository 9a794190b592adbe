/** Whether probabilities mean what they say, and the one number that mends most of it: a temperature. Knows logits and labels, no network. */

import { exp, log } from "../kernels/math.ts";
import { minimize } from "../stats/minimize.ts";
import { argmax, logSoftmaxOf, softmaxOf } from "./reading.ts";

/** Rows whose confidence lies in one interval (from, to]: how many, the share of them that is right, and their mean confidence. */
export interface CalibrationBin { readonly bin: number; readonly from: number; readonly to: number; readonly count: number; readonly accuracy: number; readonly confidence: number }

/** In which of the equal intervals (0, 1/B], (1/B, 2/B] … a confidence lies; 0 lies in the first. A confidence that is NaN counts in the last. */
export function binOf(confidence: number, bins: number): number {
  const bin = Math.ceil(confidence * bins) - 1;
  return bin >= 0 && bin < bins ? bin : bin < 0 ? 0 : bins - 1;
}

/**
 * The reliability diagram as data: rows by their confidence, the largest probability of a row, in `bins` equal intervals. Empty bins are left out.
 *
 * probabilities (rows, classes), for two classes with both columns · labels (rows) in 0…classes−1.
 */
export function calibrationBins(probabilities: ArrayLike<number>, labels: ArrayLike<number>, classes: number, bins = 15): CalibrationBin[] {
  const tally = tallied(probabilities, labels, classes, bins);
  return Array.from({ length: bins }, (_, bin) => bin).filter((bin) => tally[3 * bin]! > 0).map((bin) => {
    const count = tally[3 * bin]!;
    return { bin, from: bin / bins, to: (bin + 1) / bins, count, accuracy: tally[3 * bin + 1]! / count, confidence: tally[3 * bin + 2]! / count };
  });
}

/** Of a tally with count, hits and summed confidence of each bin: the mean gap between accuracy and confidence weighted by rows, and the largest. */
export function calibrationErrors(tally: ArrayLike<number>, bins: number): { readonly ece: number; readonly mce: number } {
  let rows = 0, gaps = 0, mce = 0;
  for (let b = 0; b < bins; b++) {
    const count = tally[3 * b]!;
    if (count === 0) continue;
    const gap = Math.abs(tally[3 * b + 1]! - tally[3 * b + 2]!);
    rows += count;
    gaps += gap;
    mce = Math.max(mce, gap / count);
  }
  return { ece: gaps / rows, mce };
}

function tallied(probabilities: ArrayLike<number>, labels: ArrayLike<number>, classes: number, bins: number): Float64Array {
  const tally = new Float64Array(3 * bins);
  for (let i = 0; i < labels.length; i++) {
    const guess = argmax(probabilities, i * classes, classes);
    const confidence = probabilities[i * classes + guess]!;
    const bin = 3 * binOf(confidence, bins);
    tally[bin]!++;
    if (guess === labels[i]) tally[bin + 1]!++;
    tally[bin + 2]! += confidence;
  }
  return tally;
}

/** How good probabilities are at one temperature: mean −log of the right class's probability (nats), and the expected calibration error. */
export interface Calibration { readonly temperature: number; readonly nll: number; readonly ece: number }

/** Temperatures are sought between these. Where every row is right any is best that is small enough for the loss to be 0 to the last bit; where the logits mislead it is the most. */
export const temperatures = { least: 0.01, most: 100 } as const;

/**
 * The temperature T that makes −(1/m) Σ log softmax(zᵣ/T)[yᵣ] smallest, with the calibration before (T = 1) and after. Fit it on validation rows that did
 * not train the network; predicted classes stay as they are. The sum is convex in 1/T, so there is one minimum; it is sought in [0.01, 100], to about 1e-7 of log T.
 *
 * z (rows, c) logits, for one output (rows, 1) the logit of class 1 · labels (rows) · bins of the calibration error. Throws RangeError without rows.
 * Guo, Pleiss, Sun, Weinberger, On Calibration of Modern Neural Networks, ICML 2017 (arXiv:1706.04599), §4.2.
 */
export function fitTemperature(z: ArrayLike<number>, labels: ArrayLike<number>, c: number, bins = 15): { readonly before: Calibration; readonly after: Calibration } {
  if (labels.length === 0) throw new RangeError("a temperature is fitted to at least one row; got none");
  // One logit against 0 is two classes.
  const [logits, classes] = c === 1 ? [Float64Array.from({ length: 2 * labels.length }, (_, i) => (i % 2 === 0 ? 0 : z[(i - 1) / 2]!)), 2] : [z, c];
  const nll = (temperature: number): number => {
    const a = logSoftmaxOf(logits, classes, temperature);
    let sum = 0;
    for (let i = 0; i < labels.length; i++) sum -= a[i * classes + labels[i]!]!;
    return sum / labels.length;
  };
  const at = (temperature: number): Calibration =>
    ({ temperature, nll: nll(temperature), ece: calibrationErrors(tallied(softmaxOf(logits, classes, temperature), labels, classes, bins), bins).ece });
  const best = minimize((x) => nll(exp(x)), log(temperatures.least), log(temperatures.most), 1e-8);
  return { before: at(1), after: at(exp(best.x)) };
}
