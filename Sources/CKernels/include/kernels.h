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

// y = (x - mean) / sqrt(variance + epsilon) * weight over n values (no bias).
void vk_layer_norm(const float *x, const float *weight, float epsilon, float *y, size_t n);
// Sum and sum of squares over n values, accumulated in f64 per block.
void vk_moments(const float *x, size_t n, double *sum, double *sum_of_squares);

// One query over n keys, one head of dim values: probabilities[0..<n] =
// softmax(scale * sum over d of q[d] * keys[d * key_stride + t]), keys being stored by dimension,
// and out[d] = sum of probabilities[t] * values[t * value_stride + d].
void vk_attend(const float *q, const float *keys, size_t key_stride, const float *values,
               size_t value_stride, size_t n, size_t dim, float scale, float *probabilities,
               float *out);

// The same over keys and values stored as IEEE half-precision numbers.
void vk_attend_half(const float *q, const uint16_t *keys, size_t key_stride,
                    const uint16_t *values, size_t value_stride, size_t n, size_t dim,
                    float scale, float *probabilities, float *out);

// Rows that start `stride` floats apart.
typedef struct {
  const float *base;
  size_t rows, stride;
} vk_rows;

// Softmax attention of `heads` heads over a sequence; a row holds heads * dim floats. For each
// head, row r of `out` is the mean of `values`, weighted by softmax(scale * queries[r] . keys[t]).
// A row's result depends on no other query. There is at least one key and as many values;
// `scratch` holds vk_self_attention_scratch(keys.rows, dim) floats.
// All is f32, except with "avx512vnni": there queries and keys are rounded to 2^-16 of their
// length, and in each run of 120 keys the values to 2^-15 of the largest of their dimension and
// the weights to 2^-16 of the largest or 2^-18 of their sum, whichever is more.
size_t vk_self_attention_scratch(size_t keys, size_t dim);
void vk_self_attention(vk_rows queries, vk_rows keys, vk_rows values, size_t heads, size_t dim,
                       float scale, float *scratch, float *out, size_t out_stride);

// f32 to IEEE half, to nearest even; what is out of range becomes the largest finite half, what
// is smaller than the smallest normal half becomes 0.
void vk_copy_half(const float *from, size_t n, uint16_t *to);
void vk_transpose_half(const float *from, size_t from_stride, size_t rows, size_t columns,
                       uint16_t *to, size_t to_stride);  // by column, as vk_transpose

// to[c * to_stride + r] = from[r * from_stride + c] for r in 0..<rows, c in 0..<columns.
void vk_transpose(const float *from, size_t from_stride, size_t rows, size_t columns, float *to,
                  size_t to_stride);

// Rotary positions on interleaved pairs, in place over x[0..<n], n even: a pair (u, w) becomes
// (u cos a - w sin a, w cos a + u sin a). `cosines` holds each cosine twice, `sines` each sine as
// (-sin a, sin a).
void vk_rotate(float *x, const float *cosines, const float *sines, size_t n);

// x = x * scales + shifts, value by value over x[0..<n].
void vk_affine(float *x, const float *scales, const float *shifts, size_t n);

// Index of the first largest of n > 0 logits, and its probability in their softmax.
size_t vk_most_likely(const float *logits, size_t n, float *probability);
