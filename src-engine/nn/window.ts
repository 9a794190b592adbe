/** How kernels and pools slide over images: the parameters that say it, and the window they come to. */

import type { Window } from "../kernels/kernels.ts";
import { integer, optional } from "../spec/param.ts";
import type { Setting } from "./layer.ts";

/** What a window's size, stride and padding are along both axes. */
interface Steps {
  readonly height: number; readonly width: number;
  readonly strideHeight: number; readonly strideWidth: number;
  readonly paddingHeight: number; readonly paddingWidth: number;
}

const side = (label: string, size: number, least: number, help: string) => integer({ label, default: size, min: least, max: 1024, help });

/** A number along the height, and one along the width that may be left out: then it is the same. */
export const sides = {
  size: (size: number, help: string) => ({ size: side("size", size, 1, help), sizeWidth: optional(side("width", 1, 1, "size along the width where it is another; left out, the window is square")) }),
  stride: (help: string) => ({ stride: side("stride", 1, 1, help), strideWidth: optional(side("stride along the width", 2, 1, "stride along the width where it is another")) }),
  padding: (help: string) => ({ padding: side("padding", 0, 0, help), paddingWidth: optional(side("padding along the width", 1, 0, "padding along the width where it is another")) }),
};

/**
 * The window over an input, which must be an image, at least as large with its padding as the kernel; the padding must be smaller than the kernel, so that every
 * window sees a number. Throws what `setting.misfit` makes.
 */
export function windowOver(input: readonly number[], steps: Steps, { misfit }: Setting): Window {
  const [height, width, channels] = imageOf(input, misfit);
  const along = (size: number, kernel: number, stride: number, padding: number, axis: "height" | "width"): number => {
    if (padding >= kernel) throw misfit("padding", `must be smaller than the window's ${axis} of ${kernel}, or some windows would see nothing; got ${padding}`, { why: "widePadding", axis, kernel: String(kernel), got: String(padding) }, kernel - 1);
    if (size + 2 * padding < kernel) throw misfit("size", `must be at most ${size + 2 * padding}, the ${axis} of its input with padding; got ${kernel}`, { why: "largeWindow", axis, most: String(size + 2 * padding), got: String(kernel) }, size + 2 * padding);
    return Math.floor((size + 2 * padding - kernel) / stride) + 1;
  };
  return {
    height, width, channels,
    outHeight: along(height, steps.height, steps.strideHeight, steps.paddingHeight, "height"),
    outWidth: along(width, steps.width, steps.strideWidth, steps.paddingWidth, "width"),
    kernelHeight: steps.height, kernelWidth: steps.width,
    strideHeight: steps.strideHeight, strideWidth: steps.strideWidth,
    paddingHeight: steps.paddingHeight, paddingWidth: steps.paddingWidth,
  };
}

/** Height, width and channels of an input that must be an image. */
export function imageOf(input: readonly number[], misfit: Setting["misfit"]): readonly [height: number, width: number, channels: number] {
  if (input.length === 3) return input as [number, number, number];
  throw misfit("", `needs images of height, width and channels; its input has the shape ${input.join("×")}. Give the data an image shape, and put no dense or flatten layer in front`, { why: "needsImages", got: input.join("×") });
}
