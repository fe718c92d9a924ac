#define _GNU_SOURCE  // sincos
#include "kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

static const vk_table *active = &vk_baseline;

// The best instruction set of this CPU, or the one VISEME_ISA names if the CPU has it.
__attribute__((constructor)) static void choose(void) {
#if defined(__x86_64__)
  const char *forced = getenv("VISEME_ISA");
  __builtin_cpu_init();
  int has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                 __builtin_cpu_supports("f16c");
  int has_avx512 = has_avx2 && __builtin_cpu_supports("avx512f") &&
                   __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                   __builtin_cpu_supports("avx512vl");
  int has_vnni = has_avx512 && __builtin_cpu_supports("avx512vnni");
  if (forced && strcmp(forced, "baseline") == 0) return;
  if (forced && strcmp(forced, "avx2") == 0) has_avx512 = has_vnni = 0;
  if (forced && strcmp(forced, "avx512") == 0) has_vnni = 0;
  if (has_vnni)
    active = &vk_avx512vnni;
  else if (has_avx512)
    active = &vk_avx512;
  else if (has_avx2)
    active = &vk_avx2;
#endif
}

const char *vk_isa(void) { return active->name; }
size_t vk_panel_width(void) { return active->panel_width; }

size_t vk_packed_count(size_t n, size_t k) {
  size_t width = active->panel_width;
  return (n + width - 1) / width * width * k;
}

void vk_pack_f32(const float *w, size_t n, size_t k, size_t stride_n, size_t stride_k,
                 float *packed) {
  active->pack_f32(w, n, k, stride_n, stride_k, packed);
}

enum { u8_columns = 48 };

size_t vk_u8_panel_width(void) { return u8_columns; }

size_t vk_packed_u8_count(size_t n, size_t k) {
  return (n + u8_columns - 1) / u8_columns * u8_columns * ((k + 3) / 4) * 4;
}

// Output j's k values, taps outermost, into every u8_columns-th group of four.
static void pack_column(const uint8_t *w, size_t inputs, size_t taps, uint8_t *to) {
  size_t k = inputs * taps, at = 0;
  if (taps == 1) {
    for (; at + 4 <= k; at += 4) memcpy(to + at * u8_columns, w + at, 4);
    memcpy(to + at * u8_columns, w + at, k - at);
    return;
  }
  for (size_t t = 0; t < taps; t++)
    for (size_t i = 0; i < inputs; i++, at++)
      to[at / 4 * 4 * u8_columns + at % 4] = w[i * taps + t];
}

void vk_pack_u8(const uint8_t *w, size_t n, size_t inputs, size_t taps, uint8_t *panels) {
  size_t k = inputs * taps, group = (k + 3) / 4 * 4;
  size_t whole = k % 4 ? 0 : n / u8_columns * u8_columns * group;
  memset(panels + whole, 0, vk_packed_u8_count(n, k) - whole);
  for (size_t j = 0; j < n; j++)
    pack_column(w + j * k, inputs, taps,
                panels + j / u8_columns * u8_columns * group + j % u8_columns * 4);
}

void vk_gemm_f32(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *packed,
                 const float *bias, int accumulate, float *c, size_t ldc) {
  active->gemm_f32(m, n, k, a, lda, packed, bias, accumulate, c, ldc);
}

size_t vk_gemm_u8_scratch(size_t inputs) { return active->gemm_u8_scratch(inputs); }

void vk_gemm_u8(size_t m, const float *a, size_t lda, const vk_weights *weights, const float *bias, int ending, int narrow, float *c, size_t ldc, void *scratch) {
  active->gemm_u8(m, a, lda, weights, bias, ending, narrow, c, ldc, scratch);
}

void vk_pack_i16(const float *w, size_t n, size_t k, size_t stride_n, size_t stride_k,
                 int16_t *packed, float *scales) {
  active->pack_i16(w, n, k, stride_n, stride_k, packed, scales);
}

void vk_gemm_i16(size_t m, const float *a, size_t lda, const vk_pair_weights *weights,
                 const float *bias, int accumulate, float *c, size_t ldc) {
  active->gemm_i16(m, a, lda, weights, bias, accumulate, c, ldc);
}

float vk_place_i16(const float *x, size_t n, int16_t *placed) {
  return active->place_i16(x, n, placed);
}

void vk_gemm_placed(size_t m, const int16_t *a, size_t lda, const float *steps,
                    const vk_pair_weights *weights, const float *bias, int accumulate, float *c,
                    size_t ldc) {
  active->gemm_placed(m, a, lda, steps, weights, bias, accumulate, c, ldc);
}

void vk_tanh(float *x, size_t n) { active->tanh(x, n); }
void vk_gelu(float *x, size_t n) { active->gelu(x, n); }
void vk_sigmoid(float *x, size_t n) { active->sigmoid(x, n); }
void vk_relu(float *x, size_t n) { active->relu(x, n); }
void vk_silu(float *x, size_t n) { active->silu(x, n); }

void vk_timed_softmax(float *scores, const float *times, size_t n, float scale, float slope,
                      float time) {
  active->timed_softmax(scores, times, n, scale, slope, time);
}

void vk_swiglu(const float *a, const float *g, float *out, size_t n) {
  active->swiglu(a, g, out, n);
}

void vk_layer_norm(const float *x, const float *weight, const float *bias, float epsilon, float *y,
                   size_t n) {
  active->layer_norm(x, weight, bias, epsilon, y, n);
}

void vk_moments(const float *x, size_t n, double *sum, double *sum_of_squares) {
  active->moments(x, n, sum, sum_of_squares);
}

void vk_turns(const float *frequencies, size_t n, float position, float *turns) {
  for (size_t i = 0; i < n; i += 2) {
    double sine, cosine;
    sincos((double)(position * frequencies[i / 2]), &sine, &cosine);
    turns[i] = turns[i + 1] = (float)cosine;
    turns[n + i + 1] = (float)sine;
    turns[n + i] = -turns[n + i + 1];
  }
}

void vk_rotate(float *x, const float *cosines, const float *sines, size_t n) {
  active->rotate(x, cosines, sines, n);
}

size_t vk_self_attention_scratch(size_t keys, size_t dim) {
  return active->attention_scratch(keys, dim);
}

void vk_self_attention(vk_rows queries, vk_rows keys, vk_rows values, size_t heads, size_t dim,
                       float scale, float *scratch, float *out, size_t out_stride) {
  active->self_attend(queries, keys, values, heads, dim, scale, scratch, out, out_stride);
}

size_t vk_pairs_attention_scratch(size_t keys, size_t dim) {
  return active->pairs_scratch(keys, dim);
}

void vk_pairs_attention(vk_rows queries, vk_rows keys, vk_rows values, size_t heads, size_t dim,
                        float scale, float *scratch, float *out, size_t out_stride) {
  active->pairs_attend(queries, keys, values, heads, dim, scale, scratch, out, out_stride);
}

void vk_affine(float *x, const float *scales, const float *shifts, size_t n) {
  active->affine(x, scales, shifts, n);
}

void vk_scale_leaky(const float *x, const float *scales, const float *shifts, float slope, float *y, size_t n) {
  active->scale_leaky(x, scales, shifts, slope, y, n);
}

void vk_column_moments(const float *x, size_t rows, size_t stride, size_t n, float *mean, float *variance) {
  active->column_moments(x, rows, stride, n, mean, variance);
}

void vk_max_of_three(const float *x, size_t rows, size_t n, int magnitude, float *y) {
  active->max_of_three(x, rows, n, magnitude, y);
}

void vk_lstm_cell(const float *gates, float *cell, float *hidden, size_t n) {
  active->lstm_cell(gates, cell, hidden, n);
}

size_t vk_most_likely(const float *logits, size_t n, float *probability) {
  return active->most_likely(logits, n, probability);
}

enum { memory_span = 16 };

static size_t in_spans(size_t n) { return (n + memory_span - 1) / memory_span * memory_span; }

size_t vk_memory_capacity(size_t rows) { return in_spans(rows); }

// Scores (or sums), weights, spans and query of one head; or grids and codes of a span.
size_t vk_memory_scratch(size_t rows, size_t heads, size_t dim) {
  size_t padded = in_spans(rows), columns = heads * dim;
  size_t attending = (padded > dim ? padded : dim) * 4 + padded * 2 + padded / 4 + in_spans(dim) * 6;
  size_t storing = columns * (2 * sizeof(float) + memory_span);
  return attending > storing ? attending : storing;
}

void vk_store_keys(const vk_memory *m, const float *keys, size_t stride, void *scratch) {
  active->store_keys(m, keys, stride, scratch);
}

void vk_store_values(const vk_memory *m, const float *values, size_t stride, void *scratch) {
  active->store_values(m, values, stride, scratch);
}

void vk_append_token(const vk_memory *m, const float *key, const float *value, void *scratch) {
  active->append_token(m, key, value, scratch);
}

void vk_attend_frames(const vk_memory *m, const float *q, float scale, uint32_t recorded,
                      float *probabilities, float *out, void *scratch) {
  active->attend_frames(m, q, scale, recorded, probabilities, out, scratch);
}

void vk_attend_tokens(const vk_memory *m, const float *q, float scale, float *out, void *scratch) {
  active->attend_tokens(m, q, scale, out, scratch);
}
