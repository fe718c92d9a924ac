#include "kernels.h"

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

size_t vk_panel_scratch(size_t k) { return active->panel_width * k; }

void vk_pack_f32(const float *w, size_t n, size_t k, size_t stride_n, size_t stride_k,
                 float *packed) {
  active->pack_f32(w, n, k, stride_n, stride_k, packed);
}

void vk_pack_u8(const uint8_t *w, size_t n, size_t k, size_t stride_n, size_t stride_k,
                uint8_t zero_point, uint8_t *packed) {
  active->pack_u8(w, n, k, stride_n, stride_k, zero_point, packed);
}

void vk_gemm_f32(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *packed,
                 const float *bias, int accumulate, float *c, size_t ldc) {
  active->gemm_f32(m, n, k, a, lda, packed, bias, accumulate, c, ldc);
}

void vk_gemm_u8(size_t m, size_t n, size_t k, const float *a, size_t lda, const uint8_t *packed,
                float scale, uint8_t zero_point, const float *bias, int accumulate, float *c,
                size_t ldc, float *panel) {
  active->gemm_u8(m, n, k, a, lda, packed, scale, zero_point, bias, accumulate, c, ldc, panel);
}

void vk_tanh(float *x, size_t n) { active->tanh(x, n); }
void vk_gelu(float *x, size_t n) { active->gelu(x, n); }
void vk_sigmoid(float *x, size_t n) { active->sigmoid(x, n); }
void vk_relu(float *x, size_t n) { active->relu(x, n); }

void vk_swiglu(const float *a, const float *g, float *out, size_t n) {
  active->swiglu(a, g, out, n);
}

void vk_softmax(float *x, size_t n, float scale) { active->softmax(x, n, scale); }

void vk_layer_norm(const float *x, const float *weight, float epsilon, float *y, size_t n) {
  active->layer_norm(x, weight, epsilon, y, n);
}

void vk_moments(const float *x, size_t n, double *sum, double *sum_of_squares) {
  active->moments(x, n, sum, sum_of_squares);
}

void vk_rotate(float *x, const float *cosines, const float *sines, size_t pairs) {
  for (size_t i = 0; i < pairs; i++) {
    float even = x[2 * i], odd = x[2 * i + 1];
    x[2 * i] = even * cosines[i] - odd * sines[i];
    x[2 * i + 1] = odd * cosines[i] + even * sines[i];
  }
}

void vk_affine(float *x, const float *scales, const float *shifts, size_t n) {
  active->affine(x, scales, shifts, n);
}

size_t vk_argmax(const float *x, size_t n) { return active->argmax(x, n); }

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
