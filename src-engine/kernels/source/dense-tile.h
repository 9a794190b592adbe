// The innermost loop of a dense product: one tile of C (rows, columns) = A B, its sums held in registers. Knows strides, not layers.
#pragma once
#include "lanes.h"

// As many sums as the registers hold beside a row of B and a number of A: 32 registers (AVX-512, NEON) or 16 (AVX2), of which V8 keeps one and an unfused product takes one (wasm).
#if LANES == 16
#define TILE_ROWS 8
#define TILE_VECTORS 2
#elif LANES == 8
#define TILE_ROWS 6
#define TILE_VECTORS 2
#elif defined(__aarch64__)
#define TILE_ROWS 6
#define TILE_VECTORS 4
#else
#define TILE_ROWS (FAST ? 6 : 5)
#define TILE_VECTORS 2
#endif
#define TILE_COLUMNS (TILE_VECTORS * LANES)

// V8 computes in the order in which clang writes, and clang would gather the loads of all rows first: then the sums fit no longer into the registers.
// No unrolling for the same reason; on other machines it gained nothing.
#define LOOP_OF_TERMS _Pragma("clang loop unroll(disable)")
#if defined(__wasm__) && LANES == 4
#define KEEP_ORDER(v) __asm__ volatile("" : "+r"(v))
#else
#define KEEP_ORDER(v)
#endif

// What becomes of a whole sum, the bias included. FLOORED: 0 where it is negative, as by a relu. GATED: 0 where the number at its place among others, laid out as C, is not above 0:
// the way back through a relu.
enum { AS_IS, FLOORED, GATED };
INLINE vf floored(vf sum) { return pick(sum < 0, all(0), sum); }
INLINE vf gated(vf sum, vf gate) { return pick(gate <= 0, all(0), sum); }

// Where a tile's sums go: `width` columns of C, whose rows lie `stride` numbers apart. Sums that an earlier part of the terms began are continued;
// after the last part the bias is added, and they end as `ending` says.
typedef struct { float *c; address stride; i32 width; i32 isContinued; const float *bias; i32 ending; const float *gate; } target;

// A's rows lie `stride` numbers apart, its terms one after the other (isByRows), or the other way round. B is a panel: for each term V vectors.
INLINE void tile(const address R, const address V, const i32 isByRows, const float *a, address stride, const float *b, i32 terms, const target *to) {
  vf sum[TILE_ROWS][TILE_VECTORS];
  float *c = to->c;
  const address next = to->stride;
  const i32 last = to->width - (i32)(V - 1) * LANES;
  UNROLL for (address r = 0; r < R; r++) UNROLL for (address v = 0; v < V; v++) sum[r][v] = all(0);
  if (to->isContinued) {
    UNROLL for (address r = 0; r < R; r++) {
      UNROLL for (address v = 0; v < V - 1; v++) sum[r][v] = load(c + r * next + v * LANES);
      sum[r][V - 1] = loadFirst(c + r * next + (V - 1) * LANES, last);
    }
  } else {
    UNROLL for (address r = 0; r < R; r++) UNROLL for (address v = 0; v < V; v += 16 / LANES) __builtin_prefetch(c + r * next + v * LANES, 1);
  }
LOOP_OF_TERMS
  for (i32 k = 0; k < terms; k++) {
    vf row[TILE_VECTORS];
    UNROLL for (address v = 0; v < V; v++) row[v] = load(b + v * LANES);
    UNROLL for (address r = 0; r < R; r++) {
      const vf x = all(isByRows ? a[r * stride] : a[r]);
      UNROLL for (address v = 0; v < V; v++) sum[r][v] = madd(x, row[v], sum[r][v]);
      UNROLL for (address v = 0; v < V; v++) KEEP_ORDER(sum[r][v]);
    }
    a += isByRows ? 1 : stride;
    b += V * LANES;
  }
  if (to->bias) {
    UNROLL for (address v = 0; v < V; v++) {
      const vf bias = loadFirst(to->bias + v * LANES, v < V - 1 ? LANES : last);
      UNROLL for (address r = 0; r < R; r++) sum[r][v] = sum[r][v] + bias;
    }
  }
  if (to->ending == FLOORED) UNROLL for (address r = 0; r < R; r++) UNROLL for (address v = 0; v < V; v++) sum[r][v] = floored(sum[r][v]);
  if (to->ending == GATED) UNROLL for (address r = 0; r < R; r++) UNROLL for (address v = 0; v < V; v++) {
    sum[r][v] = gated(sum[r][v], loadFirst(to->gate + r * next + v * LANES, v < V - 1 ? LANES : last));
  }
  UNROLL for (address r = 0; r < R; r++) {
    UNROLL for (address v = 0; v < V - 1; v++) store(c + r * next + v * LANES, sum[r][v]);
    storeFirst(c + r * next + (V - 1) * LANES, sum[r][V - 1], last);
  }
}

// Where A lies: row r of a tile at r · row, its terms `term` numbers apart (one of the two is 1: term where isByRows), the next tile `tile` numbers on.
typedef struct { const float *p; address row, term, tile; i32 isByRows; } strips;

// A column of tiles, m rows high: C's rows against one panel of V vectors.
INLINE void tiles(const address V, const i32 isByRows, const strips *from, const float *b, i32 m, i32 terms, target to) {
  const float *a = from->p;
  const address stride = isByRows ? from->row : from->term, step = isByRows ? stride : 1;
  i32 i = 0;
  for (; i + TILE_ROWS <= m; i += TILE_ROWS, a += from->tile, to.c += TILE_ROWS * to.stride, to.gate += TILE_ROWS * to.stride) tile(TILE_ROWS, V, isByRows, a, stride, b, terms, &to);
#define ROWS(R) if (i + R <= m) { tile(R, V, isByRows, a, stride, b, terms, &to); i += R; a += R * step; to.c += R * to.stride; to.gate += R * to.stride; }
  ROWS(4)
  ROWS(2)
  ROWS(1)
#undef ROWS
}
