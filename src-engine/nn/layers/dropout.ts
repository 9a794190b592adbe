/** Inverted dropout. */

import { real } from "../../spec/param.ts";
import { defineLayer } from "../layer.ts";

/**
 * In training y = x · d / keepProb, where each element of d is 1 with probability keepProb, else 0: a new mask for each row and step, the same one backward.
 * In evaluation y = x: nothing is dropped and nothing is scaled. Any shape.
 * The mask is the slice "<layer>/mask"; it is drawn from the stream "dropout/<layer>".
 */
export const dropout = defineLayer({
  kind: "dropout",
  title: "Dropout",
  summary: "Switches off a random share of the inputs at each training step and scales up the rest; leaves evaluation alone.",
  math: "d = (u < keepProb);  y = x · d / keepProb;  u ~ U[0, 1)",
  source: "Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, Dropout, JMLR 15, 2014; inverted form of the course",
  params: {
    keepProb: real({ label: "keep probability", default: 0.8, min: 0, max: 1, open: "min", search: [0.5, 1], help: "share that is kept: keep 0.8 is a drop rate of 0.2, the argument of Keras and PyTorch" }),
  },
  stream: "dropout",
  plan: (_, input) => ({ output: input, flops: 0, scratch: { mask: { shape: input, perRow: true } } }),
  forward({ kernels, values, scratch, x, y, inputWidth, stream }, m, mode) {
    const n = m * inputWidth;
    if (mode === "train") kernels.drawMask(scratch.mask!, n, values.keepProb, stream!);
    if (mode === "evaluate") kernels.copy(x, y, n);
    else kernels.dropout(x, scratch.mask!, y, n, values.keepProb);
  },
  backward({ kernels, values, scratch, dy, dx, inputWidth }, m) {
    if (dx !== null) kernels.dropout(dy, scratch.mask!, dx, m * inputWidth, values.keepProb);
  },
});
