// Dense layers: y = x w + b and its gradients, and the sums of columns. All three products are one blocked matrix product C = A B, whose factors may lie transposed.
//
// A small B is used where it lies (dense-plain.h). A large one is copied in panels as wide as a tile, a few at a time right before they are used, so that a panel stays in the first
// cache; A, where its rows lie so far apart that they would push each other out of the caches, is copied too. In exact mode a number of C is one ascending sum: where the terms are cut in blocks, C itself carries it on.
#pragma once
#include "lanes.h"
#include "dense-tile.h"
#include "dense-plain.h"

// Terms of a block: its panel of 32 columns takes 40 KB of the first cache.
#define BLOCK_TERMS 320
// Columns copied at a time: each row of a wide B lies on a page of its own, and these are visited less often than tiles are wide.
#define GROUP_COLUMNS 128
// A copied block of A takes 384 KB of the second cache.
#define COPY_FLOATS 98304
#define SPAN_FLOATS 131072
_Static_assert(4 * (GROUP_COLUMNS * BLOCK_TERMS + COPY_FLOATS) <= ROOM_BYTES, "the panels and the copy of A lie in the room");

// A factor B of this many numbers is used where it lies; larger ones are worth a copy. Transposed, B is copied whole where the product has few terms.
#define PLAIN_FORWARD (LANES == 16 ? 262144 : LANES == 8 ? 131072 : 8192)
#define PLAIN_KERNEL (LANES >= 8 ? 16384 : 8192)
#define PLAIN_INPUT 4096

// A factor by its rows as they lie, `stride` numbers apart. As A (m, terms) it may lie as (terms, m), as B (terms, n) as (n, terms): isTransposed.
typedef struct { const float *p; address stride; i32 isTransposed; } factor;

// `width` columns of B as panels, one behind the other; the last may be narrower, but has whole vectors: what lies behind `width` is never stored in C.
static void packColumns(const factor *b, i32 from, i32 width, i32 firstTerm, i32 terms, float *panels) {
  const i32 whole = width / TILE_COLUMNS * TILE_COLUMNS, rest = width - whole;
  const address full = (address)((rest + LANES - 1) & -LANES), length = TILE_COLUMNS * (address)terms;
  if (b->isTransposed) {
    const float *p = b->p + (address)from * b->stride + (address)firstTerm;
    for (i32 j = 0; j < width; j += LANES, p += LANES * b->stride) {
      float *to = panels + (address)(j / TILE_COLUMNS) * length + (address)(j % TILE_COLUMNS);
      if (width - j >= LANES) turnRows(p, b->stride, LANES, terms, to, j < whole ? TILE_COLUMNS : full);
      else turnRows(p, b->stride, width - j, terms, to, full);
    }
    return;
  }
  const float *p = b->p + (address)firstTerm * b->stride + (address)from;
  float *last = panels + (address)(whole / TILE_COLUMNS) * length;
  for (i32 k = 0; k < terms; k++, p += b->stride, panels += TILE_COLUMNS, last += full) {
    const float *row = p;
    float *to = panels;
    for (i32 j = 0; j < whole; j += TILE_COLUMNS, row += TILE_COLUMNS, to += length) {
      UNROLL for (i32 v = 0; v < TILE_COLUMNS; v += LANES) store(to + v, load(row + v));
    }
    for (i32 v = 0; v < rest; v += LANES) store(last + v, loadFirst(row + v, rest - v));
  }
}

// A's rows side by side, or, where A is transposed, tile after tile: the numbers that meet one row of B lie together.
// 16 numbers are left between rows and between tiles, so that they do not fall on the same lines of a cache.
static strips packRows(const factor *a, i32 from, i32 rows, i32 firstTerm, i32 terms, float *to) {
  if (!a->isTransposed) {
    const address length = (address)terms + 16;
    const float *p = a->p + (address)from * a->stride + (address)firstTerm;
    for (i32 i = 0; i < rows; i++, p += a->stride) __builtin_memcpy(to + (address)i * length, p, 4 * (address)terms);
    return (strips){to, length, 1, TILE_ROWS * length, 1};
  }
  const address length = TILE_ROWS * (address)terms + 16;
  const float *p = a->p + (address)firstTerm * a->stride + (address)from;
  for (i32 k = 0; k < terms; k++, p += a->stride) {
    float *row = to + TILE_ROWS * k;
    i32 i = 0;
    for (; i + TILE_ROWS <= rows; i += TILE_ROWS, row += length) __builtin_memcpy(row, p + i, 4 * TILE_ROWS);
    for (address r = 0; i + (i32)r < rows; r++) row[r] = p[(address)i + r];
  }
  return (strips){to, 1, TILE_ROWS, length, 0};
}

static void product(const factor a, const factor b, const float *bias, i32 ending, const float *gate, float *c, i32 m, i32 n, i32 terms, float *room) {
  const i32 blocks = (terms + BLOCK_TERMS - 1) / BLOCK_TERMS, blockTerms = blocks == 1 ? terms : (terms + blocks - 1) / blocks;
  // Turning is work enough between two pages, and a panel is best used while it lies in the first cache.
  const i32 group = b.isTransposed ? TILE_COLUMNS : GROUP_COLUMNS;
  float *panels = room, *copy = room + GROUP_COLUMNS * BLOCK_TERMS;
  // Worth it where the second cache does not hold what A's block spans, and the copy serves some panels.
  const i32 isCopied = n > 2 * TILE_COLUMNS && a.stride * (address)(a.isTransposed ? blockTerms : m) > SPAN_FLOATS;
  const i32 blockRows = isCopied ? COPY_FLOATS / (blockTerms + 16) / TILE_ROWS * TILE_ROWS : m;
  for (i32 k = 0; k < terms; k += blockTerms) {
    const i32 depth = k + blockTerms < terms ? blockTerms : terms - k;
    const i32 isLast = k + depth == terms;
    for (i32 i = 0; i < m; i += blockRows) {
      const i32 rows = i + blockRows < m ? blockRows : m - i;
      const strips from = isCopied ? packRows(&a, i, rows, k, depth, copy)
        : a.isTransposed ? (strips){a.p + (address)k * a.stride, 1, a.stride, TILE_ROWS, 0}
        : (strips){a.p + (address)k, a.stride, 1, TILE_ROWS * a.stride, 1};
      for (i32 j = 0; j < n; j += TILE_COLUMNS) {
        const i32 inGroup = j % group;
        if (inGroup == 0) packColumns(&b, j, n - j < group ? n - j : group, k, depth, panels);
        const i32 width = n - j < TILE_COLUMNS ? n - j : TILE_COLUMNS;
        const float *panel = panels + (address)inGroup * (address)depth;
        const address place = (address)i * (address)n + (address)j;
        const target to = {c + place, (address)n, width, k > 0, isLast && bias ? bias + j : 0, isLast ? ending : AS_IS, gate + place};
#define PANEL(V) { if (from.isByRows) tiles(V, 1, &from, panel, rows, depth, to); else tiles(V, 0, &from, panel, rows, depth, to); }
        if (width <= LANES) PANEL(1)
        else if (width <= 2 * LANES) PANEL(2)
#if TILE_VECTORS > 2
        else if (width <= 3 * LANES) PANEL(3)
        else PANEL(4)
#endif
#undef PANEL
      }
    }
  }
}

// y = x w + b, then, where FLOORED, 0 in place of what is negative: the bits of k_dense followed by k_relu.
static void gemmForward(const float *x, const float *w, const float *b, float *y, i32 m, i32 n, i32 c, float *room, i32 ending) {
  if (c == 1) { fewColumns(1, x, w, b, ending, y, m, n); return; }
  if (c == 2) { fewColumns(2, x, w, b, ending, y, m, n); return; }
  if (c == 3) { fewColumns(3, x, w, b, ending, y, m, n); return; }
  if (m <= 8 || (u64)n * (u64)c <= PLAIN_FORWARD) {
    plainByRows(x, (address)n, w, (address)c, b, ending, y, y, m, c, n);
    return;
  }
  product((factor){x, (address)n, 0}, (factor){w, (address)c, 0}, b, ending, y, y, m, c, n, room);
}

static void k_dense(const float *x, const float *w, const float *b, float *y, i32 m, i32 n, i32 c, float *room) {
  gemmForward(x, w, b, y, m, n, c, room, AS_IS);
}

// dx = dy wᵀ, then, where GATED, 0 where `gate`, laid out as dx, is not above 0: the bits of k_denseInput followed by k_reluBackward.
static void gemmInput(const float *dy, const float *w, float *dx, i32 m, i32 n, i32 c, float *room, i32 ending, const float *gate) {
  // A column of one number lies in memory as a row does.
  if (c == 1) { plainByRows(dy, 1, w, 0, 0, ending, gate, dx, m, n, 1); return; }
  const i32 full = (n + LANES - 1) & -LANES;
  if ((u64)m * (u64)n * (u64)c <= PLAIN_INPUT || (c <= 3 && (u64)full * (u64)c <= ROOM_BYTES / 4)) {
    for (i32 k = 0; k < n; k += LANES) turnRows(w + (address)k * (address)c, (address)c, n - k < LANES ? n - k : LANES, c, room + k, (address)full);
    plainByRows(dy, (address)c, room, (address)full, 0, ending, gate, dx, m, n, c);
    return;
  }
  product((factor){dy, (address)c, 0}, (factor){w, (address)c, 1}, 0, ending, gate, dx, m, n, c, room);
}

static void k_denseInput(const float *dy, const float *w, float *dx, i32 m, i32 n, i32 c, float *room) {
  gemmInput(dy, w, dx, m, n, c, room, AS_IS, dx);
}

static void k_denseKernel(const float *x, const float *dy, float *dw, i32 m, i32 n, i32 c, float *room) {
  if (c == 1) { plainTransposed(dy, 1, x, (address)n, dw, 1, n, m); return; }
  if (c <= 3 && (u64)c * (u64)n <= ROOM_BYTES / 4) {
    // dwᵀ = dyᵀ x, whose rows are long.
    plainTransposed(dy, (address)c, x, (address)n, room, c, n, m);
    for (address k = 0; k < (address)n; k++) for (address j = 0; j < (address)c; j++) dw[k * (address)c + j] = room[j * (address)n + k];
    return;
  }
  if ((u64)m * (u64)c <= PLAIN_KERNEL && (u64)m * (u64)n <= SPAN_FLOATS) {
    plainTransposed(x, (address)n, dy, (address)c, dw, n, c, m);
    return;
  }
  product((factor){x, (address)n, 1}, (factor){dy, (address)c, 0}, 0, AS_IS, dw, dw, n, c, m, room);
}

// Sums of V vectors of columns; where V is 1, of their first `width` columns. With isContinued they go on from what `sums` holds.
INLINE void sumColumns(const address V, const float *x, float *sums, i32 m, address c, i32 width, i32 isContinued) {
  vf sum[8];
  UNROLL for (address v = 0; v < V; v++) sum[v] = !isContinued ? all(0) : V == 1 ? loadFirst(sums, width) : load(sums + v * LANES);
  for (i32 r = 0; r < m; r++, x += c) {
    if (V == 1) sum[0] = sum[0] + loadFirst(x, width);
    else UNROLL for (address v = 0; v < V; v++) sum[v] = sum[v] + load(x + v * LANES);
  }
  if (V == 1) storeFirst(sums, sum[0], width);
  else UNROLL for (address v = 0; v < V; v++) store(sums + v * LANES, sum[v]);
}

static void addColumns(const float *x, float *sums, i32 m, i32 c, i32 isContinued) {
  if (c < LANES) {
#if LANES == 4
    // Without masks three numbers are quicker one by one.
    for (i32 j = 0; j < c; j++) {
      float sum = isContinued ? sums[j] : 0;
      for (i32 r = 0; r < m; r++) sum = sum + x[(address)r * (address)c + (address)j];
      sums[j] = sum;
    }
#else
    sumColumns(1, x, sums, m, (address)c, c, isContinued);
#endif
    return;
  }
  i32 j = 0;
  for (; j + 8 * LANES <= c; j += 8 * LANES) sumColumns(8, x + j, sums + j, m, (address)c, LANES, isContinued);
  for (; j + 4 * LANES <= c; j += 4 * LANES) sumColumns(4, x + j, sums + j, m, (address)c, LANES, isContinued);
  for (; j + LANES <= c; j += LANES) sumColumns(1, x + j, sums + j, m, (address)c, LANES, isContinued);
  // The last columns, with some of those before them, unless these have been added to already.
  if (j < c && isContinued) sumColumns(1, x + j, sums + j, m, (address)c, c - j, 1);
  else if (j < c) sumColumns(1, x + c - LANES, sums + c - LANES, m, (address)c, LANES, 0);
}
static void k_columnSums(const float *x, float *sums, i32 m, i32 c) { addColumns(x, sums, m, c, 0); }
