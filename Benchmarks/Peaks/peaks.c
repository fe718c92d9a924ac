#include "peaks.h"

#include <stdint.h>
#include <string.h>

// Reads with vectors of LANES integers, four independent ones at a time.
#define READ(NAME, ATTRIBUTE, LANES)                                               \
  ATTRIBUTE static int NAME(const char *memory, size_t bytes, size_t rounds) {     \
    typedef int32_t vector __attribute__((ext_vector_type(LANES), aligned(4)));    \
    vector sums[4] = {0}, value;                                                   \
    for (size_t round = 0; round < rounds; round++)                                \
      for (const char *at = memory; at < memory + bytes; at += sizeof sums) {      \
        _Pragma("clang loop unroll(full)")                                         \
        for (size_t i = 0; i < 4; i++) {                                           \
          memcpy(&value, at + i * sizeof value, sizeof value);                     \
          sums[i] |= value;                                                        \
        }                                                                          \
      }                                                                            \
    int any = 0;                                                                   \
    for (size_t i = 0; i < LANES; i++)                                             \
      any |= sums[0][i] | sums[1][i] | sums[2][i] | sums[3][i];                    \
    return any;                                                                    \
  }

READ(read_128, , 4)

#if defined(__x86_64__)
#include <immintrin.h>

#define SUMS 12

// Twelve independent sums, as many as hide the latency of the longest instruction. The empty
// assembly hides where x comes from, so that every product is computed.
#define LOOP(NAME, TARGET, VECTOR, STEP)                           \
  __attribute__((target(TARGET))) static int NAME(size_t rounds) { \
    VECTOR x, w, sums[SUMS], out[SUMS];                            \
    memset(&x, 0x3c, sizeof x);                                    \
    memset(&w, 0x3c, sizeof w);                                    \
    memset(sums, 0, sizeof sums);                                  \
    for (size_t i = 0; i < rounds; i++) {                          \
      _Pragma("clang loop unroll(full)")                           \
      for (int j = 0; j < SUMS; j++) {                             \
        __asm__ volatile("" : "+x"(x));                            \
        sums[j] = STEP;                                            \
      }                                                            \
    }                                                              \
    for (int j = 0; j < SUMS; j++) out[j] = sums[j];               \
    int any = 0, value;                                            \
    for (size_t i = 0; i < sizeof out; i += sizeof value) {        \
      memcpy(&value, (const char *)out + i, sizeof value);         \
      any |= value;                                                \
    }                                                              \
    return any;                                                    \
  }

LOOP(f32_sse2, "sse2", __m128, _mm_add_ps(sums[j], _mm_mul_ps(x, w)))
LOOP(f32_avx2, "avx2,fma", __m256, _mm256_fmadd_ps(x, w, sums[j]))
LOOP(f32_avx512, "avx512f", __m512, _mm512_fmadd_ps(x, w, sums[j]))
LOOP(i16_sse2, "sse2", __m128i, _mm_add_epi32(sums[j], _mm_madd_epi16(x, w)))
LOOP(u8_avx2, "avx2", __m256i,
     _mm256_add_epi32(sums[j], _mm256_madd_epi16(_mm256_maddubs_epi16(x, w), w)))
LOOP(u8_avx512, "avx512f,avx512bw", __m512i,
     _mm512_add_epi32(sums[j], _mm512_madd_epi16(_mm512_maddubs_epi16(x, w), w)))
LOOP(u8_vnni, "avx512f,avx512vnni", __m512i, _mm512_dpbusd_epi32(sums[j], x, w))
LOOP(bf16_avx512, "avx512f,avx512bf16", __m512,
     _mm512_dpbf16_ps(sums[j], (__m512bh)x, (__m512bh)w))

static int has_sse2(void) { return 1; }
static int has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
static int has_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
}
static int has_vnni(void) { return has_avx512() && __builtin_cpu_supports("avx512vnni"); }
static int has_bf16(void) { return has_avx512() && __builtin_cpu_supports("avx512bf16"); }

READ(read_256, __attribute__((target("avx2"))), 8)
READ(read_512, __attribute__((target("avx512f"))), 16)

int peak_read(const void *memory, size_t bytes, size_t rounds) {
  if (has_avx512()) return read_512(memory, bytes, rounds);
  if (has_avx2()) return read_256(memory, bytes, rounds);
  return read_128(memory, bytes, rounds);
}

// Operations of a round: sums x lanes x products in a lane x 2.
static const peak_loop loops[] = {
    {"mulps, addps", "f32", "baseline", SUMS * 4 * 2, has_sse2, f32_sse2},
    {"vfmadd, 256 bits", "f32", "avx2", SUMS * 8 * 2, has_avx2, f32_avx2},
    {"vfmadd, 512 bits", "f32", "avx512", SUMS * 16 * 2, has_avx512, f32_avx512},
    {"pmaddwd (16-bit), paddd", "u8", "baseline", SUMS * 4 * 2 * 2, has_sse2, i16_sse2},
    {"vpmaddubsw, vpmaddwd, vpaddd, 256 bits", "u8", "avx2", SUMS * 8 * 4 * 2, has_avx2, u8_avx2},
    {"vpmaddubsw, vpmaddwd, vpaddd, 512 bits", "u8", "avx512", SUMS * 16 * 4 * 2, has_avx512,
     u8_avx512},
    {"vpdpbusd, 512 bits", "u8", "avx512vnni", SUMS * 16 * 4 * 2, has_vnni, u8_vnni},
    {"vdpbf16ps, 512 bits", "bf16", "avx512vnni", SUMS * 16 * 2 * 2, has_bf16, bf16_avx512},
};

const peak_loop *peak_loops(size_t *count) {
  *count = sizeof loops / sizeof loops[0];
  return loops;
}
#else
int peak_read(const void *memory, size_t bytes, size_t rounds) {
  return read_128(memory, bytes, rounds);
}

const peak_loop *peak_loops(size_t *count) {
  *count = 0;
  return 0;
}
#endif
