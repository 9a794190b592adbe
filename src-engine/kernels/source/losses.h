// The losses: each returns a mean over rows and overwrites the gradient. Formulas: kernels.ts; what is done in which order: reference-losses.ts.
#pragma once
#include "rows.h"

// Gradients that small become 0: a converged network would otherwise compute with subnormal numbers, which are slow (kernels.ts).
INLINE vf flushed(vf dz) { return pick((vi)(size(dz) < 1e-18f), all(0), dz); }

// What an element costs, and its gradient times the number of elements.
typedef struct { vf loss, slope; } cost;
typedef cost (*costOf)(vf z, vf y, vf a, vf b);

// The mean cost of n elements.
INLINE double overElements(costOf f, const i32 flushes, const float *z, const float *y, float *dz, i32 n, float a, float b) {
  vf va = all(a), vb = all(b), count = all((float)n);
  ascending sum = nothing();
  i32 i = 0;
  for (; i <= n - LANES; i += LANES) {
    cost c = f(load(z + i), load(y + i), va, vb);
    vf d = c.slope / count;
    store(dz + i, flushes ? flushed(d) : d);
    sum = plus(sum, c.loss);
  }
  if (i < n) {
    cost c = f(loadPart(z + i, n - i), loadPart(y + i, n - i), va, vb);
    vf d = c.slope / count;
    storePart(dz + i, flushes ? flushed(d) : d, n - i);
    sum = plusSome(sum, c.loss, n - i);
  }
  return total(sum) / (float)n;
}

INLINE cost squared(vf z, vf y, vf a, vf b) {
  vf d = z - y;
  return (cost){d * d, 2 * d};
}
static double k_meanSquaredError(const float *z, const float *y, float *dz, i32 n) { return overElements(squared, 0, z, y, dz, n, 0, 0); }

// ±1, or x itself where that is 0 or NaN.
INLINE vf sign(vf x) { return pick((vi)(x < 0) | (vi)(x > 0), signOf(x, all(1)), x); }

INLINE cost absolute(vf z, vf y, vf a, vf b) {
  vf d = z - y;
  return (cost){size(d), sign(d)};
}
static double k_meanAbsoluteError(const float *z, const float *y, float *dz, i32 n) { return overElements(absolute, 0, z, y, dz, n, 0, 0); }

INLINE cost huberOf(vf z, vf y, vf delta, vf half) {
  vf d = z - y, far = size(d);
  vi isFar = (vi)(far > delta);
  return (cost){pick(isFar, delta * (far - half), 0.5f * (d * d)), pick(isFar, sign(d) * delta, d)};
}
static double k_huber(const float *z, const float *y, float *dz, i32 n, double delta) { return overElements(huberOf, 0, z, y, dz, n, (float)delta, (float)delta / 2); }

// Asked this way round, so that NaN is not taken for a kept margin.
INLINE vf shortOf(vf gap) { return pick((vi)(gap <= 0), all(0), gap); }

INLINE cost hingeOf(vf z, vf y, vf a, vf b) {
  vf t = 2 * y - 1, lack = shortOf(1 - t * z);
  return (cost){lack, pick((vi)(lack == 0), all(0), -t)};
}
INLINE cost squaredHingeOf(vf z, vf y, vf a, vf b) {
  vf t = 2 * y - 1, lack = shortOf(1 - t * z);
  return (cost){lack * lack, pick((vi)(lack == 0), all(0), -((2 * t) * lack))};
}
static double k_hinge(const float *z, const float *y, float *dz, i32 n, i32 isSquared) {
  return isSquared ? overElements(squaredHingeOf, 0, z, y, dz, n, 0, 0) : overElements(hingeOf, 0, z, y, dz, n, 0, 0);
}

INLINE cost binary(vf z, vf y, vf positive, vf b) {
  vf yes = positive * y, no = 1 - y, both = yes + no;
  vf e = expv(-size(z));
  vf above = no * pick((vi)(z > 0), z, all(0)), below = yes * pick((vi)(z < 0), -z, all(0));
  vf chance = pick((vi)(z > 0), all(1), e) / (1 + e);
  return (cost){(above + below) + both * log1pv(e), both * chance - yes};
}
static double k_binaryCrossEntropy(const float *z, const float *y, float *dz, i32 n, double positive) { return overElements(binary, 1, z, y, dz, n, (float)positive, 0); }

// One row after the other, vectors along the row.
INLINE double crossEntropyAlong(const float *z, const float *y, float *dz, i32 m, i32 c) {
  float loss = 0;
  for (i32 i = 0; i < m; i++, z += c, dz += c) {
    float most = largestOf(z, c), sum = exponentials(0, z, dz, c, most, 1);
    i32 label = (i32)y[i];
    loss += logOf(sum) - (z[label] - most);
    vf whole = divisor(all(sum)), count = divisor(all((float)m));
    for (i32 j = 0; j < c; j += LANES) {
      vf share = over(along(dz + j, c - j), whole) - pick((vi)(counting() == label - j), all(1), all(0));
      putAlong(dz + j, flushed(over(share, count)), c - j);
    }
  }
  return loss / (float)m;
}

#define FEW 16

// LANES rows (or the n that are left) of c numbers as c vectors, and back. Of two numbers, a row is one lane of 64 bits.
typedef u64 pairs __attribute__((vector_size(8 * LANES)));
INLINE void columnsFrom(const float *p, float *columns, i32 c, i32 n) {
  if (c == 2 && n >= LANES) {
    pairs both;
    __builtin_memcpy(&both, p, sizeof both);
    store(columns, (vf)__builtin_convertvector(both, vu));
    store(columns + LANES, (vf)__builtin_convertvector(both >> 32, vu));
  } else for (i32 j = 0; j < c; j++) store(columns + j * LANES, fromRows(p + j, c, n));
}
INLINE void columnsTo(float *p, const float *columns, i32 c, i32 n) {
  if (c == 2 && n >= LANES) {
    pairs both = __builtin_convertvector((vu)load(columns), pairs) | __builtin_convertvector((vu)load(columns + LANES), pairs) << 32;
    __builtin_memcpy(p, &both, sizeof both);
  } else for (i32 j = 0; j < c; j++) toRows(p + j, c, load(columns + j * LANES), n);
}

// A row in each lane: for few classes.
INLINE double crossEntropyAcross(const float *z, const float *y, float *dz, i32 m, i32 c) {
  ascending loss = nothing();
  for (i32 i = 0; i < m; i += LANES, z += c * LANES, dz += c * LANES) {
    i32 n = m - i;
    float columns[FEW * LANES];
    columnsFrom(z, columns, c, n);
    vf most = load(columns), label = along(y + i, n), sum = all(0), own = all(0);
    for (i32 j = 1; j < c; j++) {
      vf v = load(columns + j * LANES);
      most = pick((vi)(v > most), v, most);
    }
    for (i32 j = 0; j < c; j++) {
      vf d = load(columns + j * LANES) - most, e = expv(d);
      store(columns + j * LANES, e);
      own = pick((vi)(label == (float)j), d, own);
      sum = sum + e;
    }
    loss = plusAlong(loss, logv(sum) - own, n);
    for (i32 j = 0; j < c; j++) {
      vf share = over(load(columns + j * LANES), divisor(sum)) - pick((vi)(label == (float)j), all(1), all(0));
      store(columns + j * LANES, flushed(over(share, divisor(all((float)m)))));
    }
    columnsTo(dz, columns, c, n);
  }
  return total(loss) / (float)m;
}

static double k_softmaxCrossEntropy(const float *z, const float *y, float *dz, i32 m, i32 c) {
  // Whichever needs fewer vectors.
  i32 across = (m + LANES - 1) / LANES * c, lengthwise = (c + LANES - 1) / LANES * m;
  return c <= FEW && across <= lengthwise ? crossEntropyAcross(z, y, dz, m, c) : crossEntropyAlong(z, y, dz, m, c);
}

// wⱼ q′ⱼ of the classes from j on: the target's smoothed probability, times the class's weight. n lanes of memory count; distribution or label.
INLINE vf sharesOf(const float *distribution, const float *w, i32 label, i32 j, i32 n, float kept, float spread) {
  vf q = distribution == 0 ? pick((vi)(counting() == label - j), all(1), all(0)) : along(distribution + j, n);
  vf smoothed = kept * q + spread;
  return w == 0 ? smoothed : along(w + j, n) * smoothed;
}

static double k_weightedCrossEntropy(const float *z, const float *y, const float *w, float *dz, i32 m, i32 c, i32 width, double smoothing, double temperature) {
  float t = (float)temperature, kept = (float)(1 - smoothing), spread = (float)(smoothing / c), divisor = (float)m;
  if (width == 1 && w != 0) {
    divisor = 0;
    for (i32 i = 0; i < m; i++) divisor += w[(i32)y[i]];
  }
  vf scale = all(divisor * t);
  float loss = 0;
  for (i32 i = 0; i < m; i++, z += c, dz += c) {
    float most = largestOf(z, c), sum = exponentials(1, z, dz, c, most, t), lift = logOf(sum);
    const float *distribution = width == 1 ? 0 : y + (address)i * (address)c;
    i32 label = width == 1 ? (i32)y[i] : -1;
    ascending row = nothing(), whole = nothing();
    for (i32 j = 0; j < c; j += LANES) {
      i32 n = c - j;
      vf share = sharesOf(distribution, w, label, j, n, kept, spread);
      vf lost = share * (lift - (along(z + j, n) - most) / t);
      // A class without a share costs nothing, however unlikely it is.
      lost = pick((vi)(share == 0), all(0), lost);
      whole = plusAlong(whole, share, n);
      row = plusAlong(row, lost, n);
    }
    loss += total(row);
    float mass = total(whole);
    for (i32 j = 0; j < c; j += LANES) {
      i32 n = c - j;
      vf share = sharesOf(distribution, w, label, j, n, kept, spread);
      vf d = flushed((mass * (along(dz + j, n) / sum) - share) / scale);
      putAlong(dz + j, d, n);
    }
  }
  return loss / divisor;
}

static double k_multiMargin(const float *z, const float *y, float *dz, i32 m, i32 c, i32 isSquared) {
  float count = (float)((double)m * c), loss = 0;
  for (i32 i = 0; i < m; i++, z += c, dz += c) {
    i32 label = (i32)y[i];
    vf own = all(z[label]);
    ascending row = nothing(), pull = nothing();
    for (i32 j = 0; j < c; j += LANES) {
      i32 n = c - j;
      vi isOther = (vi)(counting() != label - j);
      vf lack = (vf)(isOther & (vi)shortOf(1 + (along(z + j, n) - own)));
      vf slope = pick((vi)(lack == 0), all(0), isSquared ? 2 * lack : all(1)), lost = isSquared ? lack * lack : lack;
      row = plusAlong(row, lost, n);
      pull = plusAlong(pull, slope, n);
      putAlong(dz + j, slope / count, n);
    }
    dz[label] = -total(pull) / count;
    loss += total(row);
  }
  return loss / count;
}
