// Attention by dot products of pairs: the parts of attention.inc.h that depend on what is
// multiplied. Queries and keys are 16-bit integers, each row scaled by its own length; weights and
// values are bfloat16. A word holds two dimensions of a query or key, or two neighbours in time of
// weights or values.
#include <float.h>
#include <immintrin.h>

#define VK_GROUP 2
#include "attention_layout.inc.h"

typedef vi vscore;
typedef uint32_t v4u __attribute__((ext_vector_type(4)));
typedef uint32_t vu __attribute__((ext_vector_type(VK_LANES)));

VK_INLINE int32_t word_at(const float *p) {
  int32_t word;
  memcpy(&word, p, sizeof word);
  return word;
}

VK_INLINE vi dot_step(vi acc, vf a, const float *b) {
  return (vi)_mm512_dpwssd_epi32((__m512i)acc, (__m512i)a, _mm512_set1_epi32(word_at(b)));
}

VK_INLINE vf dot_value(vi sum, const float *unit) {
  return __builtin_convertvector(sum, vf) * *unit;
}

// 2^x by 2^n 2^r with |r| <= 1/2, the latter by a minimax polynomial (relative error 7.5e-5,
// a fortieth of the rounding to bfloat16 that follows).
VK_INLINE vf power_of_2(vf x) {
  vf n = (vf)_mm512_roundscale_ps((__m512)x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  vf r = x - n;
  vf p = r * 5.51716709e-2f + 2.42611122e-1f;
  p = p * r + 6.93260985e-1f;
  p = p * r + 9.99928073e-1f;
  return (vf)_mm512_scalef_ps((__m512)p, (__m512)n);
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
    vf length = (vf)_mm512_sqrt_ps((__m512)square), factor = VK_LENGTH / length;
    unit[v] = length * (1.0f / VK_LENGTH);
    for (size_t d = 0; d < h->dim; d += 2) {
      vf high = d + 1 < h->dim ? load(rows + (d + 1) * VK_QUERIES) * factor : (vf)0.0f;
      vi low = (vi)_mm512_cvtps_epi32((__m512)(load(rows + d * VK_QUERIES) * factor));
      vi pair = (low & 0xffff) | (vi)_mm512_cvtps_epi32((__m512)high) << 16;
      store(rows + d / 2 * VK_QUERIES, (vf)pair);
    }
  }
}

// Weights and values as integers reach up to these; a chunk's sum of products then fits 32 bits.
#define VK_WEIGHT 4096.0f
#define VK_VALUE 4300.0f
_Static_assert(VK_CHUNK * 4096.0 * 4301.0 < 2147483648.0, "a chunk's sum may overflow");

// What 1 stands for in each of the `dim` dimensions of a chunk of values.
static void value_units(const float *values, size_t stride, size_t count, size_t dim,
                        float *units) {
  for (size_t d = 0; d < dim; d++) {
    if (d % 4 == 0 && d + 4 <= dim) {
      v4 largest = (v4)FLT_MIN;
      for (size_t t = 0; t < count; t++) {
        v4 x = (v4)((v4u)load4(values + t * stride + d) & 0x7fffffff);
        largest = x > largest ? x : largest;
      }
      store4(units + d, largest * (1.0f / VK_VALUE));
      d += 3;
      continue;
    }
    float largest = FLT_MIN;
    for (size_t t = 0; t < count; t++) largest = fmaxf(largest, fabsf(values[t * stride + d]));
    units[d] = largest * (1.0f / VK_VALUE);
  }
}

// One word of each of `count` dimensions: two neighbours in time; no `next` counts as 0.
VK_INLINE void value_words(const float *now, const float *next, size_t count, const float *units,
                           float *tile) {
  for (size_t j = 0; j < VK_TILE; j += 4) {
    float low[4] = {0}, high[4] = {0}, unit[4] = {1, 1, 1, 1};
    size_t some = j >= count ? 0 : count - j < 4 ? count - j : 4;
    if (some == 4) {
      memcpy(low, now + j, sizeof low);
      if (next) memcpy(high, next + j, sizeof high);
      memcpy(unit, units + j, sizeof unit);
    } else {
      memcpy(low, now + j, some * sizeof(float));
      if (next) memcpy(high, next + j, some * sizeof(float));
      memcpy(unit, units + j, some * sizeof(float));
    }
    v4 factor = 1.0f / load4(unit);
    v4u a = (v4u)_mm_cvtps_epi32((__m128)(load4(low) * factor));
    v4u b = (v4u)_mm_cvtps_epi32((__m128)(load4(high) * factor));
    store4(tile + j, (v4)((a & 0xffff) | b << 16));
  }
}

// Scores to pairs of weights 2^(score * unit - highest), in place; returns their sum.
VK_INLINE vf weigh(float *scores, size_t count, vf unit, vf highest) {
  const vi ones = (vi)0x00010001;
  vf base = highest - 12.0f;
  vi sum = (vi)0;
  for (size_t t = 0; t < count; t += 2) {
    const float *at = scores + t * VK_QUERIES;
    vi low = (vi)_mm512_cvtps_epi32((__m512)power_of_2(load(at) * unit - base)), high = (vi)0;
    if (t + 1 < count)
      high = (vi)_mm512_cvtps_epi32((__m512)power_of_2(load(at + VK_QUERIES) * unit - base));
    vi pair = low | high << 16;
    sum = (vi)_mm512_dpwssd_epi32((__m512i)sum, (__m512i)pair, (__m512i)ones);
    store(scores + t / 2 * VK_QUERIES, (vf)pair);
  }
  return __builtin_convertvector(sum, vf);
}

#include "attention.inc.h"
