// Vectors of LANES singles, in clang's portable form: one source for WebAssembly, AVX2, AVX-512 and NEON. Knows no kernel.
//
// The build says LANES (4, 8, 16) and FAST. FAST 0 is the exact mode: every operation is rounded by itself, nothing is fused, every sum runs over ascending
// indices in one accumulator, so that the width of a vector changes no bit. FAST 1 may fuse a multiplication with an addition and split sums.
#pragma once
#include <stdint.h>
#if defined(__AVX__)
#include <immintrin.h>
#endif

typedef int32_t i32;
typedef uint32_t u32;
typedef int64_t i64;
typedef uint64_t u64;
typedef uintptr_t address;

typedef float vf __attribute__((vector_size(4 * LANES)));
typedef i32 vi __attribute__((vector_size(4 * LANES)));
typedef u32 vu __attribute__((vector_size(4 * LANES)));
// As many doubles as singles: two registers where a register holds LANES singles.
typedef double vd __attribute__((vector_size(8 * LANES)));
typedef i64 vl __attribute__((vector_size(8 * LANES)));
// The halves of as many doubles, the lower one first, and what comparing them gives.
typedef u32 vh __attribute__((vector_size(8 * LANES)));
typedef i32 vhi __attribute__((vector_size(8 * LANES)));

// A program uses what it has operations for; vectors cross no boundary between compilations.
#pragma clang diagnostic ignored "-Wunused-function"
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

// Relaxed WebAssembly says where it fuses, by `madd`: LLVM 21 contracts a b + c there to relaxed_madd(c, a, b), which is another number.
#if FAST && !defined(__wasm_relaxed_simd__)
#pragma clang fp contract(fast)
#else
#pragma clang fp contract(off)
#endif

INLINE vf load(const float *p) { vf v; __builtin_memcpy(&v, p, sizeof v); return v; }
INLINE void store(float *p, vf v) { __builtin_memcpy(p, &v, sizeof v); }
INLINE vf all(float x) { return x - (vf){0}; }
INLINE vd alld(double x) { return x - (vd){0}; }
INLINE vd wide(vf x) { return __builtin_convertvector(x, vd); }
INLINE vf narrow(vd x) {
#if defined(__wasm__) && LANES == 4
  // Two at a time, as the machine does it: clang must not see that they are halves of four, which it would take one by one.
  typedef double pair __attribute__((vector_size(16)));
  const pair zero = {0};
  pair low = __builtin_shufflevector(x, x, 0, 1), high = __builtin_shufflevector(x, x, 2, 3);
  __asm__("" : "+r"(low), "+r"(high));
  vf a = __builtin_convertvector(__builtin_shufflevector(low, zero, 0, 1, 2, 3), vf), b = __builtin_convertvector(__builtin_shufflevector(high, zero, 0, 1, 2, 3), vf);
  __asm__("" : "+r"(a), "+r"(b));
  return __builtin_shufflevector(a, b, 0, 1, 4, 5);
#else
  return __builtin_convertvector(x, vf);
#endif
}
// a where the mask is all ones, b where it is 0.
INLINE vf pick(vi mask, vf a, vf b) { return (vf)((mask & (vi)a) | (~mask & (vi)b)); }
INLINE vd pickd(vl mask, vd a, vd b) { return (vd)((mask & (vl)a) | (~mask & (vl)b)); }

// The first n lanes, 0 < n < LANES, the others 0; memory behind them is not touched. By the processor's own masks where it has quick ones.
INLINE vf loadPart(const float *p, i32 n) {
#if defined(__AVX512F__) && LANES == 16
  return (vf)_mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p);
#elif defined(__AVX512VL__) && LANES == 8
  return (vf)_mm256_maskz_loadu_ps((__mmask8)((1u << n) - 1), p);
#elif defined(__AVX__) && LANES == 8
  return (vf)_mm256_maskload_ps(p, _mm256_cmpgt_epi32(_mm256_set1_epi32(n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)));
#elif LANES == 4
  return n == 1 ? (vf){p[0]} : n == 2 ? (vf){p[0], p[1]} : (vf){p[0], p[1], p[2]};
#else
  float part[LANES] = {0};
  for (i32 i = 0; i < n; i++) part[i] = p[i];
  return load(part);
#endif
}
INLINE void storePart(float *p, vf v, i32 n) {
#if defined(__AVX512F__) && LANES == 16
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), (__m512)v);
#elif defined(__AVX512VL__) && LANES == 8
  _mm256_mask_storeu_ps(p, (__mmask8)((1u << n) - 1), (__m256)v);
#else
  float part[LANES];
  store(part, v);
  const float *from = part;
#if LANES == 16
  if (n & 8) { __builtin_memcpy(p, from, 32); p += 8; from += 8; }
#endif
#if LANES >= 8
  if (n & 4) { __builtin_memcpy(p, from, 16); p += 4; from += 4; }
#endif
  if (n & 2) { __builtin_memcpy(p, from, 8); p += 2; from += 2; }
  if (n & 1) *p = *from;
#endif
}
// The same where n may be all lanes, or more.
INLINE vf loadFirst(const float *p, i32 n) { return n >= LANES ? load(p) : loadPart(p, n); }
INLINE void storeFirst(float *p, vf v, i32 n) {
  if (n >= LANES) store(p, v);
  else storePart(p, v, n);
}

// a b + c: fused in fast mode where the processor can, two roundings in exact mode.
INLINE vf madd(vf a, vf b, vf c) {
#if FAST && defined(__wasm_relaxed_simd__)
  return __builtin_wasm_relaxed_madd_f32x4(a, b, c);
#else
  return a * b + c;
#endif
}

// Whether a comparison holds anywhere.
INLINE i32 isAny(vhi mask) {
#if defined(__wasm__) && LANES == 4
  typedef signed char bytes __attribute__((vector_size(16)));
  return __builtin_wasm_any_true_v128((bytes)(__builtin_shufflevector(mask, mask, 0, 1, 2, 3) | __builtin_shufflevector(mask, mask, 4, 5, 6, 7)));
#else
  return __builtin_reduce_or(mask) != 0;
#endif
}

INLINE vf sqrtv(vf x) { return __builtin_elementwise_sqrt(x); }
INLINE vd sqrtd(vd x) { return __builtin_elementwise_sqrt(x); }

// What a kernel may take to work in: one piece of memory for each arena.
#define ROOM_BYTES (1 << 20)

// How a kernel slides over images: kernels.ts, Window.
typedef struct { i32 height, width, channels, outHeight, outWidth, kernelHeight, kernelWidth, strideHeight, strideWidth, paddingHeight, paddingWidth; } window;
// A place in a stream of chance: rng.ts, Stream. `counter` counts 32-bit words that have been drawn.
typedef struct { u64 counter; u32 name[2]; u32 seed[2]; } stream;
