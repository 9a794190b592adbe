// The kernels that work along rows or down columns: softmax and the norms. Formulas: kernels.ts; what is done in which order: reference-activations.ts, reference.ts.
#pragma once
#include "elements.h"

// A sum over ascending indices. In exact mode that is one number to which lane after lane is added; in fast mode as many sums as lanes.
#if FAST
typedef vf ascending;
INLINE ascending nothing(void) { return all(0); }
INLINE ascending plus(ascending sum, vf v) { return sum + v; }
INLINE ascending plusSome(ascending sum, vf v, i32 n) { return sum + (vf)(first(n) & (vi)v); }
INLINE float total(ascending sum) {
  float s = 0;
  UNROLL for (i32 i = 0; i < LANES; i++) s += sum[i];
  return s;
}
#else
typedef float ascending;
INLINE ascending nothing(void) { return 0; }
INLINE ascending plus(ascending sum, vf v) {
  UNROLL for (i32 i = 0; i < LANES; i++) sum += v[i];
  return sum;
}
INLINE ascending plusSome(ascending sum, vf v, i32 n) {
  float part[LANES];
  store(part, v);
  for (i32 i = 0; i < n; i++) sum += part[i];
  return sum;
}
INLINE float total(ascending sum) { return sum; }
#endif

// The largest of c numbers. Which of two equal ones, and what becomes of a NaN, changes no result: with a NaN every sum over the row is NaN.
INLINE float largestOf(const float *x, i32 c) {
  i32 j = 0;
  float most = x[0];
  if (c >= LANES) {
    vf v = load(x);
    for (j = LANES; j <= c - LANES; j += LANES) {
      vf next = load(x + j);
      v = pick((vi)(next > v), next, v);
    }
    most = v[0];
    UNROLL for (i32 i = 1; i < LANES; i++) most = v[i] > most ? v[i] : most;
  }
  for (; j < c; j++) most = x[j] > most ? x[j] : most;
  return most;
}

// e^((x − most)/t) of one row into y, and the sum.
INLINE float exponentials(const i32 isTempered, const float *x, float *y, i32 c, float most, float t) {
  ascending sum = nothing();
  i32 j = 0;
  for (; j <= c - LANES; j += LANES) {
    vf d = load(x + j) - most, e = expv(isTempered ? d / t : d);
    store(y + j, e);
    sum = plus(sum, e);
  }
  if (j < c) {
    vf d = loadPart(x + j, c - j) - most, e = expv(isTempered ? d / t : d);
    storePart(y + j, e, c - j);
    sum = plusSome(sum, e, c - j);
  }
  return total(sum);
}

INLINE float logOf(float x) { return logv(all(x))[0]; }

// Numbers of LANES rows that lie `stride` apart; beyond the last of n rows the last one again.
INLINE vf fromRows(const float *p, i32 stride, i32 n) {
  vf v;
  if (n >= LANES) UNROLL for (i32 i = 0; i < LANES; i++) v[i] = p[i * stride];
  else UNROLL for (i32 i = 0; i < LANES; i++) v[i] = p[(i < n ? i : n - 1) * stride];
  return v;
}
INLINE void toRows(float *p, i32 stride, vf v, i32 n) {
  if (n >= LANES) UNROLL for (i32 i = 0; i < LANES; i++) p[i * stride] = v[i];
  else {
    float part[LANES];
    store(part, v);
    for (i32 i = 0; i < n; i++) p[i * stride] = part[i];
  }
}

#if FAST
// Dividing by the same number again and again: once, and then times its reciprocal.
INLINE vf divisor(vf x) { return 1 / x; }
INLINE vf over(vf x, vf divisor) { return x * divisor; }
#else
INLINE vf divisor(vf x) { return x; }
INLINE vf over(vf x, vf divisor) { return x / divisor; }
#endif

// n numbers from place j on of a row: whole vectors, and at the end what is left.
INLINE vf along(const float *p, i32 n) { return n >= LANES ? load(p) : loadPart(p, n); }
INLINE void putAlong(float *p, vf v, i32 n) {
  if (n >= LANES) store(p, v);
  else storePart(p, v, n);
}
INLINE ascending plusAlong(ascending sum, vf v, i32 n) { return n >= LANES ? plus(sum, v) : plusSome(sum, v, n); }

static void k_softmax(const float *x, float *y, i32 m, i32 c, double temperature) {
  float t = (float)temperature;
  for (i32 i = 0; i < m; i++, x += c, y += c) {
    float sum = exponentials(1, x, y, c, largestOf(x, c), t);
    for (i32 j = 0; j < c; j += LANES) putAlong(y + j, along(y + j, c - j) / sum, c - j);
  }
}

static void k_softmaxBackward(const float *y, const float *dy, float *dx, i32 m, i32 c, double temperature) {
  float t = (float)temperature;
  for (i32 i = 0; i < m; i++, y += c, dy += c, dx += c) {
    ascending sum = nothing();
    for (i32 j = 0; j < c; j += LANES) sum = plusAlong(sum, along(dy + j, c - j) * along(y + j, c - j), c - j);
    float mean = total(sum);
    for (i32 j = 0; j < c; j += LANES) putAlong(dx + j, (along(y + j, c - j) * (along(dy + j, c - j) - mean)) / t, c - j);
  }
}

static void k_logSoftmax(const float *x, float *y, i32 m, i32 c, double temperature) {
  float t = (float)temperature;
  for (i32 i = 0; i < m; i++, x += c, y += c) {
    float most = largestOf(x, c);
    ascending sum = nothing();
    for (i32 j = 0; j < c; j += LANES) {
      vf v = (along(x + j, c - j) - most) / t;
      putAlong(y + j, v, c - j);
      sum = plusAlong(sum, expv(v), c - j);
    }
    float logSum = logOf(total(sum));
    for (i32 j = 0; j < c; j += LANES) putAlong(y + j, along(y + j, c - j) - logSum, c - j);
  }
}

static void k_logSoftmaxBackward(const float *y, const float *dy, float *dx, i32 m, i32 c, double temperature) {
  float t = (float)temperature;
  for (i32 i = 0; i < m; i++, y += c, dy += c, dx += c) {
    ascending sum = nothing();
    for (i32 j = 0; j < c; j += LANES) sum = plusAlong(sum, along(dy + j, c - j), c - j);
    float whole = total(sum);
    for (i32 j = 0; j < c; j += LANES) putAlong(dx + j, (along(dy + j, c - j) - expv(along(y + j, c - j)) * whole) / t, c - j);
  }
}

// Down columns: V vectors of them at once, n columns where that is less than one vector.
INLINE void momentsDown(const i32 V, const float *x, float *mean, float *variance, i32 r, i32 c, i32 n) {
  vf sum[4], center[4], squares[4];
  float count = (float)r;
  UNROLL for (i32 v = 0; v < V; v++) sum[v] = squares[v] = all(0);
  const float *p = x;
  for (i32 i = 0; i < r; i++, p += c) UNROLL for (i32 v = 0; v < V; v++) sum[v] += along(p + v * LANES, n);
  UNROLL for (i32 v = 0; v < V; v++) center[v] = sum[v] / count;
  p = x;
  for (i32 i = 0; i < r; i++, p += c) UNROLL for (i32 v = 0; v < V; v++) {
    vf d = along(p + v * LANES, n) - center[v];
    squares[v] = madd(d, d, squares[v]);
  }
  UNROLL for (i32 v = 0; v < V; v++) {
    putAlong(mean + v * LANES, center[v], n);
    putAlong(variance + v * LANES, squares[v] / count, n);
  }
}

static void k_moments(const float *x, float *mean, float *variance, i32 r, i32 c) {
  i32 j = 0;
  for (; j <= c - 4 * LANES; j += 4 * LANES) momentsDown(4, x + j, mean + j, variance + j, r, c, LANES);
  for (; j <= c - LANES; j += LANES) momentsDown(1, x + j, mean + j, variance + j, r, c, LANES);
  if (j < c) momentsDown(1, x + j, mean + j, variance + j, r, c, c - j);
}

// √(variance + ε).
INLINE vf deviations(vf variance, double epsilon) { return sqrtv(variance + (float)epsilon); }

// Columns that are worked on row by row, so that memory is read and written along its rows: few enough that what belongs to a column stays in the first cache.
#define COLUMNS_AT_ONCE 256

// What becomes of γ x̂ + β before it is written: nothing, a relu, or a relu whose result is also written with a mask's zeros.
enum { PLAIN, RELU, RELU_DROPOUT };

// n numbers from one place on, whole vectors or what is left at the end.
INLINE void normalizeSome(const i32 kind, const float *x, const float *center, const float *spread, const float *gamma, const float *beta, float *normalized, float *y, const float *mask, float *kept, vf keep, vf perKeep, i32 n) {
  vf z = over(along(x, n) - along(center, n), along(spread, n));
  putAlong(normalized, z, n);
  vf out = madd(along(gamma, n), z, along(beta, n));
  if (kind != PLAIN) out = reluOf(out, keep, keep);
  putAlong(y, out, n);
  if (kind == RELU_DROPOUT) putAlong(kept, dropped(out, along(mask, n), keep, perKeep), n);
}

INLINE void normalizeDown(const i32 kind, const float *x, const float *mean, const float *variance, const float *scale, const float *shift, float *normalized, float *y, const float *mask, float *kept, i32 r, i32 c, double epsilon, double keep) {
  float spread[COLUMNS_AT_ONCE];
  vf share = all((float)keep), perShare = all((float)(1 / keep));
  for (i32 from = 0; from < c; from += COLUMNS_AT_ONCE) {
    i32 width = c - from < COLUMNS_AT_ONCE ? c - from : COLUMNS_AT_ONCE;
    for (i32 j = 0; j < width; j += LANES) putAlong(spread + j, divisor(deviations(along(variance + from + j, width - j), epsilon)), width - j);
    const float *center = mean + from, *gamma = scale + from, *beta = shift + from;
    for (i32 i = 0; i < r; i++) {
      address o = (address)i * (address)c + (address)from;
      i32 j = 0;
      for (; j <= width - LANES; j += LANES) normalizeSome(kind, x + o + j, center + j, spread + j, gamma + j, beta + j, normalized + o + j, y + o + j, mask + o + j, kept + o + j, share, perShare, LANES);
      if (j < width) normalizeSome(kind, x + o + j, center + j, spread + j, gamma + j, beta + j, normalized + o + j, y + o + j, mask + o + j, kept + o + j, share, perShare, width - j);
    }
  }
}

static void k_normalize(const float *x, const float *mean, const float *variance, const float *scale, const float *shift, float *normalized, float *y, i32 r, i32 c, double epsilon) {
  normalizeDown(PLAIN, x, mean, variance, scale, shift, normalized, y, y, y, r, c, epsilon, 1);
}

INLINE void slopesDown(const i32 V, const float *dy, const float *normalized, float *dscale, float *dshift, i32 r, i32 c, i32 n) {
  vf dgamma[4], dbeta[4];
  UNROLL for (i32 v = 0; v < V; v++) dgamma[v] = dbeta[v] = all(0);
  for (i32 i = 0; i < r; i++, dy += c, normalized += c) UNROLL for (i32 v = 0; v < V; v++) {
    vf d = along(dy + v * LANES, n);
    dgamma[v] = madd(d, along(normalized + v * LANES, n), dgamma[v]);
    dbeta[v] += d;
  }
  UNROLL for (i32 v = 0; v < V; v++) {
    putAlong(dscale + v * LANES, dgamma[v], n);
    putAlong(dshift + v * LANES, dbeta[v], n);
  }
}

// dγ and dβ of all columns.
static void slopes(const float *dy, const float *normalized, float *dscale, float *dshift, i32 r, i32 c) {
  i32 j = 0;
  for (; j <= c - 4 * LANES; j += 4 * LANES) slopesDown(4, dy + j, normalized + j, dscale + j, dshift + j, r, c, LANES);
  for (; j <= c - LANES; j += LANES) slopesDown(1, dy + j, normalized + j, dscale + j, dshift + j, r, c, LANES);
  if (j < c) slopesDown(1, dy + j, normalized + j, dscale + j, dshift + j, r, c, c - j);
}

static void k_normalizeBackward(const float *dy, const float *normalized, const float *variance, const float *scale, float *dscale, float *dshift, float *dx, i32 r, i32 c, double epsilon) {
  slopes(dy, normalized, dscale, dshift, r, c);
  if (dx == 0) return;
  float rows = (float)r, factor[COLUMNS_AT_ONCE];
  for (i32 from = 0; from < c; from += COLUMNS_AT_ONCE) {
    i32 width = c - from < COLUMNS_AT_ONCE ? c - from : COLUMNS_AT_ONCE;
    for (i32 j = 0; j < width; j += LANES) putAlong(factor + j, along(scale + from + j, width - j) / (rows * deviations(along(variance + from + j, width - j), epsilon)), width - j);
    const float *dgamma = dscale + from, *dbeta = dshift + from;
    for (i32 i = 0; i < r; i++) {
      address o = (address)i * (address)c + (address)from;
      const float *d = dy + o, *z = normalized + o;
      float *out = dx + o;
      i32 j = 0;
      for (; j <= width - LANES; j += LANES) store(out + j, load(factor + j) * ((rows * load(d + j) - load(dbeta + j)) - load(z + j) * load(dgamma + j)));
      if (j < width) {
        i32 n = width - j;
        storePart(out + j, loadPart(factor + j, n) * ((rows * loadPart(d + j, n) - loadPart(dbeta + j, n)) - loadPart(z + j, n) * loadPart(dgamma + j, n)), n);
      }
    }
  }
}

#if FAST
INLINE void momentsAlong(const i32 R, const float *x, i32 c, float *center, float *variance) {
  for (i32 i = 0; i < R; i++, x += c) {
    ascending sum = nothing(), squares = nothing();
    for (i32 j = 0; j < c; j += LANES) sum = plusAlong(sum, along(x + j, c - j), c - j);
    center[i] = total(sum) / (float)c;
    for (i32 j = 0; j < c; j += LANES) {
      vf d = along(x + j, c - j) - center[i];
      squares = plusAlong(squares, d * d, c - j);
    }
    variance[i] = total(squares) / (float)c;
  }
}
#else
// Rows side by side: each is one ascending sum, and while one addition is under way those of the other rows begin.
INLINE void momentsAlong(const i32 R, const float *x, i32 c, float *center, float *variance) {
  float sum[8] = {0}, squares[8] = {0};
  for (i32 j = 0; j < c; j++) UNROLL for (i32 i = 0; i < R; i++) sum[i] += x[i * c + j];
  UNROLL for (i32 i = 0; i < R; i++) center[i] = sum[i] / (float)c;
  for (i32 j = 0; j < c; j++) UNROLL for (i32 i = 0; i < R; i++) {
    float d = x[i * c + j] - center[i];
    squares[i] += d * d;
  }
  UNROLL for (i32 i = 0; i < R; i++) variance[i] = squares[i] / (float)c;
}
#endif

static void k_normalizeRows(const float *x, const float *scale, const float *shift, float *variance, float *normalized, float *y, i32 r, i32 c, double epsilon) {
  for (i32 i = 0; i < r;) {
    i32 rows = r - i >= 8 ? 8 : 1;
    float center[8];
    if (rows == 8) momentsAlong(8, x, c, center, variance + i);
    else momentsAlong(1, x, c, center, variance + i);
    for (i32 k = 0; k < rows; k++, i++, x += c, normalized += c, y += c) {
      vf spread = divisor(deviations(all(variance[i]), epsilon));
      for (i32 j = 0; j < c; j += LANES) {
        vf z = over(along(x + j, c - j) - center[k], spread);
        putAlong(normalized + j, z, c - j);
        putAlong(y + j, madd(along(scale + j, c - j), z, along(shift + j, c - j)), c - j);
      }
    }
  }
}

// Σ h and Σ h x̂ of R rows, h = γ dy.
#if FAST
INLINE void slopesAlong(const i32 R, const float *dy, const float *normalized, const float *scale, i32 c, float *whole, float *through) {
  for (i32 i = 0; i < R; i++, dy += c, normalized += c) {
    ascending sum = nothing(), product = nothing();
    for (i32 j = 0; j < c; j += LANES) {
      vf h = along(scale + j, c - j) * along(dy + j, c - j);
      sum = plusAlong(sum, h, c - j);
      product = plusAlong(product, h * along(normalized + j, c - j), c - j);
    }
    whole[i] = total(sum);
    through[i] = total(product);
  }
}
#else
INLINE void slopesAlong(const i32 R, const float *dy, const float *normalized, const float *scale, i32 c, float *whole, float *through) {
  float sum[8] = {0}, product[8] = {0};
  for (i32 j = 0; j < c; j++) UNROLL for (i32 i = 0; i < R; i++) {
    float h = scale[j] * dy[i * c + j];
    sum[i] += h;
    product[i] += h * normalized[i * c + j];
  }
  UNROLL for (i32 i = 0; i < R; i++) {
    whole[i] = sum[i];
    through[i] = product[i];
  }
}
#endif

static void k_normalizeRowsBackward(const float *dy, const float *normalized, const float *variance, const float *scale, float *dscale, float *dshift, float *dx, i32 r, i32 c, double epsilon) {
  slopes(dy, normalized, dscale, dshift, r, c);
  if (dx == 0) return;
  float count = (float)c;
  for (i32 i = 0; i < r;) {
    i32 rows = r - i >= 8 ? 8 : 1;
    float whole[8], through[8];
    if (rows == 8) slopesAlong(8, dy, normalized, scale, c, whole, through);
    else slopesAlong(1, dy, normalized, scale, c, whole, through);
    for (i32 k = 0; k < rows; k++, i++, dy += c, normalized += c, dx += c) {
      vf a = 1 / (count * deviations(all(variance[i]), epsilon));
      for (i32 j = 0; j < c; j += LANES) {
        vf h = along(scale + j, c - j) * along(dy + j, c - j);
        putAlong(dx + j, a * ((count * h - whole[k]) - along(normalized + j, c - j) * through[k]), c - j);
      }
    }
  }
}
