// The kernels against plain loops, for processors on which Swift's tests cannot run; scripts/arm64.sh builds
// it for arm64 and for this machine. Exits with 1 where an error is above its bound, and prints what must be
// the same to the bit on all processors.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"

static uint64_t state = 7;
static int failures = 0;

// SplitMix64.
static uint64_t next(void) {
  uint64_t z = (state += 0x9E3779B97F4A7C15ull);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

static float *floats(size_t count) {
  float *values = malloc(count * sizeof(float));
  for (size_t i = 0; i < count; ++i) values[i] = (float)(next() >> 40) * 0x1p-23f - 1;
  return values;
}

static void expect(const char *what, double error, double bound) {
  printf("%s %-22s error %.2e, bound %.1e\n", error <= bound ? "ok  " : "FAIL", what, error, bound);
  if (!(error <= bound)) failures++;
}

static uint64_t hash(const void *bytes, size_t count) {
  uint64_t value = 0xcbf29ce484222325ull;
  for (size_t i = 0; i < count; ++i) value = (value ^ ((const uint8_t *)bytes)[i]) * 0x100000001b3ull;
  return value;
}

// Errors are in units of the a-priori bound k * 2^-24 * sum |terms|.
static void products(size_t m, size_t n, size_t k) {
  float *a = floats(m * k), *w = floats(n * k), *bias = floats(n), *c = calloc(m * n, sizeof(float));
  float *packed = malloc(vk_packed_count(n, k) * sizeof(float));
  vk_pack_f32(w, n, k, k, 1, packed);
  vk_gemm_f32(m, n, k, a, k, packed, bias, 0, c, n);
  double worst = 0;
  for (size_t i = 0; i < m; ++i)
    for (size_t j = 0; j < n; ++j) {
      double sum = bias[j], magnitude = 2;
      for (size_t l = 0; l < k; ++l) {
        double term = (double)a[i * k + l] * (double)w[j * k + l];
        sum += term;
        magnitude += fabs(term);
      }
      worst = fmax(worst, fabs(c[i * n + j] - sum) / ((double)(k + 4) * 0x1p-24 * magnitude));
    }
  expect("gemm_f32", worst, 1);
  free(a), free(w), free(bias), free(c), free(packed);
}

// Activations are rounded to a grid of 32512 steps: the bound is half a step of each term.
static void products_of_bytes(size_t m, size_t n, size_t k) {
  float *a = floats(m * k), *bias = floats(n), *c = calloc(m * n, sizeof(float));
  uint8_t *w = malloc(n * k), *panels = malloc(vk_packed_u8_count(n, k));
  size_t width = vk_u8_panel_width(), count = (n + width - 1) / width;
  float *scales = malloc(n * sizeof(float));
  uint8_t *zeros = malloc(count);
  for (size_t i = 0; i < n * k; ++i) w[i] = (uint8_t)next();
  for (size_t j = 0; j < n; ++j) scales[j] = 0.01f;
  memset(zeros, 117, count);
  vk_pack_u8(w, n, k, 1, panels);
  vk_weights weights = {n, k, panels, scales, zeros};
  void *scratch = malloc(vk_gemm_u8_scratch(k) + 64);
  vk_gemm_u8(m, a, k, &weights, bias, VK_STORE, 0, c, n, scratch);
  double worst = 0;
  for (size_t i = 0; i < m; ++i)
    for (size_t j = 0; j < n; ++j) {
      double sum = bias[j], magnitude = 0;
      for (size_t l = 0; l < k; ++l) {
        double weight = (w[j * k + l] - 117) * 0.01;
        sum += a[i * k + l] * weight;
        magnitude += fabs(weight);
      }
      worst = fmax(worst, fabs(c[i * n + j] - sum) / (magnitude / 32512 + 1e-5));
    }
  expect("gemm_u8", worst, 1);
  free(a), free(bias), free(c), free(w), free(panels), free(scales), free(zeros), free(scratch);
}

static void elementwise(size_t n) {
  float *x = floats(n), *y = malloc(n * sizeof(float)), *one = floats(n);
  for (size_t i = 0; i < n; ++i) x[i] *= 8, one[i] = 1;
  double worst[4] = {0};
  void (*kernels[])(float *, size_t) = {vk_tanh, vk_gelu, vk_sigmoid, vk_silu};
  const char *names[] = {"tanh", "gelu", "sigmoid", "silu"};
  for (int kernel = 0; kernel < 4; ++kernel) {
    memcpy(y, x, n * sizeof(float));
    kernels[kernel](y, n);
    for (size_t i = 0; i < n; ++i) {
      double v = x[i], s = 1 / (1 + exp(-v));
      double right[] = {tanh(v), v * 0.5 * erfc(-v * M_SQRT1_2), s, v * s};
      worst[kernel] = fmax(worst[kernel], fabs(y[i] - right[kernel]) / fmax(fabs(right[kernel]), 0.25));
    }
    expect(names[kernel], worst[kernel], 4e-6);
  }
  vk_layer_norm(x, one, NULL, 1e-5f, y, n);
  double mean = 0, square = 0, error = 0;
  for (size_t i = 0; i < n; ++i) mean += x[i] / (double)n;
  for (size_t i = 0; i < n; ++i) square += (x[i] - mean) * (x[i] - mean) / (double)n;
  for (size_t i = 0; i < n; ++i) error = fmax(error, fabs(y[i] - (x[i] - mean) / sqrt(square + 1e-5)));
  expect("layer_norm", error, 1e-5);
  free(x), free(y), free(one);
}

static void attention(size_t rows, size_t heads, size_t dim) {
  size_t width = heads * dim;
  float *q = floats(rows * width), *k = floats(rows * width), *v = floats(rows * width);
  float *out = malloc(rows * width * sizeof(float)), *p = malloc(rows * sizeof(float));
  float *scratch = malloc((vk_self_attention_scratch(rows, dim) + 16) * sizeof(float));
  float scale = 1 / sqrtf((float)dim);
  vk_self_attention((vk_rows){q, rows, width}, (vk_rows){k, rows, width}, (vk_rows){v, rows, width},
                    heads, dim, scale, scratch, out, width);
  double worst = 0;
  for (size_t head = 0; head < heads; ++head)
    for (size_t i = 0; i < rows; ++i) {
      double sum = 0;
      for (size_t j = 0; j < rows; ++j) {
        double score = 0;
        for (size_t d = 0; d < dim; ++d)
          score += (double)q[i * width + head * dim + d] * (double)k[j * width + head * dim + d];
        p[j] = (float)exp(score * scale);
        sum += p[j];
      }
      for (size_t d = 0; d < dim; ++d) {
        double mean = 0;
        for (size_t j = 0; j < rows; ++j) mean += p[j] / sum * v[j * width + head * dim + d];
        worst = fmax(worst, fabs(out[i * width + head * dim + d] - mean));
      }
    }
  // With avx512vnni queries, keys, values and weights are rounded to 2^-16 and more.
  expect("self_attention", worst, 1e-4);
  free(q), free(k), free(v), free(out), free(p), free(scratch);
}

// Attention over stored frames is the same to the bit everywhere.
static void memory(size_t rows, size_t heads, size_t dim) {
  size_t width = heads * dim, capacity = vk_memory_capacity(rows);
  float *keys = floats(rows * width), *values = floats(rows * width), *q = floats(width);
  vk_memory m = {rows, capacity, heads, dim, calloc(capacity, width), calloc(capacity, width),
                 calloc(width, 4), calloc(width, 4), calloc(width, 4)};
  void *scratch = calloc(1, vk_memory_scratch(rows, heads, dim) + 64);
  float *out = calloc(width, 4), *p = calloc(rows * heads, 4);
  vk_store_keys(&m, keys, width, scratch);
  vk_store_values(&m, values, width, scratch);
  vk_attend_frames(&m, q, 0.17f, 1, p, out, scratch);
  double sum = 0;
  for (size_t i = 0; i < rows; ++i) sum += p[i];
  expect("attend_frames", fabs(sum - 1), 1e-5);
  printf("same attend_frames %zu %016llx\n", rows, (unsigned long long)hash(out, width * 4));
  free(keys), free(values), free(q), free(m.keys), free(m.values), free(m.key_scales);
  free(m.value_scales), free(m.value_offsets), free(scratch), free(out), free(p);
}

int main(void) {
  printf("isa %s\n", vk_isa());
  products(1, 1, 1), products(5, 49, 127), products(8, 96, 288), products(41, 100, 36);
  products_of_bytes(1, 48, 288), products_of_bytes(9, 96, 128), products_of_bytes(17, 144, 1152);
  elementwise(7), elementwise(288), elementwise(1153);
  attention(1, 2, 36), attention(61, 8, 36), attention(150, 3, 64);
  memory(17, 8, 36), memory(400, 8, 36);
  return failures != 0;
}
