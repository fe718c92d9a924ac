// Attention by products of pairs of 16-bit integers (VNNI, AVX2): the parts of attention.inc.h that
// depend on what is multiplied. A word holds two dimensions of a query or key, or two neighbours in
// time of weights or values. Each query and key is scaled by its own length; the values of a chunk
// by the largest of their dimension; the weights of a chunk by their largest and their sum.
#include <float.h>
#include <immintrin.h>
#include <math.h>

#define VK_GROUP 2
#include "attention_layout.inc.h"

typedef vi vscore;
typedef uint32_t v4u __attribute__((ext_vector_type(4)));

VK_INLINE int32_t word_at(const float *p) {
  int32_t word;
  memcpy(&word, p, sizeof word);
  return word;
}

VK_INLINE vi dot_step(vi acc, vf a, const float *b) {
#if VK_LANES == 16
  return (vi)_mm512_dpwssd_epi32((__m512i)acc, (__m512i)a, _mm512_set1_epi32(word_at(b)));
#else
  return acc + (vi)_mm256_madd_epi16((__m256i)a, _mm256_set1_epi32(word_at(b)));
#endif
}

// The nearest integers, ties to even.
VK_INLINE vi nearest(vf x) {
#if VK_LANES == 16
  return (vi)_mm512_cvtps_epi32((__m512)x);
#else
  return (vi)_mm256_cvtps_epi32((__m256)x);
#endif
}

VK_INLINE vf square_root(vf x) {
#if VK_LANES == 16
  return (vf)_mm512_sqrt_ps((__m512)x);
#else
  return (vf)_mm256_sqrt_ps((__m256)x);
#endif
}

VK_INLINE vf dot_value(vi sum, const float *unit) {
  return __builtin_convertvector(sum, vf) * *unit;
}

// 2^x by 2^n 2^r with |r| <= 1/2, the latter by a minimax polynomial (relative error 7.5e-5).
VK_INLINE vf power_of_2(vf x) {
#if VK_LANES == 16
  vf n = (vf)_mm512_roundscale_ps((__m512)x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
#else
  x = vmax(x, (vf)-126.0f);  // what is less becomes so little
  vf n = (vf)_mm256_round_ps((__m256)x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
#endif
  vf r = x - n;
  vf p = r * 5.51716709e-2f + 2.42611122e-1f;
  p = p * r + 6.93260985e-1f;
  p = p * r + 9.99928073e-1f;
#if VK_LANES == 16
  return (vf)_mm512_scalef_ps((__m512)p, (__m512)n);
#else
  return (vf)((vi)p + (nearest(n) << 23));
#endif
}

// Queries and keys are scaled to this length each, so that products of two of them fit 32 bits
// (Cauchy-Schwarz) and their values fit 16.
#define VK_LENGTH 32767.0f

// The block in `query` to pairs of integers, each row by a factor of its own; `unit` is what 1
// stands for.
static void make_words(const head_layout *h, vf *unit) {
  for (int v = 0; v < 2; v++) {
    float *rows = h->query + v * VK_LANES;
    vf square = (vf)FLT_MIN;
    for (size_t d = 0; d < h->dim; d++) {
      vf x = load(rows + d * VK_QUERIES);
      square += x * x;
    }
    vf length = square_root(square), factor = VK_LENGTH / length;
    unit[v] = length * (1.0f / VK_LENGTH);
    for (size_t d = 0; d < h->dim; d += 2) {
      vf high = d + 1 < h->dim ? load(rows + (d + 1) * VK_QUERIES) * factor : (vf)0.0f;
      vi low = nearest(load(rows + d * VK_QUERIES) * factor);
      vi pair = (low & 0xffff) | nearest(high) << 16;
      store(rows + d / 2 * VK_QUERIES, (vf)pair);
    }
  }
}

// What a value and a weight may reach as integers, and what the weights of a chunk may together
// (each is rounded up by at most 1/2), so that the sum of their products fits 32 bits.
#define VK_VALUE 16383.0f
#define VK_WEIGHT 32767.0f
#define VK_WEIGHTS 130900.0f
_Static_assert(16384.0 * (130900 + VK_CHUNK / 2) < 2147483648.0, "a sum may overflow");

// What 1 stands for in each of the `dim` dimensions of a chunk of values.
static void value_units(const float *values, size_t stride, size_t count, size_t dim,
                        float *units) {
  size_t d = 0;
  for (; d + 4 <= dim; d += 4) {
    v4 largest = (v4)FLT_MIN;
    for (size_t t = 0; t < count; t++) {
      v4 x = (v4)((v4u)load4(values + t * stride + d) & 0x7fffffff);
      largest = x > largest ? x : largest;
    }
    store4(units + d, largest * (1.0f / VK_VALUE));
  }
  for (; d < dim; d++) {
    float largest = FLT_MIN;
    for (size_t t = 0; t < count; t++) largest = fmaxf(largest, fabsf(values[t * stride + d]));
    units[d] = largest * (1.0f / VK_VALUE);
  }
}

VK_INLINE v4u integers(const float *values, v4 factor) {
  return (v4u)_mm_cvtps_epi32((__m128)(load4(values) * factor));
}

// One word of each of `count` dimensions: two neighbours in time; no `next` counts as 0.
VK_INLINE void value_words(const float *now, const float *next, size_t count, const float *units,
                           float *tile) {
  size_t j = 0;
  for (; j + 4 <= count; j += 4) {
    v4 factor = 1.0f / load4(units + j);
    v4u high = next ? integers(next + j, factor) : (v4u)0;
    store4(tile + j, (v4)((integers(now + j, factor) & 0xffff) | high << 16));
  }
  for (; j < VK_TILE; j++) {
    float low[4] = {j < count ? now[j] : 0.0f}, high[4] = {j < count && next ? next[j] : 0.0f};
    v4 factor = (v4)(j < count ? 1.0f / units[j] : 0.0f);
    v4u word = (integers(low, factor) & 0xffff) | integers(high, factor) << 16;
    memcpy(tile + j, &word, sizeof *tile);
  }
}

// Scores to pairs of weights 2^(score * unit - highest) * factor, in place; returns the sum of
// weights without the factor.
VK_INLINE vf weigh(float *scores, size_t count, vf unit, vf highest, vf *factor) {
  vf sum = (vf)0.0f;
  for (size_t t = 0; t < count; t++) {
    vf weight = power_of_2(load(scores + t * VK_QUERIES) * unit - highest);
    sum += weight;
    store(scores + t * VK_QUERIES, weight);
  }
  if (count % 2) store(scores + count * VK_QUERIES, (vf)0.0f);
  *factor = vmin(VK_WEIGHTS / sum, (vf)VK_WEIGHT);
  for (size_t t = 0; t < count; t += 2) {
    const float *at = scores + t * VK_QUERIES;
    vi low = nearest(load(at) * *factor);
    vi high = nearest(load(at + VK_QUERIES) * *factor);
    store(scores + t / 2 * VK_QUERIES, (vf)(low | high << 16));
  }
  return sum;
}

#include "attention.inc.h"
