/** The convolution over images. */

import type { Window } from "../../kernels/kernels.ts";
import { component, flag, integer, optional } from "../../spec/param.ts";
import { defineLayer } from "../layer.ts";
import { sides, windowOver } from "../window.ts";

/**
 * y[oy, ox, f] = b[f] + Σ x[oy·stride − padding + ky, ox·stride − padding + kx, c] w[ky, kx, c, f]: a cross-correlation, as in every framework; zeros lie around the image.
 * Images are [height, width, channels], kernels [size, sizeWidth, channels/groups, filters]; an output has ⌊(n + 2 padding − size)/stride⌋ + 1 numbers along an axis of n.
 * PyTorch's kernels are [out, in, height, width]. An initializer's fan: in = size² · channels/groups, out = size² · filters/groups.
 */
export const conv2d = defineLayer({
  kind: "conv2d",
  title: "Convolution",
  summary: "Slides small kernels over an image: each filter answers wherever it finds its pattern.",
  math: "y[i, j, f] = b[f] + Σ(u, v, c) x[i s − p + u, j s − p + v, c] W[u, v, c, f]",
  source: "LeCun, Bottou, Bengio, Haffner, Gradient-based learning applied to document recognition, Proceedings of the IEEE 86, 1998",
  params: {
    filters: integer({ default: 8, min: 1, max: 65_536, scale: "log", search: [4, 128], help: "how many patterns are looked for; the channels of the output" }),
    ...sides.size(3, "height and width of the kernel"),
    ...sides.stride("how far the kernel moves from one output to the next; 2 halves the image"),
    ...sides.padding("rows of zeros around the image; 1 keeps its size with a kernel of 3, 2 with one of 5"),
    groups: integer({ default: 1, min: 1, max: 65_536, help: "parts into which channels and filters are divided, each seeing only its own; as many as channels is a depthwise convolution" }),
    bias: flag({ symbol: "b", default: true, help: "add a learned number to each filter's output; directly in front of batch norm, which would take it away again, it is left out" }),
    init: component({ label: "weight initialisation", family: "initializer", default: { kind: "heNormal" }, help: "how the kernel W starts; biases start at 0" }),
    regularizer: optional(component({ family: "regularizer", default: { kind: "l2" }, help: "a penalty for this kernel instead of the model's" })),
  },
  plan({ filters, size, sizeWidth, stride, strideWidth, padding, paddingWidth, groups, bias, init, regularizer }, input, setting) {
    const window = windowOver(input, {
      height: size, width: sizeWidth ?? size, strideHeight: stride, strideWidth: strideWidth ?? stride, paddingHeight: padding, paddingWidth: paddingWidth ?? padding,
    }, setting);
    const { channels, outHeight, outWidth, kernelHeight, kernelWidth } = window;
    for (const [what, count] of [["channels", channels], ["filters", filters]] as const) {
      if (count % groups !== 0) throw setting.misfit("groups", `must divide the ${count} ${what === "channels" ? "channels of its input" : what}; got ${groups}`, { why: "groups", what, got: String(groups), count: String(count) }, 1);
    }
    const seen = kernelHeight * kernelWidth * (channels / groups);
    return {
      output: [outHeight, outWidth, filters],
      flops: outHeight * outWidth * filters * (2 * seen + (bias ? 1 : 0)),
      window,
      params: {
        kernel: { shape: [kernelHeight, kernelWidth, channels / groups, filters], start: init, fan: { in: seen, out: kernelHeight * kernelWidth * (filters / groups) }, decays: true, regularizer },
        ...(bias ? { bias: { shape: [filters], start: 0, decays: false } } : {}),
      },
    };
  },
  forward({ kernels, values, params, window, x, y }, m) {
    kernels.conv2d(x, params.kernel!, params.bias ?? null, y, m, window!, values.filters, values.groups);
  },
  backward({ kernels, values, params, grads, window, x, dy, dx }, m) {
    kernels.conv2dKernel(x, dy, grads.kernel!, m, window!, values.filters, values.groups);
    if (grads.bias !== undefined) kernels.columnSums(dy, grads.bias, m * places(window!), values.filters);
    if (dx !== null) kernels.conv2dInput(dy, params.kernel!, dx, m, window!, values.filters, values.groups);
  },
});

const places = ({ outHeight, outWidth }: Window): number => outHeight * outWidth;
