// What optimizers do to parameters, one pass each: kernels.ts, from `sumOfSquares` to `scheduleFreeUpdate`. The reference is reference-updates.ts.
#pragma once
#include "lanes.h"
#include "penalties.h"

INLINE double squaresOf(const float *x, i32 from, i32 to) {
  vd sums[SUMS] = {0};
  // The square of a single is exact in a double: fusing it with the sum changes nothing. What was written a step ago lies far away: it is asked for 8 KB ahead.
  OVER_SIXTEEN(from, to,
    __builtin_prefetch(x + i + 2048);
    const vd d = wide(take(x + i, n));
    sums[j] += d * d;)
  return foldedWide(sums);
}

INLINE double rootOf(double x) { return __builtin_elementwise_sqrt(x); }

static double k_sumOfSquares(const float *x, i32 count) { return squaresOf(x, 0, count); }

static double k_allFinite(const float *x, i32 count) {
  // Without its sign a number that is not finite is a word no less than infinity's.
  vi most = {0};
  OVER(0, count, most = __builtin_elementwise_max(most, (vi)take(x + i, n) & 0x7fffffff);)
  return __builtin_reduce_max(most) < 0x7f800000;
}

static void k_swap(float *a, float *b, i32 count) {
  OVER(0, count,
    const vf kept = take(a + i, n);
    put(a + i, take(b + i, n), n);
    put(b + i, kept, n);)
}

static void k_scale(float *x, i32 from, i32 to, double a) {
  const vf factor = all((float)a);
  OVER(from, to, put(x + i, factor * take(x + i, n), n);)
}

static void k_combine(const float *x, float *y, i32 count, double a, double b) {
  const vf ofX = all((float)a), ofY = all((float)b);
  OVER(0, count, put(y + i, madd(ofX, take(x + i, n), ofY * take(y + i, n)), n);)
}

static void k_shorten(float *x, i32 count, double least) {
  const double length = rootOf(squaresOf(x, 0, count));
  const vf divisor = all((float)(length < least ? least : length));
  OVER(0, count, put(x + i, take(x + i, n) / divisor, n);)
}

static void k_clipValue(float *g, i32 from, i32 to, double limit) {
  const vf most = all((float)limit);
  OVER(from, to,
    const vf d = take(g + i, n);
    put(g + i, pick(d > most, most, pick(d < -most, -most, d)), n);)
}

static double k_clipNorm(float *g, i32 from, i32 to, double limit) {
  const double length = rootOf(squaresOf(g, from, to));
  if (length > limit) k_scale(g, from, to, limit / length);
  return length;
}

// A running average of gradients, or of squares, with the sizes at which it counts as 0.
INLINE vf meanOf(vf x) { return pick(sizeOf(x) < 1e-30f, (vf){0}, x); }
INLINE vf squareOf(vf x) { return pick(x < 1e-36f, (vf){0}, x); }
// b x + c y.
INLINE vf mixed(vf b, vf x, vf c, vf y) { return madd(b, x, c * y); }
// p − a x.
INLINE vf descended(vf p, vf a, vf x) { return madd(-a, x, p); }
// The larger, or the one that is NaN.
INLINE vf larger(vf a, vf b) { return pick((a > b) | (a != a), a, b); }

static void k_sgdUpdate(float *p, const float *g, i32 from, i32 to, double rate) {
  const vf a = all((float)rate);
  OVER(from, to, put(p + i, descended(take(p + i, n), a, take(g + i, n)), n);)
}

static void k_momentumUpdate(float *p, const float *g, float *v, i32 from, i32 to, double rate, double kept, double taken) {
  const vf a = all((float)rate), b = all((float)kept), c = all((float)taken);
  OVER(from, to,
    const vf next = meanOf(mixed(b, take(v + i, n), c, take(g + i, n)));
    put(v + i, next, n);
    put(p + i, descended(take(p + i, n), a, next), n);)
}

static void k_nesterovUpdate(float *p, const float *g, float *v, i32 from, i32 to, double rate, double kept, double taken) {
  const vf a = all((float)rate), b = all((float)kept), c = all((float)taken);
  OVER(from, to,
    const vf d = take(g + i, n);
    const vf next = meanOf(mixed(b, take(v + i, n), c, d));
    put(v + i, next, n);
    put(p + i, descended(take(p + i, n), a, madd(b, next, d)), n);)
}

static void k_adagradUpdate(float *p, const float *g, float *s, i32 from, i32 to, double rate, double start, double epsilon) {
  const vf a = all((float)rate), s0 = all((float)start), e = all((float)epsilon);
  OVER(from, to,
    const vf d = take(g + i, n);
    const vf sum = squareOf(madd(d, d, take(s + i, n)));
    put(s + i, sum, n);
    put(p + i, take(p + i, n) - a * d / (sqrtv(sum + s0) + e), n);)
}

static void k_adadeltaUpdate(float *p, const float *g, float *s, float *u, i32 from, i32 to, double rate, double kept, double taken, double epsilon) {
  const vf a = all((float)rate), b = all((float)kept), c = all((float)taken), e = all((float)epsilon);
  OVER(from, to,
    const vf d = take(g + i, n), past = take(u + i, n);
    const vf size = squareOf(mixed(b, take(s + i, n), c, d * d));
    put(s + i, size, n);
    const vf step = sqrtv(past + e) / sqrtv(size + e) * d;
    put(u + i, squareOf(mixed(b, past, c, step * step)), n);
    put(p + i, descended(take(p + i, n), a, step), n);)
}

static void k_rmspropUpdate(float *p, const float *g, float *s, float *m, float *v, i32 from, i32 to, double rate, double kept, double taken, double started, double epsilon, i32 isInside, double momentum) {
  const vf a = all((float)rate), b = all((float)kept), c = all((float)taken), correction = all((float)started), e = all((float)epsilon), mu = all((float)momentum);
  OVER(from, to,
    const vf d = take(g + i, n);
    const vf size = squareOf(mixed(b, take(s + i, n), c, d * d));
    put(s + i, size, n);
    vf spread = size / correction;
    if (m != 0) {
      const vf middle = meanOf(mixed(b, take(m + i, n), c, d));
      put(m + i, middle, n);
      const vf center = middle / correction;
      spread = larger(descended(spread, center, center), (vf){0});
    }
    vf step = d / (isInside ? sqrtv(spread + e) : sqrtv(spread) + e);
    if (v != 0) {
      step = meanOf(madd(mu, take(v + i, n), step));
      put(v + i, step, n);
    }
    put(p + i, descended(take(p + i, n), a, step), n);)
}

// What Adam and its relatives share: their constants, rounded once, and one step.
typedef struct { vf a, b1, c1, b2, c2, root, e; } adam;
INLINE adam adamOf(double rate, double beta1, double taken1, double beta2, double taken2, double correction, double epsilon) {
  return (adam){all((float)rate), all((float)beta1), all((float)taken1), all((float)beta2), all((float)taken2), all((float)correction), all((float)epsilon)};
}
// x / (√v / root + ε). Estimates of roots and reciprocals were no faster than this (Zen 5).
INLINE vf scaled(vf x, vf v, vf root, vf e) {
#if FAST
  return x / madd(sqrtv(v), 1 / root, e);
#else
  return x / (sqrtv(v) / root + e);
#endif
}

static void k_adamUpdate(float *p, const float *g, float *m, float *v, i32 from, i32 to, double rate, double beta1, double taken1, double beta2, double taken2, double correction, double epsilon) {
  const adam k = adamOf(rate, beta1, taken1, beta2, taken2, correction, epsilon);
  OVER(from, to,
    const vf d = take(g + i, n);
    const vf middle = meanOf(mixed(k.b1, take(m + i, n), k.c1, d));
    const vf size = squareOf(mixed(k.b2, take(v + i, n), k.c2, d * d));
    put(m + i, middle, n);
    put(v + i, size, n);
    put(p + i, take(p + i, n) - scaled(k.a * middle, size, k.root, k.e), n);)
}

static void k_amsgradUpdate(float *p, const float *g, float *m, float *v, float *w, i32 from, i32 to, double rate, double beta1, double taken1, double beta2, double taken2, double correction, double epsilon) {
  const adam k = adamOf(rate, beta1, taken1, beta2, taken2, correction, epsilon);
  OVER(from, to,
    const vf d = take(g + i, n);
    const vf middle = meanOf(mixed(k.b1, take(m + i, n), k.c1, d));
    const vf size = squareOf(mixed(k.b2, take(v + i, n), k.c2, d * d));
    const vf most = larger(take(w + i, n), size);
    put(m + i, middle, n);
    put(v + i, size, n);
    put(w + i, most, n);
    put(p + i, take(p + i, n) - scaled(k.a * middle, most, k.root, k.e), n);)
}

static void k_nadamUpdate(float *p, const float *g, float *m, float *v, i32 from, i32 to, double ofGradient, double ofMean, double beta1, double taken1, double beta2, double taken2, double correction, double epsilon) {
  const adam k = adamOf(ofMean, beta1, taken1, beta2, taken2, correction, epsilon);
  const vf fresh = all((float)ofGradient);
  OVER(from, to,
    const vf d = take(g + i, n);
    const vf middle = meanOf(mixed(k.b1, take(m + i, n), k.c1, d));
    const vf size = squareOf(mixed(k.b2, take(v + i, n), k.c2, d * d));
    put(m + i, middle, n);
    put(v + i, size, n);
    put(p + i, take(p + i, n) - scaled(mixed(fresh, d, k.a, middle), size, k.root, k.e), n);)
}

static void k_adamaxUpdate(float *p, const float *g, float *m, float *u, i32 from, i32 to, double rate, double beta1, double taken1, double beta2, double epsilon) {
  const vf a = all((float)rate), b1 = all((float)beta1), c1 = all((float)taken1), b2 = all((float)beta2), e = all((float)epsilon);
  OVER(from, to,
    const vf d = take(g + i, n);
    const vf middle = meanOf(mixed(b1, take(m + i, n), c1, d));
    const vf most = larger(b2 * take(u + i, n), sizeOf(d) + e);
    put(m + i, middle, n);
    put(u + i, most, n);
    put(p + i, take(p + i, n) - a * middle / most, n);)
}

static void k_lambUpdate(float *p, const float *g, float *m, float *v, i32 from, i32 to, double rate, double beta1, double taken1, double beta2, double taken2, double started, double correction, double epsilon, double decay) {
  const adam k = adamOf(0, beta1, taken1, beta2, taken2, correction, epsilon);
  const vf start = all((float)started), lambda = all((float)decay);
  vd steps[SUMS] = {0}, sizes[SUMS] = {0};
  OVER_SIXTEEN(from, to,
    const vf d = take(g + i, n), x = take(p + i, n);
    const vf middle = meanOf(mixed(k.b1, take(m + i, n), k.c1, d));
    const vf size = squareOf(mixed(k.b2, take(v + i, n), k.c2, d * d));
    put(m + i, middle, n);
    put(v + i, size, n);
    const vd step = wide(madd(lambda, x, scaled(middle / start, size, k.root, k.e)));
    steps[j] += step * step;
    sizes[j] += wide(x) * wide(x);)
  const double length = rootOf(foldedWide(steps)), size = rootOf(foldedWide(sizes));
  const vf a = all((float)(size > 0 && length > 0 ? rate * size / length : rate));
  // The step is worked out again: there is nowhere to keep it.
  OVER(from, to,
    const vf x = take(p + i, n);
    put(p + i, descended(x, a, madd(lambda, x, scaled(take(m + i, n) / start, take(v + i, n), k.root, k.e))), n);)
}

static void k_lionUpdate(float *p, const float *g, float *m, i32 from, i32 to, double rate, double beta1, double taken1, double beta2, double taken2) {
  const vf a = all((float)rate), b1 = all((float)beta1), c1 = all((float)taken1), b2 = all((float)beta2), c2 = all((float)taken2);
  OVER(from, to,
    const vf d = take(g + i, n), past = take(m + i, n);
    const vf way = mixed(b1, past, c1, d);
    // 0 and NaN are their own signs.
    put(p + i, take(p + i, n) - pick(way > 0, a, pick(way < 0, -a, way)), n);
    put(m + i, meanOf(mixed(b2, past, c2, d)), n);)
}

static void k_muonDirection(const float *g, float *m, float *u, i32 from, i32 to, double kept, double taken, i32 looksAhead) {
  const vf b = all((float)kept), c = all((float)taken);
  OVER(from, to,
    const vf d = c * take(g + i, n);
    const vf middle = meanOf(madd(b, take(m + i, n), d));
    put(m + i, middle, n);
    put(u + (i - from), looksAhead ? madd(b, middle, d) : middle, n);)
}

static void k_scheduleFreeUpdate(float *p, const float *g, float *z, float *y, float *v, i32 from, i32 to, i32 isFirst, double rate, double share, double beta, double decay, double beta2, double taken2, double correction, double epsilon) {
  const vf a = all((float)rate), c = all((float)share), b = all((float)beta), lambda = all((float)decay);
  const vf b2 = all((float)beta2), c2 = all((float)taken2), root = all((float)correction), e = all((float)epsilon);
  OVER(from, to,
    const vf x = take(p + i, n), base = isFirst ? x : take(z + i, n), at = isFirst ? x : take(y + i, n);
    vf d = take(g + i, n);
    if (v != 0) {
      const vf size = squareOf(mixed(b2, take(v + i, n), c2, d * d));
      put(v + i, size, n);
      d = scaled(d, size, root, e);
    }
    const vf point = descended(base, a, madd(lambda, at, d));
    const vf average = madd(c, point - x, x);
    put(z + i, point, n);
    put(p + i, average, n);
    put(y + i, madd(b, average - point, point), n);)
}
