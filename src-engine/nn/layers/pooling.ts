/** Pooling: one number for each window of an image, channel by channel. */

import { flag, integer, optional } from "../../spec/param.ts";
import { defineLayer } from "../layer.ts";
import { imageOf, sides, windowOver } from "../window.ts";
import type { Setting } from "../layer.ts";

const shared = {
  ...sides.size(2, "height and width of the window"),
  stride: optional(integer({ label: "stride", default: 1, min: 1, max: 1024, help: "how far the window moves; left out, by its own size, so that windows do not overlap" })),
  strideWidth: optional(integer({ label: "stride along the width", default: 1, min: 1, max: 1024, help: "stride along the width where it is another" })),
  ...sides.padding("rows around the image that belong to windows at its edge; smaller than the window"),
};

interface Pool { readonly size: number; readonly sizeWidth: number | null; readonly stride: number | null; readonly strideWidth: number | null; readonly padding: number; readonly paddingWidth: number | null }

const poolWindow = ({ size, sizeWidth, stride, strideWidth, padding, paddingWidth }: Pool, input: readonly number[], setting: Setting) => windowOver(input, {
  height: size, width: sizeWidth ?? size,
  strideHeight: stride ?? size, strideWidth: strideWidth ?? stride ?? sizeWidth ?? size,
  paddingHeight: padding, paddingWidth: paddingWidth ?? padding,
}, setting);

/**
 * y is the largest number of the window; padding never wins. Where several are largest, the first in row-major order is it and takes the whole gradient (as in PyTorch);
 * sharing it would be another subgradient, no more right. The winners' places, row · width + column, are the slice "<layer>/winner".
 */
export const maxPool = defineLayer({
  kind: "maxPool",
  title: "Max pooling",
  summary: "Keeps the largest number of each window: whether a pattern was found, not exactly where.",
  math: "y[i, j, c] = maxᵤ,ᵥ x[i s − p + u, j s − p + v, c]",
  source: "Ranzato, Huang, Boureau, LeCun, Unsupervised Learning of Invariant Feature Hierarchies, CVPR 2007",
  params: shared,
  plan(values, input, setting) {
    const window = poolWindow(values, input, setting);
    const output = [window.outHeight, window.outWidth, window.channels];
    return { output, flops: window.outHeight * window.outWidth * window.channels * (window.kernelHeight * window.kernelWidth - 1), window, scratch: { winner: { shape: output, perRow: true } } };
  },
  forward({ kernels, window, scratch, x, y }, m) {
    kernels.maxPool(x, y, scratch.winner!, m, window!);
  },
  backward({ kernels, window, scratch, dy, dx }, m) {
    if (dx !== null) kernels.maxPoolBackward(dy, scratch.winner!, dx, m, window!);
  },
  sides: ({ scratch, outputWidth }, m) => scratch.winner!.subarray(0, m * outputWidth),
});

export const averagePool = defineLayer({
  kind: "averagePool",
  title: "Average pooling",
  summary: "Takes the mean of each window: a smaller, smoother image.",
  math: "y[i, j, c] = (1/k²) Σᵤ Σᵥ x[i s − p + u, j s − p + v, c]",
  source: "LeCun, Bottou, Bengio, Haffner, Gradient-based learning applied to document recognition, Proceedings of the IEEE 86, 1998",
  params: {
    ...shared,
    countPadding: flag({ label: "count the padding", default: true, help: "divide by the whole window, padding included as zeros, as PyTorch does; else by what lies on the image, as Keras does" }),
  },
  plan(values, input, setting) {
    const window = poolWindow(values, input, setting);
    const output = [window.outHeight, window.outWidth, window.channels];
    return { output, flops: window.outHeight * window.outWidth * window.channels * window.kernelHeight * window.kernelWidth, window };
  },
  forward({ kernels, values, window, x, y }, m) {
    kernels.averagePool(x, y, m, window!, values.countPadding);
  },
  backward({ kernels, values, window, dy, dx }, m) {
    if (dx !== null) kernels.averagePoolBackward(dy, dx, m, window!, values.countPadding);
  },
});

export const globalAveragePool = defineLayer({
  kind: "globalAveragePool",
  title: "Global average pooling",
  summary: "Takes the mean of each channel over the whole image: from an image to one number for each channel.",
  math: "y[c] = (1/hw) Σᵢ Σⱼ x[i, j, c]",
  source: "Lin, Chen, Yan, Network In Network, ICLR 2014 (arXiv:1312.4400)",
  params: {},
  plan(_, input, setting) {
    const [height, width, channels] = imageOf(input, setting.misfit);
    const window = windowOver(input, { height, width, strideHeight: 1, strideWidth: 1, paddingHeight: 0, paddingWidth: 0 }, setting);
    return { output: [channels], flops: height * width * channels, window };
  },
  forward({ kernels, window, x, y }, m) {
    kernels.averagePool(x, y, m, window!, true);
  },
  backward({ kernels, window, dy, dx }, m) {
    if (dx !== null) kernels.averagePoolBackward(dy, dx, m, window!, true);
  },
});
