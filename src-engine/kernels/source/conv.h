// Convolution without unfolding: which taps a pixel sees, in which order, on which vectors; the sums themselves are in conv-tile.h.
//
// Pixels that see the same taps are swept together: the inside of the image is one box, its borders are a few thin ones, and the padding is never touched,
// so that it is left out of the sums as the definition wants even where a weight is infinite. The gradient of the input is the same sweep with the weights
// turned over: channels where filters were, taps walked backwards.
#pragma once
#include "lanes.h"

typedef intptr_t distance;
// A direction of a box: how many places, and how far apart they lie in what is read (x) and in what belongs to each (y).
typedef struct { i32 count; distance x, y; } axis;

// A box of pixels of y that see the same taps: rows × columns places of the kernel, each with `run` numbers side by side in x.
typedef struct {
  const float *x, *w, *b; float *y; // for the first pixel and tap
  axis along, across, images;       // tiles lie along the first
  i32 rows, columns, run;
  distance rowStep, columnStep, weightRow, weightColumn, weightStep;
  i32 isRelu;
} sweep;

// A box of windows that add to the same sums: tapRows rows of the kernel, each with `run` taps.
typedef struct {
  const float *x, *dy; float *dw;
  axis images, rows, columns;
  i32 tapRows, run;
  distance tapRow, tapStep, weightRow, weightStep;
} gather;

INLINE i32 atLeast(i32 a, i32 b) { return a > b ? a : b; }
INLINE i32 atMost(i32 a, i32 b) { return a < b ? a : b; }

// Tiles are as large as the registers hold; a WebAssembly compiler needs some of them for itself. PIXELS and TAPS with one vector of filters, PIXELS2 and TAPS2 with
// two; PIXELS_ROW and PIXELS_GATHER where pixels share what they read of x.
#if LANES == 16 || defined(__aarch64__)
#define REGISTERS 32
#define PIXELS 14
#define PIXELS2 12
#define PIXELS_ROW 14
#define TAPS 12
#define TAPS2 12
#define PIXELS_GATHER 4
#elif defined(__wasm__)
#define REGISTERS 14
#define PIXELS 8
#define PIXELS2 4
#define PIXELS_ROW 9
#define TAPS 9
#define TAPS2 4
#define PIXELS_GATHER 0
#else
#define REGISTERS 16
#define PIXELS 12
#define PIXELS2 6
#define PIXELS_ROW 9
#define TAPS 12
#define TAPS2 6
#define PIXELS_GATHER 4
#endif

#define PASTE2(a, b) a##by##b
#define PASTE(a, b) PASTE2(a, b)
#if LANES >= 16
#define WIDTH 16
#include "conv-tile.h"
#endif
#if LANES >= 8
#define WIDTH 8
#include "conv-tile.h"
#endif
#define WIDTH 4
#include "conv-tile.h"
#define WIDTH 1
#include "conv-tile.h"

static void sweepBox(const sweep *s, i32 width, i32 vectors, i32 isDeep) {
#if LANES >= 16
  if (width == 16) sweepBoxby16(s, vectors, isDeep);
#endif
#if LANES >= 8
  if (width == 8) sweepBoxby8(s, vectors, isDeep);
#endif
  if (width == 4) sweepBoxby4(s, vectors, isDeep);
  if (width == 1) sweepBoxby1(s, vectors, isDeep);
}

static void gatherBox(const gather *g, i32 width, i32 vectors, i32 isDeep) {
#if LANES >= 16
  if (width == 16) gatherBoxby16(g, vectors, isDeep);
#endif
#if LANES >= 8
  if (width == 8) gatherBoxby8(g, vectors, isDeep);
#endif
  if (width == 4) gatherBoxby4(g, vectors, isDeep);
  if (width == 1) gatherBoxby1(g, vectors, isDeep);
}

// A few numbers that lie side by side: 1 or 2 vectors. Where the last of them would leave lanes unused it may begin earlier, and shares numbers with the one before.
typedef struct { i32 from, width, vectors, end; } panel;

INLINE panel panelAt(i32 from, i32 all, i32 isPaired, i32 mayShare) {
  const i32 left = all - from;
  if (isPaired && left >= 2 * LANES) return (panel){ from, LANES, 2, from + 2 * LANES };
  for (i32 width = 4; width <= LANES; width *= 2) {
    if (left == width || (mayShare && left > 1 && left < width && all >= width)) return (panel){ all - width, width, 1, all };
  }
  for (i32 width = LANES; width >= 4; width /= 2) if (left > width) return (panel){ from, width, 1, from + width };
  return (panel){ from, 1, 1, from + 1 };
}

// Pixels along one direction of the result that see the same taps of the kernel.
typedef struct {
  i32 count, y, stepY; // of the result
  i32 x, stepX;        // what the first pixel's first tap reads, and how far on the next pixel's does
  i32 tap, taps, stepTap, stepTapX;
} span;

// Forward: pixel o of `outs` sees tap k at o·stride − padding + k, where that is inside 0…size.
INLINE span spanForward(i32 o, i32 outs, i32 size, i32 kernel, i32 stride, i32 padding) {
  const i32 at = o * stride - padding, tap = atLeast(0, -at), end = atMost(kernel, size - at);
  i32 next = o + 1;
  for (i32 there = at + stride; next < outs && atLeast(0, -there) == tap && atMost(kernel, size - there) == end; there += stride) next++;
  return (span){ next - o, o, 1, at + tap, stride, tap, end - tap, 1, 1 };
}

// Backward: pixel i of `size` was seen through tap k by pixel (i + padding − k)/stride of `outs`, where that is whole: through every stride-th tap.
INLINE i32 firstTap(i32 place, i32 outs, i32 stride) { return atLeast(place % stride, place - (outs - 1) * stride); }
INLINE i32 tapsBehind(i32 place, i32 tap, i32 kernel, i32 stride) { return atMost(kernel - 1, place) < tap ? 0 : (atMost(kernel - 1, place) - tap) / stride + 1; }
INLINE span spanBackward(i32 i, i32 outs, i32 size, i32 kernel, i32 stride, i32 padding) {
  const i32 tap = firstTap(i + padding, outs, stride), taps = tapsBehind(i + padding, tap, kernel, stride);
  i32 count = 1;
  for (i32 next = i + stride; next < size; next += stride, count++) {
    const i32 there = firstTap(next + padding, outs, stride);
    if (tapsBehind(next + padding, there, kernel, stride) != taps || (taps && there != tap)) break;
  }
  if (taps == 0) return (span){ count, i, stride, 0, 0, 0, 0, 0, 0 };
  return (span){ count, i, stride, (i + padding - tap) / stride, 1, tap, taps, stride, -1 };
}
// The windows of one direction that have tap k on the image: from `y` on.
INLINE span spanTap(i32 k, i32 outs, i32 size, i32 stride, i32 padding) {
  const i32 offset = padding - k, from = offset > 0 ? (offset + stride - 1) / stride : 0, last = size - 1 + offset;
  return (span){ .y = from, .count = last < 0 ? -1 : atMost(outs, last / stride + 1) - from };
}
// Where the next span begins; -1 after the last one. Backward the pixels of one phase of the stride come before those of the next.
INLINE i32 afterSpan(span s, i32 size) {
  const i32 next = s.y + s.count * s.stepY, phase = s.y % s.stepY + 1;
  return next < size ? next : phase < s.stepY && phase < size ? phase : -1;
}

// A panel of the result with its weights; x and y are how far inside a pixel it lies.
typedef struct { const float *w, *b; i32 x, y, width, vectors; distance row, column, step; } weights;

// The room in numbers.
#define ROOM (ROOM_BYTES / 4)
// Numbers of images that are worked on together, so that the first read of a border is not the last from the cache.
#define BLOCK 131072

// y = Σ x w (+ b) forward, dx = Σ dy w backward (x is dy, y is dx).
INLINE void slide(const float *x, const float *w, const float *b, float *y, i32 m, const window *s, i32 filters, i32 groups, float *room, i32 isRelu, const i32 isBackward) {
  const i32 inGroup = s->channels / groups, outGroup = filters / groups, kernelWidth = s->kernelWidth, kernelSize = s->kernelHeight * kernelWidth;
  const i32 isDeep = groups > 1 && inGroup == 1 && outGroup == 1;
  const i32 xChannels = isBackward ? filters : s->channels, yChannels = isBackward ? s->channels : filters;
  const i32 xWidth = isBackward ? s->outWidth : s->width, yWidth = isBackward ? s->width : s->outWidth;
  const i32 xHeight = isBackward ? s->outHeight : s->height, yHeight = isBackward ? s->height : s->outHeight;
  const i32 run = isBackward ? outGroup : inGroup, perGroup = isDeep ? groups : isBackward ? inGroup : outGroup, parts = isDeep ? 1 : groups;
  const distance xImage = (distance)xHeight * xWidth * xChannels, yImage = (distance)yHeight * yWidth * yChannels;
  const i32 block = atLeast(1, atMost(16, BLOCK / (i32)atMost(BLOCK, xImage + yImage)));

  for (i32 group = 0, from = 0; group < parts;) {
    weights panels[32];
    i32 count = 0;
    for (float *free = room; group < parts && count < 32;) {
      panel p = panelAt(from, perGroup, !isDeep && !(s->channels == 1 && !isBackward), 1);
      if (isBackward && !isDeep && (distance)kernelSize * run * p.width * p.vectors > ROOM) p = (panel){ from, 1, 1, from + 1 };
      const i32 wide = p.width * p.vectors;
      weights *t = &panels[count];
      *t = (weights){ w, b ? b + group * outGroup + p.from : 0, isDeep ? p.from : group * run, group * perGroup + p.from, p.width, p.vectors, 0, (distance)inGroup * filters, filters };
      if (isDeep) t->w += p.from;
      else if (!isBackward) t->w += group * outGroup + p.from;
      else if (wide == 1) {
        t->w += (distance)p.from * filters + group * outGroup;
        t->step = 1;
      } else {
        if (free + (distance)kernelSize * run * wide > room + ROOM) break;
        t->w = free;
        t->step = wide;
        t->column = (distance)run * wide;
        for (i32 tap = 0; tap < kernelSize; tap++) {
          const float *row = w + ((distance)tap * inGroup + p.from) * filters + group * outGroup;
          for (i32 k = 0; k < run; k++) for (i32 c = 0; c < wide; c++) *free++ = row[c * filters + k];
        }
      }
      t->row = kernelWidth * t->column;
      count++;
      from = p.end;
      if (from >= perGroup) {
        from = 0;
        group++;
      }
    }

    for (i32 i = 0; i < m; i += block) {
      const i32 images = atMost(block, m - i);
      for (i32 atY = 0; atY >= 0;) {
        const span v = isBackward ? spanBackward(atY, s->outHeight, s->height, s->kernelHeight, s->strideHeight, s->paddingHeight)
          : spanForward(atY, s->outHeight, s->height, s->kernelHeight, s->strideHeight, s->paddingHeight);
        atY = afterSpan(v, yHeight);
        for (i32 atX = 0; atX >= 0;) {
          const span h = isBackward ? spanBackward(atX, s->outWidth, s->width, kernelWidth, s->strideWidth, s->paddingWidth)
            : spanForward(atX, s->outWidth, s->width, kernelWidth, s->strideWidth, s->paddingWidth);
          atX = afterSpan(h, yWidth);
          const axis rows = { v.count, (distance)v.stepX * xWidth * xChannels, (distance)v.stepY * yWidth * yChannels };
          const axis columns = { h.count, (distance)h.stepX * xChannels, (distance)h.stepY * yChannels };
          const axis batch = { images, xImage, yImage };
          sweep box = { .along = columns, .across = rows, .images = batch, .isRelu = isRelu };
          if (rows.count > columns.count) box.along = rows, box.across = columns;
          // A tile needs a few pixels to hide the latency of its sums: a corner takes them from several images.
          if (box.along.count < 6 && images > box.along.count) box.images = box.along, box.along = batch;
          const i32 apart = count > 1 && box.along.y != yImage ? images : 1;
          box.images.count /= apart;
          for (i32 j = 0; j < apart; j++) for (i32 n = 0; n < count; n++) {
            const weights *t = &panels[n];
            box.x = x + (i + j) * xImage + ((distance)v.x * xWidth + h.x) * xChannels + t->x;
            box.y = y + (i + j) * yImage + ((distance)v.y * yWidth + h.y) * yChannels + t->y;
            box.w = t->w + v.tap * t->row + h.tap * t->column;
            box.b = t->b;
            box.rows = v.taps;
            box.columns = h.taps;
            box.run = run;
            box.rowStep = (distance)v.stepTapX * xWidth * xChannels;
            box.columnStep = (distance)h.stepTapX * xChannels;
            box.weightRow = v.stepTap * t->row;
            box.weightColumn = h.stepTap * t->column;
            box.weightStep = t->step;
            if (box.columnStep == run && box.weightColumn == run * t->step) box.run *= box.columns, box.columns = 1;
            sweepBox(&box, t->width, t->vectors, isDeep);
          }
        }
      }
    }
  }
}

// y of the convolution, and of max(y, 0) with the bits of a relu behind it, in one pass.
static void conv2dForward(const float *x, const float *w, const float *b, float *y, i32 m, const window *s, i32 filters, i32 groups, float *room, i32 isRelu) {
  slide(x, w, b, y, m, s, filters, groups, room, isRelu, 0);
}
static void k_conv2d(const float *x, const float *w, const float *b, float *y, i32 m, const window *s, i32 filters, i32 groups, float *room) {
  slide(x, w, b, y, m, s, filters, groups, room, 0, 0);
}
static void k_conv2dInput(const float *dy, const float *w, float *dx, i32 m, const window *s, i32 filters, i32 groups, float *room) {
  slide(dy, w, 0, dx, m, s, filters, groups, room, 0, 1);
}

INLINE void copyNumbers(const float *x, float *y, distance n) {
  if (n < LANES) for (distance k = 0; k < n; k++) y[k] = x[k];
  else {
    for (distance k = 0; k + LANES < n; k += LANES) store(y + k, load(x + k));
    store(y + n - LANES, load(x + n - LANES));
  }
}
INLINE void zeroNumbers(float *y, distance n) {
  for (; n >= LANES; n -= LANES, y += LANES) store(y, all(0));
  for (distance k = 0; k < n; k++) y[k] = 0;
}

// Numbers of x and dy that are gathered from together: they stay in a near cache while every panel and tile of taps passes over them.
#define BAND 16384

// dw = Σ x dy over m images, in bands of rows or of whole images: the part of the sums that images first…end make, which go on from those before. Where a kernel's row has few channels, taps of several places share a tile and read a copy of x with its
// padding, as zeros; else each place of the kernel goes by itself over the windows that have it on the image.
INLINE void gatherKernel(const float *x, const float *dy, float *dw, i32 first, i32 end, i32 m, const window *s, i32 filters, i32 groups, float *room, const i32 isWhole) {
  const i32 inGroup = s->channels / groups, outGroup = filters / groups, channels = s->channels, kernelHeight = s->kernelHeight, kernelWidth = s->kernelWidth;
  const i32 isDeep = groups > 1 && inGroup == 1 && outGroup == 1, isPadded = isWhole && (s->paddingHeight || s->paddingWidth);
  const i32 perGroup = isDeep ? groups : outGroup, parts = isDeep ? 1 : groups;
  const i32 taps = kernelHeight * kernelWidth * inGroup;
  const i32 imageRow = s->width * channels, rowNumbers = isPadded ? (s->width + 2 * s->paddingWidth) * channels : imageRow;
  const distance image = (distance)s->height * imageRow, dyRow = s->outWidth * filters;
  const distance worked = (distance)rowNumbers * s->strideHeight + dyRow, whole = worked * (s->outHeight - 1) + (distance)rowNumbers * kernelHeight + dyRow;
  const i32 bandRows = atLeast(1, atMost(s->outHeight, (i32)(BAND / worked))), bandImages = bandRows < s->outHeight ? 1 : atLeast(1, atMost(end - first, (i32)(BAND / whole)));
  // A panel that shares filters with the one before must not add to the same sums: it has a place of its own for them.
  const distance apart = (distance)taps * LANES * parts;
  const i32 mayShare = apart <= ROOM / 2;
  float *shared = room, *padded = room + (mayShare ? apart : 0);
  // Two vectors of filters pay where taps are enough for a tile without going over several rows of the kernel.
  const i32 run = isWhole ? kernelWidth * inGroup : inGroup, isPaired = !isDeep && channels > 1 && run / ((run + TAPS2 - 1) / TAPS2) >= 4;
  if (first == 0) zeroNumbers(dw, (distance)taps * filters);

  for (i32 i = first; i < end; i += bandImages) for (i32 top = 0; top < s->outHeight; top += bandRows) {
    const i32 images = atMost(bandImages, end - i), rows = atMost(bandRows, s->outHeight - top);
    const float *from = x + i * image + (distance)top * s->strideHeight * imageRow;
    distance nextImage = image;
    if (isPadded) {
      const i32 high = (rows - 1) * s->strideHeight + kernelHeight, firstRow = top * s->strideHeight - s->paddingHeight;
      const i32 begin = atLeast(0, -firstRow), after = atMost(high, s->height - firstRow);
      nextImage = (distance)high * rowNumbers;
      // Whole images leave the zeros around them alone.
      if (bandRows < s->outHeight || i == first) zeroNumbers(padded, images * nextImage);
      for (i32 j = 0; j < images; j++) for (i32 r = begin; r < after; r++) {
        copyNumbers(x + (i + j) * image + (distance)(firstRow + r) * imageRow, padded + j * nextImage + (distance)r * rowNumbers + s->paddingWidth * channels, imageRow);
      }
      from = padded;
    }
    for (i32 group = 0; group < parts; group++) {
      for (panel p = { 0 }; p.end < perGroup;) {
        const i32 begin = p.end;
        p = panelAt(begin, perGroup, isPaired, mayShare);
        const i32 isShared = p.from < begin;
        gather g = {
          .images = { images, nextImage, (distance)s->outHeight * dyRow },
          .rows = { rows, (distance)s->strideHeight * rowNumbers, dyRow },
          .columns = { s->outWidth, s->strideWidth * channels, filters },
          .tapRow = rowNumbers, .tapStep = isDeep ? channels : 1, .weightStep = isShared ? p.width : filters,
        };
        const float *fromX = from + (isDeep ? p.from : group * inGroup);
        const float *fromY = dy + i * g.images.y + top * dyRow + group * outGroup + p.from;
        float *to = isShared ? shared + (distance)group * taps * LANES : dw + group * outGroup + p.from;
        if (isShared && i == 0 && top == 0) zeroNumbers(to, (distance)taps * p.width);
        if (isWhole) {
          g.x = fromX, g.dy = fromY, g.dw = to;
          g.tapRows = kernelHeight;
          g.run = kernelWidth * inGroup;
          g.weightRow = g.run * g.weightStep;
          gatherBox(&g, p.width, p.vectors, isDeep);
        } else for (i32 ky = 0; ky < kernelHeight; ky++) for (i32 kx = 0; kx < kernelWidth; kx++) {
          const span v = spanTap(ky, s->outHeight, s->height, s->strideHeight, s->paddingHeight), h = spanTap(kx, s->outWidth, s->width, s->strideWidth, s->paddingWidth);
          const i32 high = atLeast(v.y, top), low = atMost(v.y + v.count, top + rows);
          if (high >= low || h.count <= 0) continue;
          g.x = fromX + (distance)((high - top) * s->strideHeight + ky - s->paddingHeight) * imageRow + (h.y * s->strideWidth + kx - s->paddingWidth) * channels;
          g.dy = fromY + (high - top) * dyRow + h.y * filters;
          g.dw = to + (distance)(ky * kernelWidth + kx) * inGroup * g.weightStep;
          g.rows.count = low - high;
          g.columns.count = h.count;
          g.tapRows = 1;
          g.run = inGroup;
          gatherBox(&g, p.width, p.vectors, isDeep);
        }
        if (isShared && i + images >= m && top + rows >= s->outHeight) {
          for (i32 tap = 0; tap < taps; tap++) copyNumbers(to + tap * p.width, dw + (distance)tap * filters + group * outGroup + p.from, p.width);
        }
      }
    }
  }
}

// Whether all taps of a kernel are gathered together, with the padding as zeros.
static i32 isGatheredWhole(const window *s, i32 filters, i32 groups) {
  const i32 inGroup = s->channels / groups, isDeep = groups > 1 && inGroup == 1 && filters == groups, isPadded = s->paddingHeight || s->paddingWidth;
  const distance padded = (distance)(s->width + 2 * s->paddingWidth) * s->channels * (s->strideHeight + s->kernelHeight + s->paddingHeight);
  return (isDeep || groups == 1) && (!isPadded || (padded + BAND < ROOM / 2 && (isDeep || inGroup < 8)));
}
static void addToKernel(const float *x, const float *dy, float *dw, i32 first, i32 end, i32 m, const window *s, i32 filters, i32 groups, float *room) {
  if (isGatheredWhole(s, filters, groups)) gatherKernel(x, dy, dw, first, end, m, s, filters, groups, room, 1);
  else gatherKernel(x, dy, dw, first, end, m, s, filters, groups, room, 0);
}
// Zero times a number is not zero if that is infinite or NaN: then, and only then, the padding has to be left out after all, from the first image on.
static i32 isSpoiltByPadding(const float *dw, const window *s, i32 filters, i32 groups) {
  if (!(s->paddingHeight || s->paddingWidth) || !isGatheredWhole(s, filters, groups)) return 0;
  const distance n = (distance)s->kernelHeight * s->kernelWidth * (s->channels / groups) * filters;
  distance k = 0;
  while (k < n && dw[k] == dw[k]) k++;
  return k < n;
}
static void k_conv2dKernel(const float *x, const float *dy, float *dw, i32 m, const window *s, i32 filters, i32 groups, float *room) {
  addToKernel(x, dy, dw, 0, m, m, s, filters, groups, room);
  if (isSpoiltByPadding(dw, s, filters, groups)) gatherKernel(x, dy, dw, 0, m, m, s, filters, groups, room, 0);
}
