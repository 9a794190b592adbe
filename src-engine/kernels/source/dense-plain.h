// Dense products without copies: factors that the caches hold anyway, and matrices a few numbers wide. One pass, every sum from 0 to its end in a register.
#pragma once
#include "lanes.h"
#include "dense-tile.h"

// Within every four lanes: two of a, then two of b.
#if LANES == 4
#define LANEWISE(a, b, p, q, r, s) __builtin_shufflevector(a, b, p, q, 4 + r, 4 + s)
#elif LANES == 8
#define LANEWISE(a, b, p, q, r, s) __builtin_shufflevector(a, b, p, q, 8 + r, 8 + s, 4 + p, 4 + q, 12 + r, 12 + s)
#else
#define LANEWISE(a, b, p, q, r, s) __builtin_shufflevector(a, b, p, q, 16 + r, 16 + s, 4 + p, 4 + q, 20 + r, 20 + s, 8 + p, 8 + q, 24 + r, 24 + s, 12 + p, 12 + q, 28 + r, 28 + s)
#endif

// Four numbers of every fourth row: lanes 4q … 4q + 3 hold row 4q + first, or the last row where there are fewer.
INLINE vf everyFourth(const float *p, address stride, i32 first, i32 rows) {
  float part[LANES];
  UNROLL for (i32 q = 0; q < LANES; q += 4) __builtin_memcpy(part + q, p + (address)(q + first < rows ? q + first : rows - 1) * stride, 16);
  return load(part);
}

// Four columns of up to LANES rows.
INLINE void turn(const float *p, address stride, i32 rows, vf columns[4]) {
  const vf a = everyFourth(p, stride, 0, rows), b = everyFourth(p, stride, 1, rows), c = everyFourth(p, stride, 2, rows), d = everyFourth(p, stride, 3, rows);
  const vf s = LANEWISE(a, b, 0, 1, 0, 1), t = LANEWISE(c, d, 0, 1, 0, 1), u = LANEWISE(a, b, 2, 3, 2, 3), v = LANEWISE(c, d, 2, 3, 2, 3);
  columns[0] = LANEWISE(s, t, 0, 2, 0, 2);
  columns[1] = LANEWISE(s, t, 1, 3, 1, 3);
  columns[2] = LANEWISE(u, v, 0, 2, 0, 2);
  columns[3] = LANEWISE(u, v, 1, 3, 1, 3);
}

// A matrix (rows, terms) transposed into a panel (terms, full), of which up to LANES columns are written: those behind `rows` hold anything.
INLINE void turnRows(const float *p, address stride, i32 rows, i32 terms, float *panel, address full) {
  // The last four columns are done again where their number is no multiple of four.
  for (i32 k = 0; terms >= 4 && k < terms; k = k + 4 < terms && k + 8 > terms ? terms - 4 : k + 4) {
    vf columns[4];
    turn(p + k, stride, rows, columns);
    UNROLL for (address l = 0; l < 4; l++) store(panel + ((address)k + l) * full, columns[l]);
  }
  if (terms >= 4) return;
  for (i32 k = 0; k < terms; k++) for (i32 l = 0; l < rows; l++) panel[(address)k * full + (address)l] = p[(address)l * stride + (address)k];
}

// R rows of C (m, n) = A B + bias, V vectors wide. The last vector begins at column `last`, so that it may compute columns of the one before again;
// with isPart there is one vector, of `width` lanes. A's rows are `aStride` numbers apart and its terms follow each other (isByRows), or the other way round.
INLINE void strip(const address R, const address V, const i32 isPart, const i32 isByRows, const float *a, address aStride, const float *b, address bStride,
                  const float *bias, i32 ending, const float *gate, float *c, address cStride, address last, i32 width, i32 terms) {
  vf sum[8][4];
  UNROLL for (address r = 0; r < R; r++) UNROLL for (address v = 0; v < V; v++) sum[r][v] = all(0);
LOOP_OF_TERMS
  for (i32 k = 0; k < terms; k++, a += isByRows ? 1 : aStride, b += bStride) {
    vf row[4];
    UNROLL for (address v = 0; v < V - 1; v++) row[v] = load(b + v * LANES);
    row[V - 1] = isPart ? loadFirst(b, width) : load(b + last);
    UNROLL for (address r = 0; r < R; r++) {
      const vf x = all(isByRows ? a[r * aStride] : a[r]);
      UNROLL for (address v = 0; v < V; v++) sum[r][v] = madd(x, row[v], sum[r][v]);
      UNROLL for (address v = 0; v < V; v++) KEEP_ORDER(sum[r][v]);
    }
  }
  if (bias) {
    UNROLL for (address v = 0; v < V; v++) {
      const float *p = bias + (v < V - 1 ? v * LANES : last);
      const vf shift = isPart ? loadFirst(p, width) : load(p);
      UNROLL for (address r = 0; r < R; r++) sum[r][v] = sum[r][v] + shift;
    }
  }
  if (ending == FLOORED) UNROLL for (address r = 0; r < R; r++) UNROLL for (address v = 0; v < V; v++) sum[r][v] = floored(sum[r][v]);
  if (ending == GATED) UNROLL for (address r = 0; r < R; r++, gate += cStride) UNROLL for (address v = 0; v < V; v++) {
    const float *p = gate + (v < V - 1 ? v * LANES : last);
    sum[r][v] = gated(sum[r][v], isPart ? loadFirst(p, width) : load(p));
  }
  UNROLL for (address r = 0; r < R; r++, c += cStride) {
    UNROLL for (address v = 0; v < V - 1; v++) store(c + v * LANES, sum[r][v]);
    if (isPart) storeFirst(c, sum[r][V - 1], width);
    else store(c + last, sum[r][V - 1]);
  }
}

INLINE void stripColumns(const address V, const i32 isPart, const i32 isByRows, const float *a, address aStride, const float *b, address bStride,
                    const float *bias, i32 ending, const float *gate, float *c, address cStride, address last, i32 width, i32 m, i32 terms) {
  // What 16 registers hold, or 32; five because batches of ten are common.
  const i32 most = V == 1 || LANES == 16 ? 8 : 5;
  i32 i = 0;
#define ROWS_AT_ONCE(R) { strip(R, V, isPart, isByRows, a, aStride, b, bStride, bias, ending, gate, c, cStride, last, width, terms); i += R; a += R * (isByRows ? aStride : 1); c += R * cStride; gate += R * cStride; }
  if (V < 4) {
    while (i + most <= m) ROWS_AT_ONCE(most)
    while (i + 4 <= m) ROWS_AT_ONCE(4)
  }
  if (i + 2 <= m) ROWS_AT_ONCE(2)
  if (i < m) ROWS_AT_ONCE(1)
#undef ROWS_AT_ONCE
}

INLINE void plainProduct(const i32 isByRows, const float *a, address aStride, const float *b, address bStride, const float *bias, i32 ending, const float *gate, float *c, address cStride, i32 m, i32 n, i32 terms) {
  if (n < LANES) { stripColumns(1, 1, isByRows, a, aStride, b, bStride, bias, ending, gate, c, cStride, 0, n, m, terms); return; }
  // One to three sums side by side would wait for each other.
  while (m < 4 && n >= 4 * LANES) {
    stripColumns(4, 0, isByRows, a, aStride, b, bStride, bias, ending, gate, c, cStride, 3 * LANES, 0, m, terms);
    b += 4 * LANES; c += 4 * LANES; gate += 4 * LANES; n -= 4 * LANES;
    if (bias) bias += 4 * LANES;
  }
  while (n > LANES) {
    stripColumns(2, 0, isByRows, a, aStride, b, bStride, bias, ending, gate, c, cStride, n < 2 * LANES ? (address)n - LANES : LANES, 0, m, terms);
    b += 2 * LANES; c += 2 * LANES; gate += 2 * LANES; n -= 2 * LANES;
    if (bias) bias += 2 * LANES;
  }
  // The rest of 1 to LANES columns, done with the columns before them.
  if (n > 0) {
    const address back = LANES - (address)n;
    stripColumns(1, 0, isByRows, a, aStride, b - back, bStride, bias ? bias - back : 0, ending, gate - back, c - back, cStride, 0, 0, m, terms);
  }
}

// Once each, not in every caller: they are the bulk of the code.
static __attribute__((noinline)) void plainByRows(const float *a, address aStride, const float *b, address bStride, const float *bias, i32 ending, const float *gate, float *c, i32 m, i32 n, i32 terms) {
  plainProduct(1, a, aStride, b, bStride, bias, ending, gate, c, (address)n, m, n, terms);
}
// C = Aᵀ B.
static __attribute__((noinline)) void plainTransposed(const float *a, address aStride, const float *b, address bStride, float *c, i32 m, i32 n, i32 terms) {
  plainProduct(0, a, aStride, b, bStride, 0, AS_IS, c, c, (address)n, m, n, terms);
}

// y (rows, C) = x w + bias for up to LANES rows: their sums side by side, for C columns would leave most of a vector idle.
INLINE void rowsOfFew(const address C, const float *x, const float *w, const float *bias, i32 ending, float *y, i32 rows, i32 n) {
  vf sum[3];
  UNROLL for (address j = 0; j < C; j++) sum[j] = all(0);
  i32 k = 0;
  for (; k + 4 <= n; k += 4) {
    vf columns[4];
    turn(x + k, (address)n, rows, columns);
    UNROLL for (address l = 0; l < 4; l++) UNROLL for (address j = 0; j < C; j++) sum[j] = madd(columns[l], all(w[((address)k + l) * C + j]), sum[j]);
  }
  for (; k < n; k++) {
    float part[LANES];
    for (i32 l = 0; l < LANES; l++) part[l] = x[(address)(l < rows ? l : rows - 1) * (address)n + (address)k];
    UNROLL for (address j = 0; j < C; j++) sum[j] = madd(load(part), all(w[(address)k * C + j]), sum[j]);
  }
  if (bias) UNROLL for (address j = 0; j < C; j++) sum[j] = sum[j] + all(bias[j]);
  if (ending == FLOORED) UNROLL for (address j = 0; j < C; j++) sum[j] = floored(sum[j]);
  if (C == 1) { storeFirst(y, sum[0], rows); return; }
  float part[3][LANES];
  UNROLL for (address j = 0; j < C; j++) store(part[j], sum[j]);
  for (address i = 0; i < (address)rows; i++) UNROLL for (address j = 0; j < C; j++) y[i * C + j] = part[j][i];
}

INLINE void fewColumns(const address C, const float *x, const float *w, const float *bias, i32 ending, float *y, i32 m, i32 n) {
  for (; m >= LANES; m -= LANES, x += LANES * (address)n, y += LANES * C) rowsOfFew(C, x, w, bias, ending, y, LANES, n);
  if (m > 0) rowsOfFew(C, x, w, bias, ending, y, m, n);
}
