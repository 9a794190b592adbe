/** Noise added while training. */

import { real } from "../../spec/param.ts";
import { defineLayer } from "../layer.ts";

/**
 * In training y = x + σ n, n drawn anew for each number and step from the normal distribution; dx = dy. In evaluation y = x. Any shape.
 * The noise is the slice "<layer>/noise"; it is drawn from the stream "noise/<layer>".
 */
export const gaussianNoise = defineLayer({
  kind: "gaussianNoise",
  title: "Gaussian noise",
  summary: "Adds random numbers to its input at each training step; leaves evaluation alone.",
  math: "y = x + σ n;  n ~ N(0, 1)",
  source: "Bishop, Training with Noise is Equivalent to Tikhonov Regularization, Neural Computation 7, 1995",
  params: {
    deviation: real({ symbol: "σ", default: 0.1, min: 0, max: 1000, scale: "log", search: [0.01, 1], help: "standard deviation of the noise, in the unit of the input: standard-scaled features have 1" }),
  },
  stream: "noise",
  plan: (_, input) => ({ output: input, flops: 0, scratch: { noise: { shape: input, perRow: true } } }),
  forward({ kernels, values, scratch, x, y, inputWidth, stream }, m, mode) {
    const n = m * inputWidth;
    if (mode === "train") kernels.drawNoise(scratch.noise!, n, values.deviation, stream!);
    if (mode === "evaluate") kernels.copy(x, y, n);
    else kernels.add(x, scratch.noise!, y, n);
  },
  backward({ kernels, dy, dx, inputWidth }, m) {
    if (dx !== null) kernels.copy(dy, dx, m * inputWidth);
  },
});
