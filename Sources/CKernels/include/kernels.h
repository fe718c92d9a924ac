// The only C of Viseme: SIMD kernels. Row-major f32 matrices; sizes and strides in elements.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Name of the instruction set chosen at load time: "baseline", "avx2", "avx512" or "avx512vnni".
// The environment variable VISEME_ISA forces a lower one.
const char *vk_isa(void);

// Columns in one packed panel. A packed matrix of n columns and k rows holds
// vk_packed_count(n, k) elements: panel after panel, each k rows of vk_panel_width() columns,
// the last one padded (f32: zeros; u8: the zero point).
size_t vk_panel_width(void);
size_t vk_packed_count(size_t n, size_t k);

// Packs B[j, i] = w[j * stride_n + i * stride_k] for column j in 0..<n and row i in 0..<k.
void vk_pack_f32(const float *w, size_t n, size_t k, size_t stride_n, size_t stride_k,
                 float *packed);
void vk_pack_u8(const uint8_t *w, size_t n, size_t k, size_t stride_n, size_t stride_k,
                uint8_t zero_point, uint8_t *packed);

// C[m, n] = A[m, k] B + bias (bias may be NULL), or C += when accumulate is not 0.
// Rows of A start lda elements apart and may overlap: a convolution over [time, channels] is a
// product whose rows are windows of the input. C must not overlap A.
void vk_gemm_f32(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *packed,
                 const float *bias, int accumulate, float *c, size_t ldc);

// The same with B = (packed - zero_point) * scale. `panel` is scratch for
// vk_panel_scratch(k) floats.
size_t vk_panel_scratch(size_t k);
void vk_gemm_u8(size_t m, size_t n, size_t k, const float *a, size_t lda, const uint8_t *packed,
                float scale, uint8_t zero_point, const float *bias, int accumulate, float *c,
                size_t ldc, float *panel);

// Elementwise, in place over x[0..<n]. Relative error at most 4e-6 or absolute 1e-6.
void vk_tanh(float *x, size_t n);
void vk_gelu(float *x, size_t n);     // x * Phi(x), the erf form
void vk_sigmoid(float *x, size_t n);
void vk_relu(float *x, size_t n);
void vk_swiglu(const float *a, const float *g, float *out, size_t n);  // a * g * sigmoid(g)

// y = softmax(scale * x) over n values, in place.
void vk_softmax(float *x, size_t n, float scale);
// y = (x - mean) / sqrt(variance + epsilon) * weight over n values (no bias).
void vk_layer_norm(const float *x, const float *weight, float epsilon, float *y, size_t n);
// Sum and sum of squares over n values, accumulated in f64 per block.
void vk_moments(const float *x, size_t n, double *sum, double *sum_of_squares);

// Rotary positions on interleaved pairs: for i in 0..<pairs
// (x[2i], x[2i+1]) is turned by the angle whose cosine and sine are given.
void vk_rotate(float *x, const float *cosines, const float *sines, size_t pairs);

// x = x * scales + shifts, value by value over x[0..<n].
void vk_affine(float *x, const float *scales, const float *shifts, size_t n);

// Index of the first largest of n values.
size_t vk_argmax(const float *x, size_t n);

// Keys and values in 8 bits that one query after another attends to: `rows` rows (1 to 65 536) of
// `heads` heads (at most 32) of `dim` values (a multiple of 4). A row is a frame of audio or a token.
// Frames are stored together: each of the heads * dim dimensions lies on a grid between its least
// and its largest value, x = code * scale + offset, and scales and offsets are [heads, dim] (keys
// need no offsets: they add the same to every score, which a softmax does not see). Tokens come one
// by one: each head of each is symmetric, scales are [heads, capacity], 0 for rows to come.
typedef struct {
  size_t rows, capacity, heads, dim;  // capacity: a multiple of 16, at least rows
  uint8_t *keys;                      // capacity * heads * dim bytes each
  int8_t *values;
  float *key_scales, *value_scales;
  float *value_offsets;  // of frames only
} vk_memory;

// Least capacity for so many rows.
size_t vk_memory_capacity(size_t rows);
// Bytes of scratch, aligned to 4, that each of the following needs.
size_t vk_memory_scratch(size_t rows, size_t heads, size_t dim);

// Stores the keys or values of all frames: rows [rows, heads * dim], `stride` apart.
void vk_store_keys(const vk_memory *m, const float *keys, size_t stride, void *scratch);
void vk_store_values(const vk_memory *m, const float *values, size_t stride, void *scratch);
// Stores key and value [heads, dim] of the last token, row rows - 1.
void vk_append_token(const vk_memory *m, const float *key, const float *value, void *scratch);

// One query q [heads, dim] over all rows: out [heads, dim] = softmax(scale * q K) V, head by head.
// Of frames, head i's softmax is also written if bit i of `recorded` is set: probabilities
// [heads recorded, rows]. The result is the same to the bit for all instruction sets.
void vk_attend_frames(const vk_memory *m, const float *q, float scale, uint32_t recorded,
                      float *probabilities, float *out, void *scratch);
void vk_attend_tokens(const vk_memory *m, const float *q, float scale, float *out, void *scratch);
