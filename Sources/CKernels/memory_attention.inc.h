// Attention of one token over keys and values in 8 bits, a template over the instruction set (see
// gemm.inc.h).
//
// The query goes on a grid of 16 bits for each head and the softmax's weights on one that keeps every
// sum below 2^31, so all sums over dimensions and rows are exact integers. What is left in f32 is
// done value by value and without fused operations: the result is the same on every machine.
//
// Keys and values lie as [heads][capacity / 16][dim / 4][64]: four dimensions of a span of 16 rows in
// 64 bytes, of keys (u8) row by row and of values (s8) dimension by dimension, because the sums go over
// the dimensions of keys and over the rows of values.
#define MEMORY_SPAN 16
#define MEMORY_LINE (4 * MEMORY_SPAN)

#pragma clang fp contract(off)

// One head's query, scores and weights; the arrays lie in the caller's scratch.
typedef struct {
  size_t rows, spans, groups;  // groups of four dimensions
  float *scores;               // [16 spans], at first the integer sums
  uint8_t *weights;            // [32 spans], in the kernel's own order
  uint32_t *used;              // spans that have a weight other than 0
  size_t used_count;
  float *scaled;   // [dimensions], the query; 0 behind dim
  uint8_t *query;  // [2 dimensions], the same in the kernel's own order
  size_t dimensions;
} memory_head;

#if defined(VK_DOT_BYTES)
#include "memory_dot.inc.h"
#else
#include "memory_pairs.inc.h"
#endif

VK_INLINE vi memory_bits(vf x) {
  vi bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

// Nearest integers to what is smaller than 2^22: adding 1.5 * 2^23 leaves them in the fraction.
VK_INLINE vi memory_nearest(vf x) { return memory_bits(x + 12582912.0f) - 0x4b400000; }

// Largest magnitude of n values, n a multiple of VK_LANES: f32s without sign compare as integers.
VK_INLINE float memory_largest(const float *x, size_t n) {
  vi best = (vi)0;
  for (size_t i = 0; i < n; i += VK_LANES) {
    vi bits = memory_bits(load(x + i)) & 0x7fffffff;
    best = bits > best ? bits : best;
  }
  int32_t largest = __builtin_reduce_max(best);
  float result;
  memcpy(&result, &largest, sizeof result);
  return result;
}

// Puts h->scaled on its grid; returns its step and the sum of the integers.
VK_INLINE float memory_place_query(memory_head *h, int32_t *sum) {
  float bound = (float)(1 << 30) / (255.0f * (float)(4 * h->groups));
  float limit = bound < 32639.0f ? bound : 32639.0f;  // both bytes of 32639 are 127
  float largest = memory_largest(h->scaled, h->dimensions);
  float inverse = largest > 0.0f ? limit / largest : 0.0f;
  vi sums = (vi)0;
  for (size_t d = 0; d < h->dimensions; d += VK_LANES) {
    vi q = memory_nearest(load(h->scaled + d) * inverse);
    memory_set_query(h, d, q);
    sums += q;
  }
  *sum = __builtin_reduce_add(sums);
  return largest / limit;
}

// Integer sums to scores, less `centre` and times the row's scale where there is one; what is behind
// the last row becomes its equal. Returns the largest.
VK_INLINE float memory_finish_scores(memory_head *h, int32_t centre, const float *scales) {
  for (size_t t = 0; t < MEMORY_SPAN * h->spans; t += VK_LANES) {
    vf s = __builtin_convertvector(memory_bits(load(h->scores + t)) - centre, vf);
    store(h->scores + t, scales ? s * load(scales + t) : s);
  }
  float last = h->scores[h->rows - 1];
  for (size_t t = h->rows; t < MEMORY_SPAN * h->spans; t++) h->scores[t] = last;
  vf highest = (vf)last;
  for (size_t t = 0; t < MEMORY_SPAN * h->spans; t += VK_LANES)
    highest = vmax(highest, load(h->scores + t));
  return hmax(highest);
}

// 2^x for x <= 0, 2^-30 at least: the whole part of x goes into the exponent, for the rest a
// polynomial of degree 5 (relative error 2e-7).
VK_INLINE vf memory_power(vf x) {
  x = vmax(x, (vf)-30.0f);
  vf shifted = x + 12582912.0f;
  vf r = x - (shifted - 12582912.0f);
  vf p = r * 1.32647088e-3f + 9.67151147e-3f;
  p = p * r + 5.55073378e-2f;
  p = p * r + 2.40222421e-1f;
  p = p * r + 6.93146978e-1f;
  p = p * r + 1.0f;
  vi exponent = (memory_bits(shifted) - 0x4b400000 + 127) << 23;
  vf power;
  memcpy(&power, &exponent, sizeof power);
  return p * power;
}

// Puts the softmax's weights, times the row's factor where there is one, on a grid, and notes which
// spans have any. Returns the sum of the weights without factors.
VK_INLINE int32_t memory_place_weights(memory_head *h, float highest, float step,
                                       const float *factors, float factor) {
  float limit = (float)((1 << 24) - 1) / (float)h->rows;
  limit = limit < 32767.0f ? floorf(limit) : 32767.0f;
  size_t end = MEMORY_SPAN * h->spans, padding = end - h->rows;
  int32_t last = 0;
  vi sums = (vi)0;
  h->used_count = 0;
  for (size_t s = 0; s < h->spans; s++) {
    vi any = (vi)0;
    for (size_t t = MEMORY_SPAN * s; t < MEMORY_SPAN * (s + 1); t += VK_LANES) {
      vf share = memory_power((load(h->scores + t) - highest) * (step * 1.44269504f)) * limit;
      vi weight = __builtin_convertvector(share + 0.5f, vi), scaled = weight;
      if (factors) scaled = __builtin_convertvector(share * (load(factors + t) * factor) + 0.5f, vi);
      memory_set_weights(h, t, scaled);
      any |= scaled;
      sums += weight;
      last = weight[VK_LANES - 1];  // that of the padding, if there is any
    }
    h->used[h->used_count] = (uint32_t)s;
    h->used_count += __builtin_reduce_or(any) != 0;
  }
  memory_clear_weights(h, h->rows, padding);
  return __builtin_reduce_add(sums) - (int32_t)padding * last;
}

// out[d] = inverse * scale * sum of weights and values, plus the offset; by row where scales are NULL.
VK_INLINE void memory_mix(const memory_head *h, const int8_t *values, float inverse,
                          const float *scales, const float *offsets, float *out) {
  int32_t *sums = (int32_t *)h->scores;
  memory_sum_values(h, values, sums);
  for (size_t d = 0; d < 4 * h->groups; d++)
    out[d] = scales ? (float)sums[d] * (scales[d] * inverse) + offsets[d] : (float)sums[d] * inverse;
}

static memory_head memory_layout(const vk_memory *m, void *scratch) {
  memory_head h;
  size_t padded = (m->rows + MEMORY_SPAN - 1) / MEMORY_SPAN * MEMORY_SPAN;
  h.rows = m->rows, h.spans = padded / MEMORY_SPAN, h.groups = m->dim / 4, h.used_count = 0;
  h.dimensions = (m->dim + MEMORY_SPAN - 1) / MEMORY_SPAN * MEMORY_SPAN;
  h.scores = scratch;
  h.scaled = h.scores + (padded > m->dim ? padded : m->dim);  // the sums come to lie there too
  h.used = (uint32_t *)(h.scaled + h.dimensions);
  h.weights = (uint8_t *)(h.used + h.spans);
  h.query = h.weights + 2 * padded;
  memset(h.scaled, 0, h.dimensions * sizeof(float));
  return h;
}

static void attend_frames(const vk_memory *m, const float *q, float scale, uint32_t recorded,
                          float *probabilities, float *out, void *scratch) {
  memory_head h = memory_layout(m, scratch);
  for (size_t head = 0; head < m->heads; head++) {
    size_t at = head * m->dim;
    for (size_t d = 0; d < m->dim; d++) h.scaled[d] = q[at + d] * scale * m->key_scales[at + d];
    int32_t sum;
    float step = memory_place_query(&h, &sum);
    memory_score(&h, m->keys + at * m->capacity);
    float highest = memory_finish_scores(&h, 0, NULL);
    float inverse = 1.0f / (float)memory_place_weights(&h, highest, step, NULL, 1.0f);
    memory_mix(&h, m->values + at * m->capacity, inverse, m->value_scales + at,
               m->value_offsets + at, out + at);
    if (!(recorded >> head & 1)) continue;
    for (size_t t = 0; t < m->rows; t++) probabilities[t] = (float)memory_weight(&h, t) * inverse;
    probabilities += m->rows;
  }
}

static void attend_tokens(const vk_memory *m, const float *q, float scale, float *out,
                          void *scratch) {
  memory_head h = memory_layout(m, scratch);
  for (size_t head = 0; head < m->heads; head++) {
    size_t at = head * m->dim;
    for (size_t d = 0; d < m->dim; d++) h.scaled[d] = q[at + d] * scale;
    int32_t sum;
    float step = memory_place_query(&h, &sum);
    memory_score(&h, m->keys + at * m->capacity);
    float highest = memory_finish_scores(&h, 128 * sum, m->key_scales + head * m->capacity);
    const float *factors = m->value_scales + head * m->capacity;
    float largest = memory_largest(factors, MEMORY_SPAN * h.spans);
    int32_t total = memory_place_weights(&h, highest, step, factors,
                                         largest > 0.0f ? 1.0f / largest : 0.0f);
    memory_mix(&h, m->values + at * m->capacity, largest / (float)total, NULL, NULL, out + at);
  }
}

#include "memory_store.inc.h"

#pragma clang fp contract(on)
