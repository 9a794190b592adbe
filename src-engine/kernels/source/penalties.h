// Penalties and bounds on weights: kernels.ts, from `l2` to `capColumns`. Sums over all weights are sixteen sums side by side, so that any width of vectors adds alike.
#pragma once
#include "elementary.h"

// n lanes, all of them or the first few; where n is known the branch is gone. In WebAssembly the few are called and not copied into every kernel: it is a third shorter.
#if defined(__wasm__)
#define RARE static __attribute__((noinline))
#else
#define RARE INLINE
#endif
RARE vf takeSome(const float *p, i32 n) { return loadPart(p, n); }
RARE void putSome(float *p, vf v, i32 n) { storePart(p, v, n); }
INLINE vf take(const float *p, i32 n) { return n == LANES ? load(p) : takeSome(p, n); }
INLINE void put(float *p, vf v, i32 n) {
  if (n == LANES) store(p, v);
  else putSome(p, v, n);
}

// The statement for every i in [from, to) that begins n lanes.
#define OVER(from, to, ...) { \
  i32 i = (from); \
  for (; i + LANES <= (to); i += LANES) { enum { n = LANES }; __VA_ARGS__ } \
  if (i < (to)) { const i32 n = (to) - i; __VA_ARGS__ } \
}

// The same in blocks of sixteen numbers, whose lanes belong to sums[j].
#define SUMS (16 / LANES)
#define OVER_SIXTEEN(from, to, ...) { \
  i32 block = (from); \
  for (; block + 16 <= (to); block += 16) { \
    UNROLL for (i32 j = 0; j < SUMS; j++) { enum { n = LANES }; const i32 i = block + j * LANES; __VA_ARGS__ } \
  } \
  UNROLL for (i32 j = 0; j < SUMS; j++) { \
    const i32 i = block + j * LANES, left = (to) - i; \
    if (left >= LANES) { enum { n = LANES }; __VA_ARGS__ } \
    else if (left > 0) { const i32 n = left; __VA_ARGS__ } \
  } \
}

// Sixteen sums as one: the upper half is added to the lower, down to the last two.
INLINE float folded(const vf *sums) {
  float s[16];
  for (i32 j = 0; j < SUMS; j++) store(s + j * LANES, sums[j]);
  UNROLL for (i32 width = 8; width > 0; width /= 2) UNROLL for (i32 j = 0; j < width; j++) s[j] += s[j + width];
  return s[0];
}
INLINE double foldedWide(const vd *sums) {
  double s[16];
  __builtin_memcpy(s, sums, sizeof s);
  UNROLL for (i32 width = 8; width > 0; width /= 2) UNROLL for (i32 j = 0; j < width; j++) s[j] += s[j + width];
  return s[0];
}

INLINE vf sizeOf(vf x) { return (vf)((vi)x & 0x7fffffff); }

static double k_l2(const float *w, float *g, i32 count, double a) {
  const float lambda = (float)a;
  vf sums[SUMS] = {0};
  OVER_SIXTEEN(0, count,
    const vf x = take(w + i, n);
    sums[j] = madd(x, x, sums[j]);
    put(g + i, madd(all(lambda), x, take(g + i, n)), n);)
  return (float)(lambda / 2) * folded(sums);
}

static double k_l1(const float *w, float *g, i32 count, double a) {
  const float lambda = (float)a;
  vf sums[SUMS] = {0};
  OVER_SIXTEEN(0, count,
    const vf x = take(w + i, n), d = take(g + i, n);
    sums[j] += sizeOf(x);
    // No subtraction of 0 where w is 0: a −0 in g stays.
    put(g + i, pick(x != 0, d + pick(x > 0, all(lambda), all(-lambda)), d), n);)
  return lambda * folded(sums);
}

// Every column's sum runs down its rows; the columns stand side by side in the lanes.
static void k_capColumns(float *w, i32 r, i32 c, double limit) {
  const float most = (float)limit;
  OVER(0, c,
    vf squares = {0};
    float *o = w + i;
    for (i32 k = 0; k < r; k++, o += c) {
      const vf x = take(o, n);
      squares = madd(x, x, squares);
    }
    const vf norm = sqrtv(squares);
    const vi isLong = norm > all(most);
    const vf factor = pick(isLong, all(most) / norm, all(1));
    o = w + i;
    for (i32 k = __builtin_reduce_or(isLong) == 0 ? r : 0; k < r; k++, o += c) put(o, take(o, n) * factor, n);)
}
