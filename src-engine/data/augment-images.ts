/** Augmentation of images: rows of shape [height, width, channels]. What comes in from outside the picture is 0, which under standard scaling is each pixel's mean. */

import { cos, pow, sin } from "../kernels/math.ts";
import { choice, integer, real } from "../spec/param.ts";
import { defineAugment } from "./augment.ts";
import type { AugmentAt } from "./augment.ts";
import { widthOf } from "./dataset.ts";

/** Room for one picture as it was. */
const onePicture = (shape: readonly number[]): number => widthOf(shape);

export const shift = defineAugment({
  kind: "shift",
  title: "Shift",
  summary: "Moves the picture a few pixels up or down and left or right.",
  math: "x[r, c] ← x[r + a, c + b];  a, b whole, uniform in −pixels … pixels",
  source: "",
  params: { pixels: integer({ default: 1, min: 0, max: 1024, scale: "log", search: [1, 8], unit: "pixels", help: "how far at most, along each axis" }) },
  inputs: "images",
  room: onePicture,
  apply(at, m) {
    const { values: { pixels }, stream } = at;
    for (let i = 0; i < m; i++) {
      const down = stream.below(2 * pixels + 1) - pixels;
      const right = stream.below(2 * pixels + 1) - pixels;
      warp(at, i, 1, 0, 0, 1, down, right);
    }
  },
});

export const flip = defineAugment({
  kind: "flip",
  title: "Flip",
  summary: "Mirrors every second picture, by chance.",
  math: "x[r, c] ← x[r, w − 1 − c] with probability ½",
  source: "",
  params: { axis: choice({ default: "horizontal", options: ["horizontal", "vertical", "both"], help: "horizontal swaps left and right; both tosses a coin for each axis. Not for what has a side, such as digits" }) },
  inputs: "images",
  room: onePicture,
  apply(at, m) {
    const { values: { axis }, stream } = at;
    for (let i = 0; i < m; i++) {
      const upright = axis === "horizontal" || stream.below(2) === 0 ? 1 : -1;
      const forward = axis === "vertical" || stream.below(2) === 0 ? 1 : -1;
      warp(at, i, upright, 0, 0, forward, 0, 0);
    }
  },
});

export const rotate = defineAugment({
  kind: "rotate",
  title: "Rotate",
  summary: "Turns the picture about its centre.",
  math: "x(p) ← x(R p);  R by an angle uniform in −degrees … degrees, pixels by bilinear interpolation",
  source: "",
  params: { degrees: real({ default: 10, min: 0, max: 180, search: [1, 30], unit: "degrees", help: "how far at most, either way" }) },
  inputs: "images",
  room: onePicture,
  apply(at, m) {
    const { values: { degrees }, stream } = at;
    for (let i = 0; i < m; i++) {
      const angle = (degrees * (2 * stream.uniform() - 1) * Math.PI) / 180;
      const cosine = cos(angle), sine = sin(angle);
      warp(at, i, cosine, -sine, sine, cosine, 0, 0);
    }
  },
});

export const zoom = defineAugment({
  kind: "zoom",
  title: "Zoom",
  summary: "Enlarges or shrinks the picture about its centre.",
  math: "x(p) ← x(p / s);  s = factorᵘ, u uniform in [−1, 1), pixels by bilinear interpolation",
  source: "",
  params: { factor: real({ default: 1.1, min: 1, max: 10, search: [1.02, 1.5], help: "how much at most: 1.1 lies between a tenth larger and a tenth smaller" }) },
  inputs: "images",
  room: onePicture,
  apply(at, m) {
    const { values: { factor }, stream } = at;
    for (let i = 0; i < m; i++) {
      const inverse = pow(factor, 1 - 2 * stream.uniform());
      warp(at, i, inverse, 0, 0, inverse, 0, 0);
    }
  },
});

/** The square's centre is any pixel, so near an edge less than the whole square is hidden, as in the paper. */
export const cutout = defineAugment({
  kind: "cutout",
  title: "Cutout",
  summary: "Hides a square of every picture.",
  math: "x[r, c] ← 0 inside a square of side size around a random pixel",
  source: "DeVries & Taylor, Improved Regularization of Convolutional Neural Networks with Cutout, 2017 (arXiv:1708.04552)",
  params: { size: integer({ default: 2, min: 1, max: 1024, scale: "log", search: [2, 16], unit: "pixels", help: "side of the square" }) },
  inputs: "images",
  apply({ values: { size }, shape, x, stream }, m) {
    const [h, w, c] = shape as readonly [number, number, number];
    for (let i = 0; i < m; i++) {
      const top = stream.below(h) - Math.floor(size / 2);
      const left = stream.below(w) - Math.floor(size / 2);
      for (let row = Math.max(top, 0); row < Math.min(top + size, h); row++) {
        const from = (i * h + row) * w;
        x.fill(0, (from + Math.max(left, 0)) * c, (from + Math.min(left + size, w)) * c);
      }
    }
  },
});

/** Picture i anew: its pixel at p = (row, column), seen from the centre, is the old one at (a b; c d) p + (down, right), between four pixels by bilinear interpolation. */
function warp({ shape, x, room }: AugmentAt<object>, i: number, a: number, b: number, c: number, d: number, down: number, right: number): void {
  const [h, w, channels] = shape as readonly [number, number, number];
  const size = h * w * channels;
  const from = i * size;
  for (let j = 0; j < size; j++) room[j] = x[from + j]!;
  const middleRow = (h - 1) / 2, middleColumn = (w - 1) / 2;
  for (let row = 0; row < h; row++) {
    for (let column = 0; column < w; column++) {
      const r = a * (row - middleRow) + b * (column - middleColumn) + middleRow + down;
      const s = c * (row - middleRow) + d * (column - middleColumn) + middleColumn + right;
      const top = Math.floor(r), left = Math.floor(s);
      const below = r - top, beside = s - left;
      for (let k = 0; k < channels; k++) {
        // Shares of 0 add 0: a pixel that only moves keeps its bits.
        let value = (1 - below) * (1 - beside) * pixel(room, h, w, channels, top, left, k);
        value += (1 - below) * beside * pixel(room, h, w, channels, top, left + 1, k);
        value += below * (1 - beside) * pixel(room, h, w, channels, top + 1, left, k);
        value += below * beside * pixel(room, h, w, channels, top + 1, left + 1, k);
        x[from + (row * w + column) * channels + k] = value;
      }
    }
  }
}

const pixel = (picture: ArrayLike<number>, h: number, w: number, channels: number, row: number, column: number, k: number): number =>
  (row < 0 || column < 0 || row >= h || column >= w ? 0 : picture[(row * w + column) * channels + k]!);
