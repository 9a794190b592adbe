// The inner loops of convolution for vectors of WIDTH singles. Included once for every width up to LANES, since filters come in any number. Knows pointers and steps;
// knows neither padding nor which gradient it computes.
//
// Every element has one accumulator, and its terms come in the order of the definition; so both modes share this code.

#define OF(name) PASTE(name, WIDTH)
#define VECTOR OF(lanes)

typedef float VECTOR __attribute__((vector_size(4 * WIDTH)));
typedef i32 OF(mask) __attribute__((vector_size(4 * WIDTH)));

INLINE VECTOR OF(load)(const float *p) { VECTOR v; __builtin_memcpy(&v, p, sizeof v); return v; }
INLINE void OF(store)(float *p, VECTOR v) { __builtin_memcpy(p, &v, sizeof v); }
INLINE VECTOR OF(madd)(VECTOR a, VECTOR b, VECTOR c) {
#if FAST && defined(__wasm_relaxed_simd__) && WIDTH == 4
  return __builtin_wasm_relaxed_madd_f32x4(a, b, c);
#else
#ifdef __wasm__
#pragma clang fp contract(off)
#endif
  return a * b + c;
#endif
}
// One number of x for all filters; or, where each channel has its own filter, one for each.
INLINE VECTOR OF(number)(const float *p, const i32 isDeep) { return isDeep ? OF(load)(p) : *p - (VECTOR){0}; }

// y = Σ x w (+ b) for pixels × vectors kept in registers.
INLINE void OF(sweepTile)(const i32 pixels, const i32 vectors, const i32 isDeep, const i32 run, const sweep *s, const float *x, float *y) {
  VECTOR sum[14][2];
  const distance step = s->along.x;
  UNROLL for (i32 p = 0; p < pixels; p++) UNROLL for (i32 v = 0; v < vectors; v++) sum[p][v] = (VECTOR){0};
  const float *w = s->w;
  // Pixels that lie side by side with one channel see the same numbers of x, each through another tap: read them once.
  if (run) for (i32 row = 0; row < s->rows; row++, x += s->rowStep, w += s->weightRow) {
    VECTOR weight[5];
    UNROLL for (i32 k = 0; k < run; k++) weight[k] = OF(load)(w + k * s->weightStep);
    UNROLL for (i32 place = 0; place < pixels + run - 1; place++) {
      const VECTOR number = OF(number)(x + place, 0);
      UNROLL for (i32 k = 0; k < run; k++) if (place >= k && place - k < pixels) sum[place - k][0] = OF(madd)(number, weight[k], sum[place - k][0]);
    }
  } else for (i32 row = 0; row < s->rows; row++, x += s->rowStep, w += s->weightRow) {
    const float *fromX = x, *fromW = w;
    for (i32 column = 0; column < s->columns; column++, fromX += s->columnStep, fromW += s->weightColumn) {
      const float *a = fromX, *b = fromW;
#define TERM { \
        VECTOR weight[2]; \
        UNROLL for (i32 v = 0; v < vectors; v++) weight[v] = OF(load)(b + v * WIDTH); \
        UNROLL for (i32 p = 0; p < pixels; p++) { \
          const VECTOR number = OF(number)(a + p * step, isDeep); \
          UNROLL for (i32 v = 0; v < vectors; v++) sum[p][v] = OF(madd)(number, weight[v], sum[p][v]); \
        } \
      }
      i32 k = 0;
#ifndef __wasm__
      // With one vector the loop itself would count: it has as many loads as products.
      if (vectors == 1 && WIDTH == LANES && !isDeep) for (; k + 4 <= s->run; k += 4) UNROLL for (i32 u = 0; u < 4; u++, a++, b += s->weightStep) TERM
#endif
      for (; k < s->run; k++, a++, b += s->weightStep) TERM
#undef TERM
    }
  }
  // Without a bias a zero is added, which changes no sum: none is −0, since they start at 0. Without relu nothing is below −∞.
  const float floor = s->isRelu ? 0 : -__builtin_inff();
  VECTOR bias[2];
  UNROLL for (i32 v = 0; v < vectors; v++) bias[v] = s->b ? OF(load)(s->b + v * WIDTH) : (VECTOR){0};
  UNROLL for (i32 p = 0; p < pixels; p++, y += s->along.y) UNROLL for (i32 v = 0; v < vectors; v++) {
    const VECTOR sums = sum[p][v] + bias[v];
    const OF(mask) isLow = sums < floor;
    OF(store)(y + v * WIDTH, (VECTOR)((isLow & (OF(mask))(floor - (VECTOR){0})) | (~isLow & (OF(mask))sums)));
  }
}

// Tiles of so many pixels from place `from` along, on every line of the box.
INLINE void OF(sweepTiles)(const i32 pixels, const i32 vectors, const i32 isDeep, const i32 run, const sweep *box, i32 from, i32 tiles) {
  const sweep local = *box, *s = &local; // a copy, since y might be anything's memory
  for (i32 i = 0; i < s->images.count; i++) for (i32 j = 0; j < s->across.count; j++) {
    const float *x = s->x + i * s->images.x + j * s->across.x + from * s->along.x;
    float *y = s->y + i * s->images.y + j * s->across.y + from * s->along.y;
    for (i32 t = 0; t < tiles; t++, x += pixels * s->along.x, y += pixels * s->along.y) OF(sweepTile)(pixels, vectors, isDeep, run, s, x, y);
  }
}


// The whole box: tiles of equal size, or of two sizes that differ by one, so that none is too small to hide the latency of its sums. Widths that only serve
// the last few filters make do with fewer sizes.
static __attribute__((noinline)) void OF(sweepBox)(const sweep *s, i32 vectors, i32 isDeep) {
  const i32 isMain = WIDTH == LANES, isRow = isMain && vectors == 1 && !isDeep && s->along.x == 1 && s->columns == 1 && (s->run == 3 || s->run == 5) && s->along.count >= 5;
  const i32 most = isRow ? PIXELS_ROW : vectors == 2 ? PIXELS2 : isDeep || !isMain ? 8 : PIXELS;
  for (i32 from = 0, pixels, tiles; from < s->along.count; from += tiles * pixels) {
    const i32 left = s->along.count - from, parts = (left + most - 1) / most;
    pixels = (left + parts - 1) / parts;
    tiles = left - parts * (pixels - 1);
    if (WIDTH == 1 || (isDeep && !isMain)) {
      pixels = left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
      tiles = left / pixels;
    }
#define ONE(pixels) case pixels | 256: OF(sweepTiles)(pixels, 1, 0, 0, s, from, tiles); break;
#define TWO(pixels) case pixels | 512: OF(sweepTiles)(pixels, 2, 0, 0, s, from, tiles); break;
#define DEEP(pixels) case pixels | 256 | 1 << 16: OF(sweepTiles)(pixels, 1, 1, 0, s, from, tiles); break;
#define ROW(pixels) case pixels | 256 | 3 << 20: OF(sweepTiles)(pixels, 1, 0, 3, s, from, tiles); break; \
      case pixels | 256 | 5 << 20: OF(sweepTiles)(pixels, 1, 0, 5, s, from, tiles); break;
    switch (pixels | vectors << 8 | isDeep << 16 | (isRow ? s->run : 0) << 20) {
      ONE(1) ONE(2) ONE(4) ONE(8)
      DEEP(1) DEEP(2) DEEP(4) DEEP(8)
#if WIDTH > 1
      ONE(3) ONE(5) ONE(6) ONE(7)
#endif
#if WIDTH == LANES
      TWO(1) TWO(2) TWO(3) TWO(4)
      DEEP(3) DEEP(5) DEEP(6) DEEP(7)
      ROW(5) ROW(6) ROW(7) ROW(8) ROW(9)
#if REGISTERS >= 16
      ONE(9) ONE(10) ONE(11) ONE(12)
      TWO(5) TWO(6)
#endif
#if REGISTERS >= 32
      ONE(13) ONE(14)
      TWO(7) TWO(8) TWO(9) TWO(10) TWO(11) TWO(12)
      ROW(10) ROW(11) ROW(12) ROW(13) ROW(14)
#endif
#endif
    }
  }
}
#undef ROW
#undef ONE
#undef TWO
#undef DEEP

// dw += Σ x dy over a block of images: rows × taps × vectors kept in registers. With `pixels` the windows lie side by side on one channel: so many of them share what they read of x.
INLINE void OF(gatherTile)(const i32 rows, const i32 taps, const i32 vectors, const i32 isDeep, const i32 pixels, const gather *block, distance offset, distance at) {
  const gather local = *block, *g = &local; // a copy, since dw might be anything's memory
  VECTOR sum[3][12][2];
  float *dw = g->dw + at;
  UNROLL for (i32 r = 0; r < rows; r++) UNROLL for (i32 t = 0; t < taps; t++) UNROLL for (i32 v = 0; v < vectors; v++)
    sum[r][t][v] = OF(load)(dw + r * g->weightRow + t * g->weightStep + v * WIDTH);
  const distance tapRow = g->tapRow, tapStep = isDeep ? g->tapStep : 1;
  for (i32 i = 0; i < g->images.count; i++) for (i32 j = 0; j < g->rows.count; j++) {
    const float *x = g->x + offset + i * g->images.x + j * g->rows.x, *dy = g->dy + i * g->images.y + j * g->rows.y;
    i32 left = g->columns.count;
    if (pixels) for (; left >= pixels; left -= pixels, x += pixels, dy += pixels * g->columns.y) {
      VECTOR slope[4];
      UNROLL for (i32 p = 0; p < pixels; p++) slope[p] = OF(load)(dy + p * g->columns.y);
      UNROLL for (i32 r = 0; r < rows; r++) UNROLL for (i32 place = 0; place < pixels + taps - 1; place++) {
        const VECTOR number = OF(number)(x + r * tapRow + place, 0);
        UNROLL for (i32 t = 0; t < taps; t++) if (place >= t && place - t < pixels) sum[r][t][0] = OF(madd)(number, slope[place - t], sum[r][t][0]);
      }
    }
    for (; left > 0; left--, x += g->columns.x, dy += g->columns.y) {
      VECTOR slope[2];
      UNROLL for (i32 v = 0; v < vectors; v++) slope[v] = OF(load)(dy + v * WIDTH);
      UNROLL for (i32 r = 0; r < rows; r++) UNROLL for (i32 t = 0; t < taps; t++) {
        const VECTOR number = OF(number)(x + r * tapRow + t * tapStep, isDeep);
        UNROLL for (i32 v = 0; v < vectors; v++) sum[r][t][v] = OF(madd)(number, slope[v], sum[r][t][v]);
      }
    }
  }
  UNROLL for (i32 r = 0; r < rows; r++) UNROLL for (i32 t = 0; t < taps; t++) UNROLL for (i32 v = 0; v < vectors; v++)
    OF(store)(dw + r * g->weightRow + t * g->weightStep + v * WIDTH, sum[r][t][v]);
}

// All taps of a block: `rows` of the kernel at a time where its row is short, else one.
static __attribute__((noinline)) void OF(gatherBox)(const gather *g, i32 vectors, i32 isDeep) {
  const i32 isMain = WIDTH == LANES, most = vectors == 2 ? TAPS2 : isMain ? TAPS : 8, parts = (g->run + most - 1) / most;
  const i32 isRow = PIXELS_GATHER && isMain && !isDeep && vectors == 1 && g->columns.x == 1 && (g->run == 3 || g->run == 5);
  const i32 fit = WIDTH == 1 || vectors == 2 || g->run > (isMain && !isDeep ? 6 : 4) ? 1 : atMost(12 / g->run, 3);
  for (i32 row = 0, rows; row < g->tapRows; row += rows) {
    rows = atMost(g->tapRows - row, fit);
    for (i32 tap = 0, part = parts, taps; tap < g->run; tap += taps, part--) {
      taps = (g->run - tap + part - 1) / part;
      const distance offset = row * g->tapRow + tap * g->tapStep, at = row * g->weightRow + tap * g->weightStep;
#define ONE(rows, taps) case taps | rows << 8 | 1 << 16: OF(gatherTile)(rows, taps, 1, 0, 0, g, offset, at); break;
#define TWO(taps) case taps | 1 << 8 | 2 << 16: OF(gatherTile)(1, taps, 2, 0, 0, g, offset, at); break;
#define DEEP(rows, taps) case taps | rows << 8 | 1 << 16 | 1 << 24: OF(gatherTile)(rows, taps, 1, 1, 0, g, offset, at); break;
#define ROW(rows, taps) case taps | rows << 8 | 1 << 16 | 1 << 25: OF(gatherTile)(rows, taps, 1, 0, PIXELS_GATHER, g, offset, at); break;
      switch (taps | rows << 8 | vectors << 16 | isDeep << 24 | isRow << 25) {
        ONE(1, 1) ONE(1, 2) ONE(1, 3) ONE(1, 4) ONE(1, 5) ONE(1, 6) ONE(1, 7) ONE(1, 8)
        DEEP(1, 1) DEEP(1, 2) DEEP(1, 3) DEEP(1, 4) DEEP(1, 5) DEEP(1, 6) DEEP(1, 7) DEEP(1, 8)
#if WIDTH > 1
        ONE(2, 1) ONE(2, 2) ONE(2, 3) ONE(2, 4) ONE(3, 1) ONE(3, 2) ONE(3, 3) ONE(3, 4)
        DEEP(2, 1) DEEP(2, 2) DEEP(2, 3) DEEP(2, 4) DEEP(3, 1) DEEP(3, 2) DEEP(3, 3) DEEP(3, 4)
#endif
#if WIDTH == LANES
        TWO(1) TWO(2) TWO(3) TWO(4)
        ONE(1, 9) ONE(2, 5) ONE(2, 6)
        DEEP(1, 9)
#if PIXELS_GATHER
        ROW(1, 3) ROW(2, 3) ROW(3, 3) ROW(1, 5) ROW(2, 5)
#endif
#if REGISTERS >= 16
        ONE(1, 10) ONE(1, 11) ONE(1, 12)
        DEEP(1, 10) DEEP(1, 11) DEEP(1, 12)
        TWO(5) TWO(6)
#endif
#if REGISTERS >= 32
        TWO(7) TWO(8) TWO(9) TWO(10) TWO(11) TWO(12)
#endif
#endif
      }
    }
  }
}
#undef ROW
#undef ONE
#undef TWO
#undef DEEP
#undef VECTOR
#undef OF
#undef WIDTH
