/** The logistic function as a layer. */

import { defineLayer } from "../layer.ts";

/** y = 1/(1 + e⁻ˣ); dx = dy y (1 − y). Any shape. The losses take logits: no sigmoid belongs in front of them. */
export const sigmoid = defineLayer({
  kind: "sigmoid",
  title: "Sigmoid",
  summary: "Squeezes every number into (0, 1); its slope is at most ¼, so deep stacks of it learn slowly.",
  math: "y = 1 / (1 + e⁻ˣ)",
  source: "",
  params: {},
  plan: (_, input) => ({ output: input }),
  forward({ kernels, x, y, inputWidth }, m) {
    kernels.sigmoid(x, y, m * inputWidth);
  },
  backward({ kernels, y, dy, dx, inputWidth }, m) {
    if (dx !== null) kernels.sigmoidBackward(y, dy, dx, m * inputWidth);
  },
});
