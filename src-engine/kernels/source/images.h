// Pooling, channel by channel: a pixel's channels lie side by side, so a vector holds those of one window. Convolution is in conv.h.
#pragma once
#include "conv.h"
#include "dense.h"

// The part of a window that lies on the image, in rows or in columns.
typedef struct { i32 from, to; } part;
INLINE part partAt(i32 o, i32 size, i32 kernel, i32 stride, i32 padding) {
  const i32 at = o * stride - padding;
  return (part){ atLeast(at, 0), atMost(at + kernel, size) };
}

// A pooling of some channels: x or dx (large); y or dy, winner and result (small). `count` is what a mean divides by, 0 for as many as lie on the image;
// isApart: no window overlaps another.
enum { MAX, MAX_BACKWARD, MAX_RELU_BACKWARD, AVERAGE, AVERAGE_BACKWARD };
typedef struct { float *x, *y, *winner; const float *result; const window *window; distance row, column; i32 width; float count; i32 isApart; } pool;

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

static void poolImage(i32 kind, const float *x, float *y, float *winner, const float *result, const window *s, i32 countPadding) {
  const i32 channels = s->channels, isApart = s->kernelHeight <= s->strideHeight && s->kernelWidth <= s->strideWidth;
  const i32 isBackward = kind != MAX && kind != AVERAGE;
  for (panel c = { 0 }; c.end < channels;) {
    // Sums must not be added twice.
    c = panelAt(c.end, channels, 0, !isBackward || isApart);
    const pool p = {
      (float *)x + c.from, y + c.from, winner + c.from, result + c.from, s, (distance)s->width * channels, channels, s->width,
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

// Image by image, for the panels of a pixel lie on the same lines of the cache.
static void poolImages(i32 kind, const float *x, float *y, float *winner, const float *result, i32 m, const window *s, i32 countPadding) {
  const distance large = (distance)s->height * s->width * s->channels, small = (distance)s->outHeight * s->outWidth * s->channels;
  for (i32 i = 0; i < m; i++, x += large, y += small, winner += small, result += small) poolImage(kind, x, y, winner, result, s, countPadding);
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

// As many images as a near cache holds, what is read of them and what is written.
INLINE i32 imagesAtOnce(const window *s, i32 filters) {
  const distance image = (distance)s->height * s->width * s->channels + (distance)s->outHeight * s->outWidth * filters;
  return image < BLOCK ? (i32)(BLOCK / image) : 1;
}

// conv2d + relu + maxPool, some images at a time, so that the pool reads what the convolution has just written. `between` is written anew by each of them: it is not to be read afterwards.
static void k_conv2dReluMaxPool(const float *x, const float *w, const float *b, float *between, float *y, float *winner, i32 m, const window *s, i32 filters, i32 groups, const window *pooled, float *room) {
  const distance xImage = (distance)s->height * s->width * s->channels, yImage = (distance)pooled->outHeight * pooled->outWidth * filters;
  for (i32 i = 0, images = imagesAtOnce(s, filters); i < m; i += images) {
    const i32 n = atMost(images, m - i);
    conv2dForward(x + i * xImage, w, b, between, n, s, filters, groups, room, 1);
    k_maxPool(between, y + i * yImage, winner + i * yImage, n, pooled);
  }
}

// maxPoolReluBackward, then conv2dKernel and, where there is a bias, columnSums of what it gave: dx, some images at a time. Without isKept each writes it anew, and it is not to be read afterwards.
static void k_maxPoolConv2dKernel(const float *dy, const float *winner, const float *y, float *dx, const float *x, float *dw, float *db, i32 m, const window *pooled, const window *s, i32 filters, i32 groups, i32 isKept, float *room) {
  const distance large = (distance)pooled->height * pooled->width * filters, small = (distance)pooled->outHeight * pooled->outWidth * filters;
  for (i32 i = 0, images = imagesAtOnce(s, filters); i < m; i += images) {
    const i32 n = atMost(images, m - i);
    float *to = isKept ? dx + i * large : dx;
    maxPoolReluBackward(dy + i * small, winner + i * small, y + i * small, to, n, pooled);
    addToKernel(x, to - i * large, dw, i, i + n, m, s, filters, groups, room);
    if (db) addColumns(to, db, n * pooled->height * pooled->width, filters, i > 0);
  }
  if (!isSpoiltByPadding(dw, s, filters, groups)) return;
  if (!isKept) maxPoolReluBackward(dy, winner, y, dx, m, pooled);
  gatherKernel(x, dx, dw, 0, m, m, s, filters, groups, room, 0);
}
