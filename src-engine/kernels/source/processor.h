// What this processor can do, what it calls itself, and how it is told to take subnormal numbers for zero.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

// One compilation of the program for each, the widest first. avx512vl has AVX-512's registers and masks for vectors half as wide, and so one register for as many doubles.
#define VARIANTS(X) X(avx512) X(avx512vl) X(avx2)
typedef struct { bool avx512, avx512vl, avx2; } abilities;

static bool hasAll(uint32_t word, uint32_t bits) { return (word & bits) == bits; }

// Which registers the operating system saves when it changes threads; a vector unit whose registers it forgets is of no use.
static uint32_t savedRegisters(void) {
  uint32_t low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

// All that clang may use for x86-64-v3 and -v4. Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1, chapters 14 and 15.
static abilities examine(void) {
  abilities can = {false, false, false};
  uint32_t a, b, c, d;
  // SSE3, SSSE3, FMA, CMPXCHG16B, SSE4.1, SSE4.2, MOVBE, POPCNT, OSXSAVE, AVX, F16C
  if (!__get_cpuid(1, &a, &b, &c, &d) || !hasAll(c, 1u << 0 | 1u << 9 | 1u << 12 | 1u << 13 | 1u << 19 | 1u << 20 | 1u << 22 | 1u << 23 | 1u << 27 | 1u << 28 | 1u << 29)) return can;
  // LZCNT
  if (!__get_cpuid(0x80000001, &a, &b, &c, &d) || !hasAll(c, 1u << 5)) return can;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return can;
  const uint32_t saved = savedRegisters();
  // BMI1, AVX2, BMI2; registers XMM, YMM
  can.avx2 = hasAll(b, 1u << 3 | 1u << 5 | 1u << 8) && hasAll(saved, 0x06);
  // AVX512F, DQ, CD, BW, VL; registers K, ZMM as well. macOS owns up to these only after a thread has used one, and gets AVX2.
  can.avx512 = can.avx512vl = can.avx2 && hasAll(b, 1u << 16 | 1u << 17 | 1u << 28 | 1u << 30 | 1u << 31) && hasAll(saved, 0xe6);
  return can;
}

// Its own words, such as "AMD Ryzen 7 7840U w/ Radeon 780M Graphics"; at most 48 bytes and a zero.
static void nameProcessor(char text[49]) {
  uint32_t words[12] = {0};
  if (__get_cpuid_max(0x80000000, 0) >= 0x80000004) for (uint32_t i = 0; i < 3; i++) __get_cpuid(0x80000002 + i, words + 4 * i, words + 4 * i + 1, words + 4 * i + 2, words + 4 * i + 3);
  __builtin_memcpy(text, words, 48);
  text[48] = 0;
}

// The control word is the thread's: who changes it puts it back.
typedef uint32_t control;
static inline void putBack(control word) { _mm_setcsr(word); }
static inline control flushSubnormals(void) {
  const control before = _mm_getcsr();
  putBack(before | 0x8040); // flush to zero, denormals are zero
  return before;
}

#elif defined(__aarch64__)
#define VARIANTS(X) X(neon)
typedef struct { bool neon; } abilities;

// Part of every 64-bit ARM.
static abilities examine(void) { return (abilities){true}; }
// Which tells programs no name.
static void nameProcessor(char text[49]) { text[0] = 0; }

typedef uint64_t control;
static inline void putBack(control word) { __asm__ volatile("msr fpcr, %0" ::"r"(word) : "memory"); }
static inline control flushSubnormals(void) {
  control before;
  __asm__ volatile("mrs %0, fpcr" : "=r"(before)::"memory");
  putBack(before | 1u << 24); // FZ: in and out
  return before;
}
#else
#error "There is no variant of the program for this processor."
#endif
