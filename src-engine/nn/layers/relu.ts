/** The rectified linear unit. */

import { defineLayer } from "../layer.ts";

/** y = max(x, 0); dx = dy where x > 0, else 0 (at 0 itself too, as in PyTorch). Any shape. */
export const relu = defineLayer({
  kind: "relu",
  title: "ReLU",
  summary: "Lets positive numbers through and makes negative ones 0; pairs with He initialisation.",
  math: "y = max(x, 0)",
  source: "Nair & Hinton, Rectified Linear Units Improve Restricted Boltzmann Machines, ICML 2010",
  params: {},
  plan: (_, input) => ({ output: input }),
  forward({ kernels, x, y, inputWidth }, m) {
    kernels.relu(x, y, m * inputWidth);
  },
  backward({ kernels, x, dy, dx, inputWidth }, m) {
    if (dx !== null) kernels.reluBackward(x, dy, dx, m * inputWidth);
  },
});
