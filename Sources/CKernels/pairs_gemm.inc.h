// Products of f32 rows with 16-bit weights in integers, a template over the instruction set (see
// gemm.inc.h). The weights of an output are on a grid of its own, whose step is so large that no sum
// leaves 32 bits, whatever the row: |q| summed over k is at most 2^18, a row's values at most 2^13.
//
// A packed panel holds VK_PANEL columns as [k / 2][columns][2]: two consecutive k of a column lie side
// by side, as the instruction that adds two products wants them. An odd k is padded with a weight of 0.
#define VK_PAIR_GRID 8191.0f
#define VK_PAIR_SUM 262144.0
// Values of A that are put on their grids and multiplied together, and most rows of them.
#define VK_PAIR_VALUES 24576
#define VK_PAIR_BLOCK 96

typedef int16_t vh __attribute__((ext_vector_type(2 * VK_LANES)));
typedef int16_t vh1 __attribute__((ext_vector_type(VK_LANES)));

// sum + a[0] b[0] + a[1] b[1] of each pair.
VK_INLINE vi add_pairs(vi sum, vh a, vh b) {
#if defined(__x86_64__) && defined(VK_DOT_BYTES)
  return (vi)_mm512_dpwssd_epi32((__m512i)sum, (__m512i)a, (__m512i)b);
#elif defined(__x86_64__) && VK_LANES == 16
  return sum + (vi)_mm512_madd_epi16((__m512i)a, (__m512i)b);
#elif defined(__x86_64__) && VK_LANES == 8
  return sum + (vi)_mm256_madd_epi16((__m256i)a, (__m256i)b);
#elif defined(__x86_64__)
  return sum + (vi)_mm_madd_epi16((__m128i)a, (__m128i)b);
#else
  for (int i = 0; i < VK_LANES; i++)
    sum[i] += (int32_t)a[2 * i] * b[2 * i] + (int32_t)a[2 * i + 1] * b[2 * i + 1];
  return sum;
#endif
}

static void pack_i16(const float *w, size_t n, size_t k, size_t stride_n, size_t stride_k,
                     int16_t *packed, float *scales) {
  size_t pairs = (k + 1) / 2;
  for (size_t j = 0; j < n; j++) {
    double sum = 0, largest = 0;
    for (size_t i = 0; i < k; i++) {
      double value = fabs((double)w[j * stride_n + i * stride_k]);
      sum += value;
      largest = value > largest ? value : largest;
    }
    // Rounding adds at most half a step to each of the k values.
    double step = sum / (VK_PAIR_SUM - 0.5 * (double)k), least = largest / 32767.0;
    scales[j] = (float)(step > least ? step : least);
  }
  for (size_t p = 0; p < n; p += VK_PANEL)
    for (size_t i = 0; i < 2 * pairs; i++)
      for (size_t c = 0; c < VK_PANEL; c++) {
        size_t j = p + c;
        float value = j < n && i < k && scales[j] > 0 ? w[j * stride_n + i * stride_k] / scales[j] : 0;
        packed[(p / VK_PANEL * pairs + i / 2) * 2 * VK_PANEL + 2 * c + i % 2] = (int16_t)lrintf(value);
      }
}

// The low halves of `grid_values`, before whose subtraction they are the same.
VK_INLINE vh1 pair_values(vf x, float inverse) {
#pragma clang fp contract(off)
  vf scaled = x * inverse;
  vf shifted = scaled + 12582912.0f;
  return __builtin_convertvector((vi)shifted, vh1);
}

// Puts n values on a grid; returns its step.
static float place_i16(const float *x, size_t n, int16_t *to) {
  float largest = largest_magnitude(x, n);
  float inverse = largest > 0.0f ? VK_PAIR_GRID / largest : 0.0f;
  size_t i = 0;
  for (; i + VK_LANES <= n; i += VK_LANES) {
    vh1 q = pair_values(load(x + i), inverse);
    memcpy(to + i, &q, sizeof q);
  }
  if (i < n) {
    vh1 q = pair_values(load_some(x + i, n - i), inverse);
    memcpy(to + i, &q, (n - i) * sizeof(int16_t));
  }
  return largest / VK_PAIR_GRID;
}

typedef struct {
  size_t pairs, lda, ldc, columns;
  const float *scales, *bias;  // of this panel; bias may be NULL
  int accumulate;
} pair_args;

VK_INLINE void finish_pairs(int vectors, const vi *acc, const pair_args *t, float step, float *c) {
  for (int v = 0; v < vectors; v++) {
    size_t j = (size_t)v * VK_LANES;
    vf y = __builtin_convertvector(acc[v], vf) * step;
    if (j + VK_LANES <= t->columns) {
      y *= load(t->scales + j);
      if (t->bias) y += load(t->bias + j);
      if (t->accumulate) y += load(c + j);
      store(c + j, y);
    } else if (j < t->columns) {
      size_t count = t->columns - j;
      y *= load_some(t->scales + j, count);
      if (t->bias) y += load_some(t->bias + j, count);
      if (t->accumulate) y += load_some(c + j, count);
      store_some(c + j, y, count);
    }
  }
}

// `rows` and `vectors` are constants after inlining.
VK_INLINE void pair_tile(int rows, int vectors, const pair_args *t, const int16_t *a,
                         const float *steps, const int16_t *b, float *c) {
  vi acc[VK_ROWS][VK_VECTORS];
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < vectors; v++) acc[r][v] = (vi)0;
  for (size_t i = 0; i < t->pairs; i++) {
    vh w[VK_VECTORS];
    for (int v = 0; v < vectors; v++) memcpy(&w[v], b + (i * VK_PANEL + (size_t)v * VK_LANES) * 2, sizeof w[v]);
    for (int r = 0; r < rows; r++) {
      int32_t two;
      memcpy(&two, a + (size_t)r * t->lda + 2 * i, sizeof two);
      vh x = (vh)(vi)two;
      for (int v = 0; v < vectors; v++) acc[r][v] = add_pairs(acc[r][v], x, w[v]);
    }
  }
  for (int r = 0; r < rows; r++) finish_pairs(vectors, acc[r], t, steps[r], c + (size_t)r * t->ldc);
}

VK_INLINE void pair_tile_vectors(int rows, const pair_args *t, const int16_t *a,
                                 const float *steps, const int16_t *b, float *c) {
  if (t->columns > (VK_VECTORS - 1) * VK_LANES) return pair_tile(rows, VK_VECTORS, t, a, steps, b, c);
  if (VK_VECTORS < 3 || t->columns <= VK_LANES) return pair_tile(rows, 1, t, a, steps, b, c);
  pair_tile(rows, VK_VECTORS - 1, t, a, steps, b, c);
}

static void pair_tile_rows(size_t rows, const pair_args *t, const int16_t *a, const float *steps,
                           const int16_t *b, float *c) {
  switch (rows) {
    case 1: pair_tile_vectors(1, t, a, steps, b, c); break;
    case 2: pair_tile_vectors(2, t, a, steps, b, c); break;
    case 3: pair_tile_vectors(3, t, a, steps, b, c); break;
    case 4: pair_tile_vectors(4, t, a, steps, b, c); break;
#if VK_ROWS > 4
    case 5: pair_tile_vectors(5, t, a, steps, b, c); break;
    case 6: pair_tile_vectors(6, t, a, steps, b, c); break;
#endif
#if VK_ROWS > 6
    case 7: pair_tile_vectors(7, t, a, steps, b, c); break;
    case 8: pair_tile_vectors(8, t, a, steps, b, c); break;
#endif
    default: break;
  }
}

static void gemm_placed(size_t m, const int16_t *a, size_t lda, const float *steps,
                        const vk_pair_weights *w, const float *bias, int accumulate, float *c,
                        size_t ldc) {
  pair_args t = {(w->inputs + 1) / 2, lda, ldc, 0, NULL, NULL, accumulate};
  for (size_t j = 0; j < w->outputs; j += VK_PANEL) {
    t.columns = w->outputs - j < VK_PANEL ? w->outputs - j : VK_PANEL;
    t.scales = w->scales + j;
    t.bias = bias ? bias + j : NULL;
    for (size_t r = 0; r < m; r += VK_ROWS)
      pair_tile_rows(m - r < VK_ROWS ? m - r : VK_ROWS, &t, a + r * lda, steps + r,
                     w->panels + 2 * j * t.pairs, c + r * ldc + j);
  }
}

static void gemm_i16(size_t m, const float *a, size_t lda, const vk_pair_weights *w,
                     const float *bias, int accumulate, float *c, size_t ldc) {
  size_t k = w->inputs, even = (k + 1) / 2 * 2;
  int16_t q[VK_PAIR_VALUES + 2 * VK_LANES];
  float steps[VK_PAIR_BLOCK];
  size_t most = VK_PAIR_VALUES / even / VK_ROWS * VK_ROWS;
  if (most > VK_PAIR_BLOCK) most = VK_PAIR_BLOCK;
  for (size_t i = 0; i < m; i += most) {
    size_t rows = m - i < most ? m - i : most;
    // What lies behind a row is multiplied by the weight 0 of an odd k.
    if (lda < k) {
      size_t count = (rows - 1) * lda + k;
      float step = place_i16(a + i * lda, count, q);
      q[count] = 0;
      for (size_t r = 0; r < rows; r++) steps[r] = step;
    } else {
      for (size_t r = 0; r < rows; r++) {
        steps[r] = place_i16(a + (i + r) * lda, k, q + r * even);
        if (k % 2) q[r * even + k] = 0;
      }
    }
    gemm_placed(rows, q, lda < k ? lda : even, steps, w, bias, accumulate, c + i * ldc, ldc);
  }
}
