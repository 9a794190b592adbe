/** From an image to one row of numbers. */

import { widthOf } from "../../data/dataset.ts";
import { defineLayer } from "../layer.ts";

/** The numbers stay in their order (height, width, channels), as in Keras; PyTorch's images have their channels first, so its flattened rows are in another order. */
export const flatten = defineLayer({
  kind: "flatten",
  title: "Flatten",
  summary: "Lays the rows of an image one behind the other; a dense layer does the same by itself.",
  math: "y = x",
  source: "",
  params: {},
  plan: (_, input) => ({ output: [widthOf(input)], flops: 0 }),
  forward({ kernels, x, y, inputWidth }, m) {
    kernels.copy(x, y, m * inputWidth);
  },
  backward({ kernels, dy, dx, inputWidth }, m) {
    if (dx !== null) kernels.copy(dy, dx, m * inputWidth);
  },
});
