// Attention in f32: the parts of attention.inc.h that depend on what is multiplied.
#include <float.h>

#define VK_GROUP 1
#include "attention_layout.inc.h"

typedef vf vscore;

VK_INLINE vf dot_step(vf acc, vf a, const float *b) { return acc + a * *b; }

VK_INLINE vf dot_value(vf sum, const float *unit) {
  (void)unit;
  return sum;
}

// 2^x for x <= 0 (smaller than 2^-126 becomes 2^-126): 2^n 2^r with |r| <= 1/2, the latter by a
// minimax polynomial (relative error 7.5e-8).
VK_INLINE vf power_of_2(vf x) {
  x = vmax(x, (vf)-126.0f);
  vf shifted = x + 12582912.0f;  // 1.5 * 2^23: rounds to nearest, n in the low bits
  vf r = x - (shifted - 12582912.0f);
  vf p = r * 1.32764725e-3f + 9.67554133e-3f;
  p = p * r + 5.55071327e-2f;
  p = p * r + 2.40221197e-1f;
  p = p * r + 6.93146967e-1f;
  p = p * r + 1.00000007f;
  return (vf)((vi)p + ((vi)shifted << 23));
}

// Queries and keys are multiplied as they are.
VK_INLINE void make_words(const head_layout *h, vf *unit) {
  (void)h;
  unit[0] = unit[1] = (vf)1.0f;
}

VK_INLINE void value_units(const float *values, size_t stride, size_t count, size_t dim,
                           float *units) {
  (void)values, (void)stride, (void)count, (void)dim, (void)units;
}

// One word of each of `count` dimensions.
VK_INLINE void value_words(const float *now, const float *next, size_t count, const float *units,
                           float *tile) {
  (void)next, (void)units;
  size_t j = 0;
  for (; j + 4 <= count; j += 4) store4(tile + j, load4(now + j));
  for (; j < VK_TILE; j++) tile[j] = j < count ? now[j] : 0.0f;
}

// Scores to weights 2^(score * unit - highest), in place; returns their sum.
VK_INLINE vf weigh(float *scores, size_t count, vf unit, vf highest, vf *factor) {
  vf sum = (vf)0.0f;
  for (size_t t = 0; t < count; t++) {
    vf weight = power_of_2(load(scores + t * VK_QUERIES) * unit - highest);
    sum += weight;
    store(scores + t * VK_QUERIES, weight);
  }
  *factor = (vf)1.0f;
  *factor = (vf)1.0f;
  return sum;
}

#include "attention.inc.h"
