// Pooling, channel by channel: a pixel's channels lie side by side, so a vector holds those of one window. Convolution is in conv.h.
#pragma once
#include "conv.h"

// The part of a window that lies on the image, in rows or in columns.
typedef struct { i32 from, to; } part;
INLINE part partAt(i32 o, i32 size, i32 kernel, i32 stride, i32 padding) {
  const i32 at = o * stride - padding;
  return (part){ atLeast(at, 0), atMost(at + kernel, size) };
}

// A pooling of some channels: x or dx (large); y or dy, winner and result (small). `count` is what a mean divides by, 0 for as many as lie on the image;
// isApart: no window overlaps another.
enum { MAX, MAX_BACKWARD, MAX_RELU_BACKWARD, AVERAGE, AVERAGE_BACKWARD };
typedef struct { float *x, *y, *winner; const float *result; i32 m; const window *window; distance row, column; i32 width; float count; i32 isApart; } pool;

#if LANES >= 16
#define WIDTH 16
#include "pool-tile.h"
#endif
#if LANES >= 8
#define WIDTH 8
#include "pool-tile.h"
#endif
#define WIDTH 4
#include "pool-tile.h"
#define WIDTH 1
#include "pool-tile.h"

static void poolImages(i32 kind, const float *x, float *y, float *winner, const float *result, i32 m, const window *s, i32 countPadding) {
  const i32 channels = s->channels, isApart = s->kernelHeight <= s->strideHeight && s->kernelWidth <= s->strideWidth;
  const i32 isBackward = kind != MAX && kind != AVERAGE;
  for (panel c = { 0 }; c.end < channels;) {
    // Sums must not be added twice.
    c = panelAt(c.end, channels, 0, !isBackward || isApart);
    const pool p = {
      (float *)x + c.from, y + c.from, winner + c.from, result + c.from, m, s, (distance)s->width * channels, channels, s->width,
      countPadding ? (float)(s->kernelHeight * s->kernelWidth) : 0, isApart,
    };
#if LANES >= 16
    if (c.width == 16) poolPanelby16(&p, kind);
#endif
#if LANES >= 8
    if (c.width == 8) poolPanelby8(&p, kind);
#endif
    if (c.width == 4) poolPanelby4(&p, kind);
    if (c.width == 1) poolPanelby1(&p, kind);
  }
}

// Windows that lie side by side without gaps or overlaps write every number themselves.
INLINE void zeroImages(float *dx, i32 m, const window *s) {
  const i32 isCovered = s->kernelHeight == s->strideHeight && s->kernelWidth == s->strideWidth && s->outHeight * s->strideHeight >= s->height + s->paddingHeight
    && s->outWidth * s->strideWidth >= s->width + s->paddingWidth;
  if (!isCovered) zeroNumbers(dx, (distance)m * s->height * s->width * s->channels);
}

static void k_maxPool(const float *x, float *y, float *winner, i32 m, const window *s) { poolImages(MAX, x, y, winner, y, m, s, 0); }
static void k_maxPoolBackward(const float *dy, const float *winner, float *dx, i32 m, const window *s) {
  zeroImages(dx, m, s);
  poolImages(MAX_BACKWARD, dx, (float *)dy, (float *)winner, dy, m, s, 0);
}
// The gradient through a relu and the maxPool behind it in one pass, with the bits of the two kernels: y, the pool's result, is the relu's at the winner's place.
static void maxPoolReluBackward(const float *dy, const float *winner, const float *y, float *dx, i32 m, const window *s) {
  zeroImages(dx, m, s);
  poolImages(MAX_RELU_BACKWARD, dx, (float *)dy, (float *)winner, y, m, s, 0);
}
static void k_averagePool(const float *x, float *y, i32 m, const window *s, i32 countPadding) { poolImages(AVERAGE, x, y, y, y, m, s, countPadding); }
static void k_averagePoolBackward(const float *dy, float *dx, i32 m, const window *s, i32 countPadding) {
  zeroImages(dx, m, s);
  poolImages(AVERAGE_BACKWARD, dx, (float *)dy, dx, dx, m, s, countPadding);
}
