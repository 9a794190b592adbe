// The kernels that go element by element: activations, their gradients, and what adds, masks and divides. Formulas and corners: kernels.ts, reference-activations.ts.
#pragma once
#include "elementary.h"

// What a kernel does with one vector; a and b are its parameters, the same in all lanes. The loops are inlined together with it.
typedef vf (*ofOne)(vf x, vf a, vf b);
typedef vf (*ofTwo)(vf x, vf y, vf a, vf b);

INLINE void each(ofOne f, const float *x, float *y, i32 n, double a, double b) {
  vf va = all((float)a), vb = all((float)b);
  i32 i = 0;
  for (; i <= n - LANES; i += LANES) store(y + i, f(load(x + i), va, vb));
  if (i < n) storePart(y + i, f(loadPart(x + i, n - i), va, vb), n - i);
}

INLINE void eachPair(ofTwo f, const float *x, const float *y, float *z, i32 n, double a, double b) {
  vf va = all((float)a), vb = all((float)b);
  i32 i = 0;
  for (; i <= n - LANES; i += LANES) store(z + i, f(load(x + i), load(y + i), va, vb));
  if (i < n) storePart(z + i, f(loadPart(x + i, n - i), loadPart(y + i, n - i), va, vb), n - i);
}

INLINE vf reluOf(vf x, vf a, vf b) { return pick((vi)(x < 0), all(0), x); }
INLINE vf reluSlope(vf x, vf dy, vf a, vf b) { return pick((vi)(x <= 0), all(0), dy); }
static void k_relu(const float *x, float *y, i32 n) { each(reluOf, x, y, n, 0, 0); }
static void k_reluBackward(const float *x, const float *dy, float *dx, i32 n) { eachPair(reluSlope, x, dy, dx, n, 0, 0); }

INLINE vf leakyOf(vf x, vf a, vf b) { return pick((vi)(x > 0), x, a * x); }
INLINE vf leakySlope(vf x, vf dy, vf a, vf b) { return pick((vi)(x > 0), dy, a * dy); }
static void k_leakyRelu(const float *x, float *y, i32 n, double slope) { each(leakyOf, x, y, n, slope, 0); }
static void k_leakyReluBackward(const float *x, const float *dy, float *dx, i32 n, double slope) { eachPair(leakySlope, x, dy, dx, n, slope, 0); }

// a x above 0, b (eˣ − 1) below.
INLINE vf eluOf(vf x, vf a, vf b) { return pick((vi)(x > 0), a * x, b * expm1v(x)); }
INLINE vf eluSlope(vf x, vf dy, vf a, vf b) { return dy * pick((vi)(x > 0), a, b * expv(x)); }
static void k_elu(const float *x, float *y, i32 n, double alpha) { each(eluOf, x, y, n, 1, alpha); }
static void k_eluBackward(const float *x, const float *dy, float *dx, i32 n, double alpha) { eachPair(eluSlope, x, dy, dx, n, 1, alpha); }

static const double seluScale = 1.0507009873554805, seluTail = 1.7580993408473768;
static void k_selu(const float *x, float *y, i32 n) { each(eluOf, x, y, n, seluScale, seluTail); }
static void k_seluBackward(const float *x, const float *dy, float *dx, i32 n) { eachPair(eluSlope, x, dy, dx, n, seluScale, seluTail); }

// Φ(x), the normal distribution.
INLINE vf normal(vf x) { return 0.5f * erfcv(-(x * (float)0.7071067811865476)); }
INLINE vf geluExactOf(vf x, vf a, vf b) { return x * normal(x); }
INLINE vf geluExactSlope(vf x, vf dy, vf a, vf b) {
  vf density = (float)0.3989422804014327 * expv(-0.5f * (x * x));
  return dy * (normal(x) + x * density);
}
static void k_geluExact(const float *x, float *y, i32 n) { each(geluExactOf, x, y, n, 0, 0); }
static void k_geluExactBackward(const float *x, const float *dy, float *dx, i32 n) { eachPair(geluExactSlope, x, dy, dx, n, 0, 0); }

static const float rootTwoPerPi = (float)0.7978845608028654, cubic = (float)0.044715, threeCubic = (float)(3 * 0.044715);
INLINE vf inner(vf x) { return tanhv(rootTwoPerPi * (x + cubic * (x * (x * x)))); }
INLINE vf geluTanhOf(vf x, vf a, vf b) { return (0.5f * x) * (1 + inner(x)); }
INLINE vf geluTanhSlope(vf x, vf dy, vf a, vf b) {
  vf t = inner(x);
  vf slope = (1 - t) * (1 + t);
  // Where tanh is flat its slope is 0, and what it multiplies may have overflowed.
  vf bend = pick((vi)(slope == 0), all(0), ((0.5f * x) * slope) * (rootTwoPerPi * (1 + threeCubic * (x * x))));
  return dy * (0.5f * (1 + t) + bend);
}
static void k_geluTanh(const float *x, float *y, i32 n) { each(geluTanhOf, x, y, n, 0, 0); }
static void k_geluTanhBackward(const float *x, const float *dy, float *dx, i32 n) { eachPair(geluTanhSlope, x, dy, dx, n, 0, 0); }

INLINE vf belowZero(vf x) { return pick((vi)(x > 0), -x, x); }
INLINE vf logistic(vf x) {
  vf e = expv(belowZero(x));
  return pick((vi)(x > 0), all(1), e) / (1 + e);
}
INLINE vf swishOf(vf x, vf beta, vf b) { return x * logistic(beta * x); }
INLINE vf swishSlope(vf x, vf dy, vf beta, vf b) {
  vf u = beta * x;
  // Of e^−|u| and its sum with 1, sigmoid(u) and sigmoid(−u) are the two quotients.
  vf e = expv(belowZero(u)), whole = 1 + e;
  vi isAbove = (vi)(u > 0), isBelow = (vi)(u < 0);
  vf s = pick(isAbove, all(1), e) / whole, other = pick(isBelow, all(1), e) / whole;
  return dy * (s * (1 + u * other));
}
static void k_swish(const float *x, float *y, i32 n, double beta) { each(swishOf, x, y, n, beta, 0); }
static void k_swishBackward(const float *x, const float *dy, float *dx, i32 n, double beta) { eachPair(swishSlope, x, dy, dx, n, beta, 0); }

// tanh(ln(1 + eˣ)) = (e² + 2e)/(e² + 2e + 2) with e = eˣ; for x > 0 both are divided by e², so that nothing overflows.
INLINE vf mishOf(vf x, vf a, vf b) {
  vi isAbove = (vi)(x > 0);
  vf e = expv(belowZero(x));
  vf top = pick(isAbove, 1 + 2 * e, e * (e + 2));
  return x * (top / (top + pick(isAbove, 2 * (e * e), all(2))));
}
INLINE vf mishSlope(vf x, vf dy, vf a, vf b) {
  vi isAbove = (vi)(x > 0);
  vf e = expv(belowZero(x)), square = e * e;
  vf top = pick(isAbove, 1 + 2 * e, e * (e + 2));
  vf whole = top + pick(isAbove, 2 * square, all(2));
  vf slope = ((4 * pick(isAbove, square, e)) * (1 + e)) / (whole * whole);
  return dy * (top / whole + x * slope);
}
static void k_mish(const float *x, float *y, i32 n) { each(mishOf, x, y, n, 0, 0); }
static void k_mishBackward(const float *x, const float *dy, float *dx, i32 n) { eachPair(mishSlope, x, dy, dx, n, 0, 0); }

INLINE vf sigmoidOf(vf x, vf a, vf b) { return logistic(x); }
INLINE vf sigmoidSlope(vf y, vf dy, vf a, vf b) { return dy * (y * (1 - y)); }
static void k_sigmoid(const float *x, float *y, i32 n) { each(sigmoidOf, x, y, n, 0, 0); }
static void k_sigmoidBackward(const float *y, const float *dy, float *dx, i32 n) { eachPair(sigmoidSlope, y, dy, dx, n, 0, 0); }

INLINE vf tanhOf(vf x, vf a, vf b) { return tanhv(x); }
INLINE vf tanhSlope(vf y, vf dy, vf a, vf b) { return dy * ((1 - y) * (1 + y)); }
static void k_tanh(const float *x, float *y, i32 n) { each(tanhOf, x, y, n, 0, 0); }
static void k_tanhBackward(const float *y, const float *dy, float *dx, i32 n) { eachPair(tanhSlope, y, dy, dx, n, 0, 0); }

INLINE vf softplusOf(vf x, vf beta, vf b) {
  vf u = beta * x;
  return (pick((vi)(u > 0), u, all(0)) + log1pv(expv(belowZero(u)))) / beta;
}
INLINE vf softplusSlope(vf x, vf dy, vf beta, vf b) { return dy * logistic(beta * x); }
static void k_softplus(const float *x, float *y, i32 n, double beta) { each(softplusOf, x, y, n, beta, 0); }
static void k_softplusBackward(const float *x, const float *dy, float *dx, i32 n, double beta) { eachPair(softplusSlope, x, dy, dx, n, beta, 0); }

INLINE vf hardTanhOf(vf x, vf least, vf most) { return pick((vi)(x < least), least, pick((vi)(x > most), most, x)); }
INLINE vf hardTanhSlope(vf x, vf dy, vf least, vf most) { return pick((vi)(x <= least) | (vi)(x >= most), all(0), dy); }
static void k_hardTanh(const float *x, float *y, i32 n, double min, double max) { each(hardTanhOf, x, y, n, min, max); }
static void k_hardTanhBackward(const float *x, const float *dy, float *dx, i32 n, double min, double max) { eachPair(hardTanhSlope, x, dy, dx, n, min, max); }

static void k_copy(const float *x, float *y, i32 n) { if (n > 0) __builtin_memmove(y, x, (address)n * sizeof(float)); }

INLINE vf sumOf(vf x, vf y, vf a, vf b) { return x + y; }
static void k_add(const float *a, const float *b, float *y, i32 n) { eachPair(sumOf, a, b, y, n, 0, 0); }

#if FAST
INLINE vf dropped(vf x, vf mask, vf keep, vf perKeep) { return x * mask * perKeep; }
#else
INLINE vf dropped(vf x, vf mask, vf keep, vf perKeep) { return (x * mask) / keep; }
#endif
static void k_dropout(const float *x, const float *mask, float *y, i32 n, double keep) { eachPair(dropped, x, mask, y, n, keep, 1 / keep); }

INLINE vf averageOf(vf kept, vf fresh, vf a, vf b) { return a * kept + b * fresh; }
static void k_average(float *kept, const float *fresh, i32 n, double retention) { eachPair(averageOf, kept, fresh, kept, n, retention, 1 - retention); }

INLINE vf scaledBy(vf x, vf a, vf b) { return a * x; }
INLINE vf addScaled(vf x, vf sum, vf a, vf b) { return sum + a * x; }
static void k_accumulate(const float *x, float *sum, i32 n, double a, i32 isFirst) {
  if (isFirst) each(scaledBy, x, sum, n, a, 0);
  else eachPair(addScaled, x, sum, sum, n, a, 0);
}

INLINE vf quotient(vf x, vf d, vf b) { return x / d; }
static void k_divide(const float *x, float *y, i32 n, double d) { each(quotient, x, y, n, d, 0); }
