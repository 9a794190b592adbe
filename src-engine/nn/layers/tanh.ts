/** The hyperbolic tangent. */

import { defineLayer } from "../layer.ts";

/** y = tanh x; dx = dy (1 − y²). Any shape. */
export const tanh = defineLayer({
  kind: "tanh",
  title: "tanh",
  summary: "Squeezes every number into (−1, 1), with mean near 0; pairs with Xavier (LeCun) initialisation.",
  math: "y = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)",
  source: "",
  params: {},
  plan: (_, input) => ({ output: input }),
  forward({ kernels, x, y, inputWidth }, m) {
    kernels.tanh(x, y, m * inputWidth);
  },
  backward({ kernels, y, dy, dx, inputWidth }, m) {
    if (dx !== null) kernels.tanhBackward(y, dy, dx, m * inputWidth);
  },
});
