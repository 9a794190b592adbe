/**
 * The reference's kernels that slide over images: convolution and pooling, forward and backward.
 * Convolutions work on four filters or channels side by side: four independent sums keep the processor busy, and each is still one ascending sum.
 * Where fewer than four are left, the last one is summed again and the same number written again.
 */

import type { Kernels, Precision, Vector, Window } from "./kernels.ts";

type Images = Pick<Kernels, "conv2d" | "conv2dInput" | "conv2dKernel" | "maxPool" | "maxPoolBackward" | "averagePool" | "averagePoolBackward">;

export function images(precision: Precision): Images {
  const single = precision === 32;
  const round = (x: number): number => (single ? Math.fround(x) : x);

  function conv2d(x: Vector, w: Vector, b: Vector | null, y: Vector, m: number, window: Window, filters: number, groups: number): void {
    const { height, width, channels, outHeight, outWidth, kernelHeight, kernelWidth, strideHeight, strideWidth, paddingHeight, paddingWidth } = window;
    const inGroup = channels / groups, outGroup = filters / groups;
    for (let i = 0, out = 0; i < m; i++) for (let oy = 0; oy < outHeight; oy++) for (let ox = 0; ox < outWidth; ox++, out += filters) {
      const top = oy * strideHeight - paddingHeight, left = ox * strideWidth - paddingWidth;
      for (let group = 0; group < groups; group++) {
        const end = (group + 1) * outGroup;
        for (let f = group * outGroup; f < end; f += 4) {
          const f1 = Math.min(f + 1, end - 1), f2 = Math.min(f + 2, end - 1), f3 = Math.min(f + 3, end - 1);
          let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
          for (let ky = 0; ky < kernelHeight; ky++) {
            const iy = top + ky;
            if (iy < 0 || iy >= height) continue;
            for (let kx = 0; kx < kernelWidth; kx++) {
              const ix = left + kx;
              if (ix < 0 || ix >= width) continue;
              const from = ((i * height + iy) * width + ix) * channels + group * inGroup;
              for (let c = 0, o = (ky * kernelWidth + kx) * inGroup * filters; c < inGroup; c++, o += filters) {
                const a = x[from + c]!;
                s0 = round(s0 + round(a * w[o + f]!));
                s1 = round(s1 + round(a * w[o + f1]!));
                s2 = round(s2 + round(a * w[o + f2]!));
                s3 = round(s3 + round(a * w[o + f3]!));
              }
            }
          }
          y[out + f3] = s3;
          y[out + f2] = s2;
          y[out + f1] = s1;
          y[out + f] = s0;
        }
      }
      if (b !== null) for (let f = 0; f < filters; f++) y[out + f] = y[out + f]! + b[f]!;
    }
  }

  function conv2dInput(dy: Vector, w: Vector, dx: Vector, m: number, window: Window, filters: number, groups: number): void {
    const { height, width, channels, outHeight, outWidth, kernelHeight, kernelWidth, strideHeight, strideWidth, paddingHeight, paddingWidth } = window;
    const inGroup = channels / groups, outGroup = filters / groups;
    for (let i = 0, at = 0; i < m; i++) for (let iy = 0; iy < height; iy++) for (let ix = 0; ix < width; ix++, at += channels) for (let group = 0; group < groups; group++) {
      const end = (group + 1) * inGroup;
      for (let c = group * inGroup; c < end; c += 4) {
        const c1 = Math.min(c + 1, end - 1), c2 = Math.min(c + 2, end - 1), c3 = Math.min(c + 3, end - 1);
        let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        for (let ky = 0; ky < kernelHeight; ky++) {
          const oy = (iy + paddingHeight - ky) / strideHeight;
          if (oy < 0 || oy >= outHeight || oy !== Math.floor(oy)) continue;
          for (let kx = 0; kx < kernelWidth; kx++) {
            const ox = (ix + paddingWidth - kx) / strideWidth;
            if (ox < 0 || ox >= outWidth || ox !== Math.floor(ox)) continue;
            const from = ((i * outHeight + oy) * outWidth + ox) * filters + group * outGroup;
            const w0 = ((ky * kernelWidth + kx) * inGroup - group * inGroup) * filters + group * outGroup;
            for (let f = 0; f < outGroup; f++) {
              const a = dy[from + f]!;
              s0 = round(s0 + round(a * w[w0 + c * filters + f]!));
              s1 = round(s1 + round(a * w[w0 + c1 * filters + f]!));
              s2 = round(s2 + round(a * w[w0 + c2 * filters + f]!));
              s3 = round(s3 + round(a * w[w0 + c3 * filters + f]!));
            }
          }
        }
        dx[at + c3] = s3;
        dx[at + c2] = s2;
        dx[at + c1] = s1;
        dx[at + c] = s0;
      }
    }
  }

  function conv2dKernel(x: Vector, dy: Vector, dw: Vector, m: number, window: Window, filters: number, groups: number): void {
    const { height, width, channels, outHeight, outWidth, kernelHeight, kernelWidth, strideHeight, strideWidth, paddingHeight, paddingWidth } = window;
    const inGroup = channels / groups, outGroup = filters / groups;
    for (let ky = 0; ky < kernelHeight; ky++) for (let kx = 0; kx < kernelWidth; kx++) {
      // The rows and columns of y whose windows have this place of the kernel on the image and not on its padding.
      const fromY = firstInside(paddingHeight - ky, strideHeight), toY = pastInside(paddingHeight - ky, strideHeight, height, outHeight);
      const fromX = firstInside(paddingWidth - kx, strideWidth), toX = pastInside(paddingWidth - kx, strideWidth, width, outWidth);
      for (let c = 0; c < inGroup; c++) for (let group = 0; group < groups; group++) {
        const end = (group + 1) * outGroup, at = ((ky * kernelWidth + kx) * inGroup + c) * filters;
        for (let f = group * outGroup; f < end; f += 4) {
          const f1 = Math.min(f + 1, end - 1), f2 = Math.min(f + 2, end - 1), f3 = Math.min(f + 3, end - 1);
          let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
          for (let i = 0; i < m; i++) for (let oy = fromY; oy < toY; oy++) {
            const row = ((i * height + oy * strideHeight - paddingHeight + ky) * width - paddingWidth + kx) * channels + group * inGroup + c;
            const out = (i * outHeight + oy) * outWidth * filters;
            for (let ox = fromX; ox < toX; ox++) {
              const a = x[row + ox * strideWidth * channels]!, o = out + ox * filters;
              s0 = round(s0 + round(a * dy[o + f]!));
              s1 = round(s1 + round(a * dy[o + f1]!));
              s2 = round(s2 + round(a * dy[o + f2]!));
              s3 = round(s3 + round(a * dy[o + f3]!));
            }
          }
          dw[at + f3] = s3;
          dw[at + f2] = s2;
          dw[at + f1] = s1;
          dw[at + f] = s0;
        }
      }
    }
  }

  function maxPool(x: Vector, y: Vector, winner: Vector, m: number, window: Window): void {
    const { height, width, channels, outHeight, outWidth, kernelHeight, kernelWidth, strideHeight, strideWidth, paddingHeight, paddingWidth } = window;
    for (let i = 0, out = 0; i < m; i++) for (let oy = 0; oy < outHeight; oy++) for (let ox = 0; ox < outWidth; ox++) {
      const top = oy * strideHeight - paddingHeight, left = ox * strideWidth - paddingWidth;
      const fromY = Math.max(top, 0), toY = Math.min(top + kernelHeight, height), fromX = Math.max(left, 0), toX = Math.min(left + kernelWidth, width);
      for (let c = 0; c < channels; c++, out++) {
        let place = fromY * width + fromX;
        let most = x[(i * height * width + place) * channels + c]!;
        for (let iy = fromY; iy < toY; iy++) for (let ix = fromX; ix < toX; ix++) {
          const value = x[((i * height + iy) * width + ix) * channels + c]!;
          if (value > most || value !== value) {
            most = value;
            place = iy * width + ix;
          }
        }
        y[out] = most;
        winner[out] = place;
      }
    }
  }

  function maxPoolBackward(dy: Vector, winner: Vector, dx: Vector, m: number, { height, width, channels, outHeight, outWidth }: Window): void {
    const pixels = height * width, outs = outHeight * outWidth;
    dx.fill(0, 0, m * pixels * channels);
    for (let i = 0, out = 0; i < m; i++) for (let o = 0; o < outs; o++) for (let c = 0; c < channels; c++, out++) {
      const at = (i * pixels + winner[out]!) * channels + c;
      dx[at] = dx[at]! + dy[out]!;
    }
  }

  function averagePool(x: Vector, y: Vector, m: number, window: Window, countPadding: boolean): void {
    const { height, width, channels, outHeight, outWidth, kernelHeight, kernelWidth, strideHeight, strideWidth, paddingHeight, paddingWidth } = window;
    for (let i = 0, out = 0; i < m; i++) for (let oy = 0; oy < outHeight; oy++) for (let ox = 0; ox < outWidth; ox++) {
      const top = oy * strideHeight - paddingHeight, left = ox * strideWidth - paddingWidth;
      const fromY = Math.max(top, 0), toY = Math.min(top + kernelHeight, height), fromX = Math.max(left, 0), toX = Math.min(left + kernelWidth, width);
      const count = countPadding ? kernelHeight * kernelWidth : (toY - fromY) * (toX - fromX);
      for (let c = 0; c < channels; c++, out++) {
        let sum = 0;
        for (let iy = fromY; iy < toY; iy++) for (let ix = fromX; ix < toX; ix++) sum = round(sum + x[((i * height + iy) * width + ix) * channels + c]!);
        y[out] = sum / count;
      }
    }
  }

  function averagePoolBackward(dy: Vector, dx: Vector, m: number, window: Window, countPadding: boolean): void {
    const { height, width, channels, outHeight, outWidth, kernelHeight, kernelWidth, strideHeight, strideWidth, paddingHeight, paddingWidth } = window;
    dx.fill(0, 0, m * height * width * channels);
    for (let i = 0, out = 0; i < m; i++) for (let oy = 0; oy < outHeight; oy++) for (let ox = 0; ox < outWidth; ox++) {
      const top = oy * strideHeight - paddingHeight, left = ox * strideWidth - paddingWidth;
      const fromY = Math.max(top, 0), toY = Math.min(top + kernelHeight, height), fromX = Math.max(left, 0), toX = Math.min(left + kernelWidth, width);
      const count = countPadding ? kernelHeight * kernelWidth : (toY - fromY) * (toX - fromX);
      for (let c = 0; c < channels; c++, out++) {
        const share = round(dy[out]! / count);
        for (let iy = fromY; iy < toY; iy++) for (let ix = fromX; ix < toX; ix++) {
          const at = ((i * height + iy) * width + ix) * channels + c;
          dx[at] = dx[at]! + share;
        }
      }
    }
  }

  return { conv2d, conv2dInput, conv2dKernel, maxPool, maxPoolBackward, averagePool, averagePoolBackward };
}

/** The first window whose place number `stride · o − offset` is not in front of the image. */
const firstInside = (offset: number, stride: number): number => Math.max(0, Math.ceil(offset / stride));
/** One past the last window whose place is not behind the image's last of `size`; there are `outs` windows. */
const pastInside = (offset: number, stride: number, size: number, outs: number): number => Math.min(outs, Math.floor((size - 1 + offset) / stride) + 1);
