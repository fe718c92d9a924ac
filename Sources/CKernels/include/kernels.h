// The only C of Viseme: SIMD kernels. Row-major f32 matrices; sizes and strides in elements.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Name of the instruction set chosen at load time: "baseline", "avx2", "avx512" or "avx512vnni".
// The environment variable VISEME_ISA forces a lower one.
const char *vk_isa(void);

// Columns in one packed f32 panel. A packed matrix of n columns and k rows holds
// vk_packed_count(n, k) floats: panel after panel, each k rows of vk_panel_width() columns, the last
// one padded with zeros.
size_t vk_panel_width(void);
size_t vk_packed_count(size_t n, size_t k);

// Packs B[j, i] = w[j * stride_n + i * stride_k] for column j in 0..<n and row i in 0..<k.
void vk_pack_f32(const float *w, size_t n, size_t k, size_t stride_n, size_t stride_k,
                 float *packed);

// C[m, n] = A[m, k] B + bias (bias may be NULL), or C += when accumulate is not 0.
// Rows of A start lda elements apart and may overlap: a convolution over [time, channels] is a
// product whose rows are windows of the input. C must not overlap A.
void vk_gemm_f32(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *packed,
                 const float *bias, int accumulate, float *c, size_t ldc);

// 8-bit weights: w = (q - zeros[p]) * scales[j] for output j in panel p. The order in a panel (of
// vk_u8_panel_width() outputs) is the same for all instruction sets: [inputs / 4, width, 4].
typedef struct {
  size_t outputs, inputs;
  const uint8_t *panels;
  const float *scales;   // one for each output
  const uint8_t *zeros;  // one for each panel
} vk_weights;

size_t vk_u8_panel_width(void);
// Bytes of the panels of n outputs.
size_t vk_packed_u8_count(size_t n, size_t k);
// Packs w[j, i, t] of [n, inputs, taps] as output j, input t * inputs + i: a linear layer has one
// tap, a convolution's window holds one tap after the other.
void vk_pack_u8(const uint8_t *w, size_t n, size_t inputs, size_t taps, uint8_t *panels);

// What becomes of a product that has its bias: it is stored, activated and stored, or added to C.
enum { VK_STORE = 0, VK_GELU = 1, VK_ADD = 2 };

// C[m, outputs] = A[m, inputs] W in integers: each row of A is rounded to a grid of its own, whose
// largest value is 32512 steps, or 127 where it is narrow: products of bytes take half the time.
// `scratch` has vk_gemm_u8_scratch(inputs) bytes.
size_t vk_gemm_u8_scratch(size_t inputs);
void vk_gemm_u8(size_t m, const float *a, size_t lda, const vk_weights *weights, const float *bias, int ending, int narrow, float *c, size_t ldc, void *scratch);

// 16-bit weights: w = q * scales[j] for output j, whose |q| sum up to at most 2^18.
typedef struct {
  size_t outputs, inputs;
  const int16_t *panels;
  const float *scales;  // one for each output
} vk_pair_weights;

// 16-bit values of the panels of n outputs: as many as vk_packed_count says of k rounded up to even.
// Packs as vk_pack_f32 does and writes the n scales.
void vk_pack_i16(const float *w, size_t n, size_t k, size_t stride_n, size_t stride_k,
                 int16_t *packed, float *scales);

// C[m, outputs] = A[m, inputs] W + bias (bias may be NULL) in integers, or C += when accumulate is not
// 0: each row of A is rounded to a grid of its own, whose largest value is 8191 steps; neighbouring rows
// that overlap (lda < inputs) share a grid. There are at most VK_PAIR_INPUTS inputs.
enum { VK_PAIR_INPUTS = 3072 };
void vk_gemm_i16(size_t m, const float *a, size_t lda, const vk_pair_weights *weights,
                 const float *bias, int accumulate, float *c, size_t ldc);

// The same in two parts, for rows that several products read: puts n values on a grid and returns its
// step; multiplies rows whose steps are given. Behind the last row lies another value where inputs are odd.
float vk_place_i16(const float *x, size_t n, int16_t *placed);
void vk_gemm_placed(size_t m, const int16_t *a, size_t lda, const float *steps,
                    const vk_pair_weights *weights, const float *bias, int accumulate, float *c,
                    size_t ldc);

// Elementwise, in place over x[0..<n]. Relative error at most 4e-6 or absolute 1e-6.
void vk_tanh(float *x, size_t n);
void vk_gelu(float *x, size_t n);     // x * Phi(x), the erf form
void vk_sigmoid(float *x, size_t n);
void vk_relu(float *x, size_t n);
void vk_silu(float *x, size_t n);     // x * sigmoid(x)
void vk_swiglu(const float *a, const float *g, float *out, size_t n);  // a * g * sigmoid(g)

// y = (x - mean) / sqrt(variance + epsilon) * weight + bias over n values; bias may be NULL.
void vk_layer_norm(const float *x, const float *weight, const float *bias, float epsilon, float *y,
                   size_t n);
// Sum and sum of squares over n values, accumulated in f64 per block.
void vk_moments(const float *x, size_t n, double *sum, double *sum_of_squares);

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
// The same, rounded as with "avx512vnni" with "avx2" too, which is half as fast again.
size_t vk_pairs_attention_scratch(size_t keys, size_t dim);
void vk_pairs_attention(vk_rows queries, vk_rows keys, vk_rows values, size_t heads, size_t dim,
                        float scale, float *scratch, float *out, size_t out_stride);

// Softmax over n > 0 scores of keys, in place, which fall with the distance of a key's time:
// of scale * scores[i] - slope * |time - times[i]|.
void vk_timed_softmax(float *scores, const float *times, size_t n, float scale, float slope,
                      float time);

// Sines and cosines for vk_rotate at a position: turns [2, n], n even, cosines before sines, of the angles
// position * frequencies[0..<n / 2], products of f32s as in the models' own graphs.
void vk_turns(const float *frequencies, size_t n, float position, float *turns);

// Rotary positions on interleaved pairs, in place over x[0..<n], n even: a pair (u, w) becomes
// (u cos a - w sin a, w cos a + u sin a). `cosines` holds each cosine twice, `sines` each sine as
// (-sin a, sin a).
void vk_rotate(float *x, const float *cosines, const float *sines, size_t n);

// x = x * scales + shifts, value by value over x[0..<n].
void vk_affine(float *x, const float *scales, const float *shifts, size_t n);

// y = leaky(x * scales + shifts) value by value over n values; leaky(v) is v above zero and slope * v
// below, so slope 0 rectifies. `scales` and `shifts` may both be NULL: then y = leaky(x). x may be y.
void vk_scale_leaky(const float *x, const float *scales, const float *shifts, float slope, float *y, size_t n);

// Mean and biased variance of each of n columns over rows that start `stride` floats apart; there is
// at least one row. `variance` may be NULL.
void vk_column_moments(const float *x, size_t rows, size_t stride, size_t n, float *mean, float *variance);

// y[rows, n] = the largest of each three neighbouring rows of x[3 * rows, n], of their magnitudes where
// `magnitude` is not 0.
void vk_max_of_three(const float *x, size_t rows, size_t n, int magnitude, float *y);

// One step of an LSTM cell: gates [4, n] are the sums of input, forget, cell and output gate before
// their activations; cell [n] is updated and hidden [n] written.
void vk_lstm_cell(const float *gates, float *cell, float *hidden, size_t n);

// Index of the first largest of n > 0 logits, and its probability in their softmax.
size_t vk_most_likely(const float *logits, size_t n, float *probability);

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
