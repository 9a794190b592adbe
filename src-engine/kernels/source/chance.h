// Drawing from a stream of chance: Philox4x32-10, many blocks side by side. Words, their order and what is made of them are those of rng.ts.
#pragma once
#include "elementary.h"

// Words of 32 bits in lanes of 64, whose upper halves hold whatever the arithmetic left there: a product needs the lower halves only.
typedef u64 vw __attribute__((vector_size(8 * LANES)));
INLINE vw allw(u64 x) { return x - (vw){0}; }
INLINE vw lower(vw x) { return x & 0xffffffffu; }

typedef struct { vw w[4]; } quads;

// The blocks first, first + 1, …, one in each lane.
INLINE quads blocks(const stream *s, u64 first) {
  vw block = allw(first);
  UNROLL for (i32 i = 0; i < LANES; i++) block[i] += (u64)i;
#if defined(__wasm_simd128__) && LANES == 4
  // WebAssembly has a quick product of 32-bit lanes only, and clang takes it only where neither factor is known.
  typedef u64 products __attribute__((vector_size(16)));
  vu m0 = 0xd2511f53u - (vu){0}, m1 = 0xcd9e8d57u - (vu){0};
  __asm__ volatile("" : "+r"(m0), "+r"(m1));
#define LOW(x) __builtin_convertvector(__builtin_shufflevector(x, x, 0, 1), products)
#define HIGH(x) __builtin_convertvector(__builtin_shufflevector(x, x, 2, 3), products)
  vu c0 = __builtin_convertvector(block, vu), c1 = __builtin_convertvector(block >> 32, vu), c2 = s->name[0] - (vu){0}, c3 = s->name[1] - (vu){0};
  u32 k0 = s->seed[0], k1 = s->seed[1];
  UNROLL for (i32 round = 0; round < 10; round++, k0 += 0x9e3779b9u, k1 += 0xbb67ae85u) {
    vu a = (vu)(LOW(c0) * LOW(m0)), b = (vu)(HIGH(c0) * HIGH(m0)), c = (vu)(LOW(c2) * LOW(m1)), d = (vu)(HIGH(c2) * HIGH(m1));
    c0 = __builtin_shufflevector(c, d, 1, 3, 5, 7) ^ c1 ^ k0;
    c2 = __builtin_shufflevector(a, b, 1, 3, 5, 7) ^ c3 ^ k1;
    c1 = __builtin_shufflevector(c, d, 0, 2, 4, 6);
    c3 = __builtin_shufflevector(a, b, 0, 2, 4, 6);
  }
#undef LOW
#undef HIGH
  return (quads){{__builtin_convertvector(c0, vw), __builtin_convertvector(c1, vw), __builtin_convertvector(c2, vw), __builtin_convertvector(c3, vw)}};
#else
  vw c0 = block, c1 = block >> 32, c2 = allw(s->name[0]), c3 = allw(s->name[1]);
  u32 k0 = s->seed[0], k1 = s->seed[1];
  UNROLL for (i32 round = 0; round < 10; round++, k0 += 0x9e3779b9u, k1 += 0xbb67ae85u) {
    vw p0 = lower(c0) * 0xd2511f53u, p1 = lower(c2) * 0xcd9e8d57u;
    c0 = (p1 >> 32) ^ c1 ^ k0;
    c2 = (p0 >> 32) ^ c3 ^ k1;
    c1 = p1;
    c3 = p0;
  }
  return (quads){{c0, c1, c2, c3}};
#endif
}

// The four words from place + 4 i on in lane i.
INLINE quads drawn(const stream *s, u64 place) {
  quads a = blocks(s, place / 4);
  i32 shift = (i32)(place & 3);
  if (shift == 0) return a;
  // What a block lacks at its end comes from the next one.
  quads b = blocks(s, place / 4 + 1), out;
  UNROLL for (i32 i = 0; i < 4; i++) out.w[i] = i + shift < 4 ? a.w[(i + shift) & 3] : b.w[(i + shift) & 3];
  return out;
}

// Copies the numbers of a group that is cut off by the end.
INLINE void storeUpTo(float *p, const float *from, i32 n) { for (i32 i = 0; i < n; i++) p[i] = from[i]; }

// 1 in the halves of a lane, as bits, where the mask for the lower (a) and for the upper half (b) is all ones: two neighbours in memory.
INLINE vw ones(vw a, vw b) { return (a & 0x3f800000u) | (b & ((u64)0x3f800000u << 32)); }

#if !FAST

static void k_drawMask(float *mask, i32 n, double keep, stream *s) {
  u64 place = s->counter;
  s->counter += 2 * (u64)n;
  // uniform() < keep, both as multiples of 2⁻⁵³ and both words compared at once: the first on top without its five lowest bits, the second whole, for the six
  // bits of it that `uniform` drops are 0 in the limit and decide nothing. The limit comes from rounding up, so that "below keep" is "at most the limit − 1".
  double scaled = keep * 9007199254740992.0;
  if (!(scaled > 0)) { for (i32 i = 0; i < n; i++) mask[i] = 0; return; }
  if (scaled >= 9007199254740992.0) { for (i32 i = 0; i < n; i++) mask[i] = 1; return; }
  u64 limit = (u64)scaled;
  if ((double)limit < scaled) limit++;
  u64 most = (((limit >> 26) << 37) | ((limit & 0x3ffffff) << 6)) - 1;
  for (i32 i = 0; i < n; i += 2 * LANES) {
    quads q = drawn(s, place + 2 * (u64)i);
    vw a = (q.w[0] & ~(u64)31) << 32 | lower(q.w[1]), b = (q.w[2] & ~(u64)31) << 32 | lower(q.w[3]);
    vw out = ones((vw)(a <= most), (vw)(b <= most));
    if (n - i >= 2 * LANES) __builtin_memcpy(mask + i, &out, sizeof out);
    else storeUpTo(mask + i, (const float *)&out, n - i);
  }
}

// sin and cos near 0, and cos over 0…2π: math.ts.
INLINE vd sine(vd r, vd c) {
  vd z = r * r;
  vd rest = 1.0 / 120 + z * (-1.0 / 5040 + z * (1.0 / 362880 + z * (-1.0 / 39916800 + z * (1.0 / 6227020800.0 + z * (-1.0 / 1307674368000.0 + z * (1.0 / 355687428096000.0))))));
  vd cube = z * r;
  return r + (cube * (-1.0 / 6 + z * rest) + (c - 0.5 * z * c));
}
INLINE vd cosine(vd r, vd c) {
  vd z = r * r;
  vd rest = 1.0 / 24 + z * (-1.0 / 720 + z * (1.0 / 40320 + z * (-1.0 / 3628800 + z * (1.0 / 479001600 + z * (-1.0 / 87178291200.0 + z * (1.0 / 20922789888000.0))))));
  vd half = 0.5 * z;
  vd sum = 1 - half;
  return sum + (1 - sum - half + (z * z * rest - r * c));
}
INLINE vd cosd(vd x) {
  vd t = x * 0.6366197723675814 + rounder, q = t - rounder;
  vd a = x - q * 1.5707963267341256;
  vd p2 = q * 6.077100506303966e-11, b = a - p2, left2 = a - b - p2;
  vd p3 = q * 2.0222662487111665e-21, c = b - p3, left3 = b - c - p3;
  vd low = left2 + left3 - q * 8.4784276603689e-32;
  vd r = c + low;
  vd rest = c - r + low;
  vl isSmall = (vl)(x < 0.785);
  r = pickd(isSmall, x, r);
  rest = pickd(isSmall, alld(0), rest);
  vl quarter = (vl)pickd(isSmall, alld(rounder), t);
  vd y = pickd((quarter & 1) == 0, cosine(r, rest), sine(r, rest));
  return pickd(((quarter + 1) & 2) == 0, y, -y);
}

// A multiple of 2⁻⁵³ in [0, 1) from two words: a whole number below 2⁵³, put together from a double's bits.
INLINE vd uniform(vw high, vw low) {
  // 2⁵² + a has a in its last bits.
  vd a = (vd)((lower(high) >> 5) | ((u64)0x433 << 52)) - 4503599627370496.0, b = (vd)((lower(low) >> 6) | ((u64)0x433 << 52)) - 4503599627370496.0;
  return (a * 67108864.0 + b) * (1 / 9007199254740992.0);
}

static void k_drawNoise(float *noise, i32 n, double deviation, stream *s) {
  u64 place = s->counter;
  s->counter += 4 * (u64)n;
  vf sigma = all((float)deviation);
  for (i32 i = 0; i < n; i += LANES) {
    quads q = drawn(s, place + 4 * (u64)i);
    vd radius = sqrtd(-2 * logd(1 - uniform(q.w[0], q.w[1])));
    vf out = sigma * narrow(radius * cosd((2 * 3.141592653589793) * uniform(q.w[2], q.w[3])));
    if (n - i >= LANES) store(noise + i, out);
    else storePart(noise + i, out, n - i);
  }
}

#else

// Fast mode takes one word for each number, from a whole block on. Of LANES blocks the first words come first, then the second ones …
INLINE vu wordOf(vw x) { return __builtin_convertvector(x, vu); }

static void k_drawMask(float *mask, i32 n, double keep, stream *s) {
  u64 block = (s->counter + 3) / 4;
  s->counter = 4 * block + (u64)n;
  double scaled = keep * 4294967296.0;
  if (!(scaled >= 1)) { for (i32 i = 0; i < n; i++) mask[i] = 0; return; }
  // A chance in steps of 2⁻³².
  vu most = (u32)(scaled >= 4294967296.0 ? 4294967295u : (u32)scaled - 1) - (vu){0};
  for (i32 i = 0; i < n; i += 4 * LANES, block += LANES) {
    quads q = blocks(s, block);
    float out[4 * LANES];
    UNROLL for (i32 k = 0; k < 4; k++) store(out + k * LANES, (vf)((vi)(wordOf(q.w[k]) <= most) & 0x3f800000));
    if (n - i >= 4 * LANES) __builtin_memcpy(mask + i, out, sizeof out);
    else storeUpTo(mask + i, out, n - i);
  }
}

// Two numbers of the normal distribution from two words (Box & Muller 1958); sin and cos as polynomials of smallest largest error, 4e-9.
INLINE void normals(vu first, vu second, vf *x, vf *y) {
  vf radius = sqrtv(-2 * logv(madd(__builtin_convertvector(first, vf), all(0x1p-32f), all(0x1p-33f))));
  // The angle in turns: the nearest quarter, and up to an eighth of a turn beside it.
  vu quarter = (second + (1u << 29)) >> 30;
  vf r = __builtin_convertvector((vi)(second - (quarter << 30)), vf) * 0x1p-32f, z = r * r;
  vf sine = r * madd(z, madd(z, madd(z, all(-75.3935547f), all(81.5923534f)), all(-41.3416615f)), all(6.28318529f));
  vf cosine = madd(z, madd(z, madd(z, madd(z, all(59.2027964f), all(-85.442298f)), all(64.9393107f)), all(-19.7392086f)), all(1));
  vi isOdd = (vi)((quarter & 1) != 0);
  vu cosineSign = ((quarter + 1) & 2) << 30, sineSign = (quarter & 2) << 30;
  *x = radius * (vf)((vu)pick(isOdd, sine, cosine) ^ cosineSign);
  *y = radius * (vf)((vu)pick(isOdd, cosine, sine) ^ sineSign);
}

static void k_drawNoise(float *noise, i32 n, double deviation, stream *s) {
  u64 block = (s->counter + 3) / 4;
  s->counter = 4 * block + (u64)n;
  vf sigma = all((float)deviation);
  for (i32 i = 0; i < n; i += 4 * LANES, block += LANES) {
    quads q = blocks(s, block);
    float out[4 * LANES];
    UNROLL for (i32 k = 0; k < 4; k += 2) {
      vf x, y;
      normals(wordOf(q.w[k]), wordOf(q.w[k + 1]), &x, &y);
      store(out + k * LANES, sigma * x);
      store(out + (k + 1) * LANES, sigma * y);
    }
    if (n - i >= 4 * LANES) __builtin_memcpy(noise + i, out, sizeof out);
    else storeUpTo(noise + i, out, n - i);
  }
}

#endif

// Fisher and Yates, word for word as data/batches.ts has it: one word for each row but one, more where one is rejected.
static void k_shuffle(i32 *order, i32 n, stream *s) {
  u64 place = s->counter, group = place / 4, end = place;
  u32 words[4 * LANES];
  for (i32 i = n - 1; i > 0;) {
    if (place == end) {
      quads q = blocks(s, group);
      UNROLL for (i32 k = 0; k < 4; k++) UNROLL for (i32 lane = 0; lane < LANES; lane++) words[4 * lane + k] = (u32)q.w[k][lane];
      group += LANES;
      end = 4 * group;
    }
    u32 word = words[place++ - 4 * (group - LANES)], count = (u32)i + 1;
    // The last 2³² mod count words would make small results likelier. Only the last count words can be among them.
    if (word >= 0u - count && word >= (u64)4294967296 - (u64)4294967296 % count) continue;
    u32 j = word % count;
    i32 kept = order[i];
    order[i] = order[j];
    order[j] = kept;
    i--;
  }
  s->counter = place;
}
