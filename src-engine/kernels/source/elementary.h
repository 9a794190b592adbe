// The elementary functions over vectors of singles, each result rounded to single. Knows no kernel.
//
// Exact mode: the bits of kernels/math.ts, rounded to single. The argument being a single, much of math.ts falls away: a low part is 0, no power of two leaves the
// normal doubles once arguments without effect on a single are clamped. The result was compared with math.ts over all singles of each function's domain.
// Fast mode: single precision throughout; the largest error, relative, stands at each function. In both, a NaN gives a NaN.
#pragma once
#include "lanes.h"

INLINE vf size(vf x) { return (vf)((vi)x & 0x7fffffff); }
INLINE vf signOf(vf from, vf size) { return (vf)(((vi)from & (i32)0x80000000) | (vi)size); }
INLINE vi counting(void) {
  vi v;
  UNROLL for (i32 i = 0; i < LANES; i++) v[i] = i;
  return v;
}
// All ones in the first n lanes.
INLINE vi first(i32 n) { return (vi)(counting() < n); }

// x brought into least…most. NaN stays.
INLINE vf clamp(vf x, float least, float most) {
  x = pick((vi)(x < least), all(least), x);
  return pick((vi)(x > most), all(most), x);
}

#if !FAST
static const double ln2High = 0.693147180559663, ln2Low = 2.8235290563031577e-13, perLn2 = 1.4426950408889634, rounder = 6755399441055744.0;

// c[0] + z (c[1] + z (c[2] + …)), n coefficients.
INLINE vd series(vd z, const double *c, const i32 n) {
  vd sum = alld(c[n - 1]);
  UNROLL for (i32 i = n - 2; i >= 0; i--) sum = c[i] + z * sum;
  return sum;
}

// a b + c for numbers whose last bits do not count: fused where the processor can.
INLINE vd maddd(vd a, vd b, vd c) {
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}
INLINE vd quickSeries(vd z, const double *c, const i32 n) {
  vd sum = alld(c[n - 1]);
  UNROLL for (i32 i = n - 2; i >= 0; i--) sum = maddd(sum, z, alld(c[i]));
  return sum;
}

static const double expTerms[12] = {
  1.0 / 2, 1.0 / 24, 1.0 / 720, 1.0 / 40320, 1.0 / 3628800, 1.0 / 479001600,
  1.0 / 6, 1.0 / 120, 1.0 / 5040, 1.0 / 362880, 1.0 / 39916800, 1.0 / 6227020800,
};
// eʳ − 1 − r for |r| ≤ ½ ln 2: math.ts, beyondLine, whose second argument is 0 here.
INLINE vd beyondLine(vd r) {
  vd z = r * r, even = series(z, expTerms, 6), odd = series(z, expTerms + 6, 6);
  return z * (even + r * odd);
}

// 2ᵏ for whole k in −1022…1023, given k + rounder, whose last bits are k.
INLINE vd powerOf2(vd kRounded) { return (vd)(((vl)kRounded << 52) + ((i64)1023 << 52)); }

// eˣ as a double with less than an ulp of error; x in −150…100 or NaN.
INLINE vd expd(vd x) {
  vd t = x * perLn2 + rounder, k = t - rounder;
  vd r = x - k * ln2High - k * ln2Low;
  return (1 + (r + beyondLine(r))) * powerOf2(t);
}

// eˣ − 1, x in −150…100 or NaN: 2ᵏ (eʳ − 1) + (2ᵏ − 1).
INLINE vd expm1d(vd x) {
  vd t = x * perLn2 + rounder, k = t - rounder;
  vd r = x - k * ln2High - k * ln2Low;
  vd power = powerOf2(t);
  return power * (r + beyondLine(r)) + (power - 1);
}

// Arguments are clamped to where the result, rounded to single, still depends on them.
INLINE vf expv(vf x) { return narrow(expd(wide(clamp(x, -150, 100)))); }

// eˣ − 1 for x ≤ 0.
INLINE vf expm1v(vf x) {
  vf y = narrow(expm1d(wide(clamp(x, -50, 0))));
  // The sum of two zeros has lost the sign of −0.
  return pick((vi)(x == 0), x, y);
}

// tanh x as math.ts has it: e/(e + 2) with e = e^2|x| − 1, one formula on both sides of 1.
static __attribute__((noinline)) vf tanhByExp(vf x) {
  vd e = expm1d(2 * wide(clamp(size(x), 0, 20)));
  return signOf(x, narrow(e / (e + 2)));
}

// tanh x = x P(x²)/Q(x²) for |x| ≤ 9.02, the fraction of smallest largest error, relative: 1.6e-12. Beyond, a single knows nothing but 1.
static const double tanhTop[7] = {
  0.9999999999984177477, 0.1428922776375673001, 0.004685034900752661097, 4.951883564959034758e-5, 1.62380378359357512e-7, 9.043715388567193323e-11, -2.026567061955805499e-14,
};
static const double tanhBottom[6] = {
  1, 0.4762256109516448644, 0.03009357192342556306, 0.0005522152842983376262, 3.334086109191389135e-6, 5.262339289554055227e-9,
};

// The bits of tanhByExp by less work (Ziv 1991): the fraction tells to which single tanh x is rounded, unless the bound between two singles is nearer to it than it may be to tanh x.
// So it may be fused where the processor can, and divide by way of a single and one step of Newton, which squares its error of 2⁻²³.
INLINE vf tanhv(vf x) {
  const vd d = wide(clamp(x, -9.02f, 9.02f)), z = d * d;
  const vd bottom = quickSeries(z, tanhBottom, 6), per = wide(1 / narrow(bottom)), first = d * quickSeries(z, tanhTop, 7) * per;
  const vd y = maddd(first, maddd(-bottom, per, alld(1)), first);
  // A single keeps 23 of a double's 52 bits: the bound lies where the 29 others are 2²⁸. Within 2¹⁴ of that, which is 1.8e-12 of y or more, a lower half has become less than −2³¹ + 2¹⁵.
  const vh past = (vh)((vl)y & 0x1fffffff) - (vh)((vl){0} + 0x8fffc000);
  return __builtin_expect(isAny((vhi)past < (i32)0x80008000), 0) ? tanhByExp(x) : narrow(y);
}

static const double logTerms[11] = {
  2.0 / 5, 2.0 / 9, 2.0 / 13, 2.0 / 17, 2.0 / 21,
  2.0 / 3, 2.0 / 7, 2.0 / 11, 2.0 / 15, 2.0 / 19, 2.0 / 23,
};
// math.ts, logarithm: k ln 2 + ln(1 + f).
INLINE vd logarithm(vd f, vd k) {
  vd s = f / (2 + f);
  vd z = s * s, w = z * z;
  vd even = w * series(w, logTerms, 5), odd = z * series(w, logTerms + 5, 6);
  vd half = 0.5 * f * f;
  vd curved = s * (half + (odd + even));
  vd whole = k * ln2High;
  vd sum = whole + f;
  return sum + (whole - sum + f - (half - (curved + k * ln2Low)));
}

// ln x for normal doubles above 0, to the last bit that of math.ts.
INLINE vd logd(vd x) {
  vl k = (((vl)x + ((i64)0x95f62 << 32)) >> 52) - 1023;
  vd mantissa = (vd)((vl)x - (k << 52));
  // A whole number becomes a double by way of the rounder's last bits.
  return logarithm(mantissa - 1, (vd)(k + (vl)alld(rounder)) - rounder);
}

// ln x for x ≥ 0; a negative x gives NaN.
INLINE vf logv(vf x) {
  vf y = narrow(logd(wide(x)));
  y = pick((vi)(x == 0), all(-__builtin_inff()), y);
  y = pick((vi)(x < 0), all(__builtin_nanf("")), y);
  return pick((vi)(x < __builtin_inff()), y, x);
}

// ln(1 + x) for x in 0…1 or NaN. 1 + x is exact wherever math.ts does not take x itself for f.
INLINE vf log1pv(vf x) {
  vd d = wide(x), sum = 1 + d;
  vl isUpper = (vl)sum >= ((i64)0x3ff6a09e << 32);
  vd f = pickd(isUpper, 0.5 * sum - 1, d);
  vf y = narrow(logarithm(f, pickd(isUpper, alld(1), alld(0))));
  return pick((vi)(x == x), y, x);
}

static const double erfTerms[18] = {
  0.1283791670955126, -0.37612638903183754, 0.11283791670955126, -0.026866170645131252, 0.005223977625442188, -0.0008548327023450852,
  0.00012055332981789664, -1.492565035840625e-05, 1.6462114365889246e-06, -1.6365844691234924e-07, 1.4807192815879218e-08, -1.2290555301717926e-09,
  9.422759064650411e-11, -6.7113668551641105e-12, 4.4632242632864775e-13, -2.7835162072109212e-14, 1.6342614095367152e-15, -9.063970842808673e-17,
};
static const double tailTerms[25] = {
  1.1775789345674017, -0.004590054580646478, -0.08424913336651792, 0.05920993999819189, -0.026658668435305753, 0.009074997670705265, -0.002413163540417608,
  0.0004907758365258086, -6.916973302501207e-5, 4.13902798607301e-6, 7.74038306619849e-7, -2.1886401049234397e-7, 1.076499946567091e-8, 4.521959811218287e-9,
  -7.754400208831351e-10, -6.318088340886684e-11, 2.86879501093067e-11, 1.9455868545777347e-13, -9.65469674843344e-13, 3.25254814814874e-14,
  3.3478119482868056e-14, -1.864562880419313e-15, -1.2507950530688648e-15, 7.418235256624044e-17, 5.068148904796111e-17,
};

INLINE vf erfcv(vf x) {
  vd d = wide(clamp(x, -12, 12));
  vd z = d * d, line = d * series(z, erfTerms, 18);
  vd near = pickd((vl)(d < 0.25), 1 - (d + line), 0.5 - (d - 0.5 + line));

  vd far = pickd((vl)(d < 0), -d, d);
  vd t = (far - 3.75) / (far + 3.75);
  vd b1 = alld(0), b2 = alld(0);
  UNROLL for (i32 n = 24; n > 0; n--) {
    vd b = 2 * t * b1 - b2 + tailTerms[n];
    b2 = b1;
    b1 = b;
  }
  vd sum = t * b1 - b2 + tailTerms[0];
  vd tail = (expd(-z) * sum) / (1 + 2 * far);
  tail = pickd((vl)(d < 0), 2 - tail, tail);
  return narrow(pickd((vl)(d > -0.75) & (vl)(d < 0.75), near, tail));
}

#else

// x = k ln 2 + r: the parts of an exponential. The last bits of `rounded` are k.
typedef struct { vf rounded, r; } reduced;
INLINE reduced reduce(vf x, vf low) {
  vf t = madd(x, all(1.44269504f), all(12582912.0f)), k = t - 12582912.0f;
  // ln 2 as 15 bits, whose product with k is exact, and the rest.
  vf r = madd(k, all(-1.42860677e-6f), madd(k, all(-0.693145752f), x)) + low;
  return (reduced){t, r};
}

// eʳ − 1 for |r| ≤ ½ ln 2; a polynomial of smallest largest error, 4e-9 of eʳ − 1 − r.
INLINE vf beyondOne(vf r) {
  vf z = r * r;
  vf p = madd(r, madd(r, madd(r, madd(r, all(0.00139506023f), all(0.00836895351f)), all(0.0416662041f)), all(0.166665183f)), all(0.50000001f));
  return madd(z, p, r);
}

// e^(x + low) for x in −87.6…89: 2ᵏ in two factors, so that it may lie one above the largest and one below the smallest power.
INLINE vf expSum(vf x, vf low) {
  reduced a = reduce(x, low);
  vf half = (vf)(((vi)a.rounded << 23) + (126 << 23));
  return madd(beyondOne(a.r), half, half) * 2;
}

// 1.2e-7. 0 below −87.
INLINE vf expv(vf x) { return expSum(clamp(x, -87.6f, 89), all(0)); }

INLINE vf expm1Between(vf x) {
  reduced a = reduce(x, all(0));
  vf power = (vf)(((vi)a.rounded << 23) + (127 << 23));
  return madd(power, beyondOne(a.r), power - 1);
}

// eˣ − 1 for x ≤ 0; 2e-7.
INLINE vf expm1v(vf x) { return expm1Between(clamp(x, -40, 0)); }

// x P(x²)/Q(x²) for |x| ≤ 8, where tanh is 1 − 2e-7; the fraction of smallest largest error, relative, in which no term takes from another; 3e-7.
INLINE vf tanhv(vf x) {
  x = clamp(x, -8, 8);
  vf z = x * x;
  vf top = madd(z, madd(z, madd(z, madd(z, all(1.52303632427e-8f), all(2.18946221867e-5f)), all(0.00357159558999f)), all(0.134444959243f)), all(1));
  vf bottom = madd(z, madd(z, madd(z, madd(z, all(8.52242418991e-7f), all(0.000341128804869f)), all(0.0261644336572f)), all(0.467778232432f)), all(1));
  return x * top / bottom;
}

// ln x for x ≥ 2⁻¹²⁶ and 0; 2e-7 outside 0.9…1.1, 1e-7 of x − 1 there.
INLINE vf logv(vf x) {
  // The bits of √½ are 0x3f3504f3: what is above goes up by one power.
  vi k = ((vi)x - 0x3f3504f3) >> 23;
  vf f = (vf)((vi)x - (k << 23)) - 1, n = __builtin_convertvector(k, vf);
  vf p = madd(f, madd(f, madd(f, madd(f, madd(f, madd(f, madd(f, all(-0.0785961515f), all(0.128816489f)), all(-0.131287541f)), all(0.141811917f)), all(-0.166245541f)),
    all(0.200022863f)), all(-0.250008104f)), all(0.333333167f));
  vf z = f * f;
  vf y = madd(n, all(1.42860677e-6f), z * madd(f, p, all(-0.5f)));
  y = madd(n, all(0.693145752f), y + f);
  y = pick((vi)(x == 0), all(-__builtin_inff()), y);
  return pick((vi)(x < __builtin_inff()), y, x);
}

// ln(1 + x) for x in 0…1: 2 artanh s, s = x/(2 + x); 2e-7.
INLINE vf log1pv(vf x) {
  vf s = x / (2 + x), z = s * s;
  vf p = madd(z, madd(z, madd(z, madd(z, madd(z, all(2.0f / 13), all(2.0f / 11)), all(2.0f / 9)), all(2.0f / 7)), all(2.0f / 5)), all(2.0f / 3));
  return madd(s * z, p, 2 * s);
}

// e^(−x²) times a polynomial in 1/(1 + 0.4 |x|); 5e-7.
INLINE vf erfcv(vf x) {
  vf far = clamp(size(x), 0, 9.3f);
  vf t = 1 / madd(far, all(0.4f), all(1));
  vf p = madd(t, madd(t, madd(t, madd(t, madd(t, all(0.0302718895f), all(-0.0831253644f)), all(-0.0444471732f)), all(0.250776369f)), all(-0.048327786f)), all(0.258089361f));
  p = madd(t, madd(t, madd(t, madd(t, p, all(0.18095035f)), all(0.230622433f)), all(0.225167779f)), all(2.21740263e-5f));
  // x² in two parts, the first, of a number with half the bits, being exact: the exponential would blow up its rounding.
  vf shorter = (vf)((vi)far & (i32)0xfffff000);
  vf tail = p * expSum(-(shorter * shorter), -((far - shorter) * (far + shorter)));
  tail = pick((vi)(far == 9.3f), all(0), tail);
  return pick((vi)(x < 0), 2 - tail, tail);
}

#endif
