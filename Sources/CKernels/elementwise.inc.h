// Elementwise functions and reductions, a template over the instruction set (see gemm.inc.h).
#include <float.h>
#include <math.h>

// Halves are joined until two values are left.
VK_INLINE float hsum(vf v) {
#if VK_LANES == 16
  v8 w = v.lo + v.hi;
  v4 q = w.lo + w.hi;
#elif VK_LANES == 8
  v4 q = v.lo + v.hi;
#else
  v4 q = v;
#endif
  return (q[0] + q[2]) + (q[1] + q[3]);
}

VK_INLINE float hmax(vf v) {
  float s = v[0];
  for (int i = 1; i < VK_LANES; i++) s = v[i] > s ? v[i] : s;
  return s;
}

// e^x by 2^n e^r, |r| <= ln 2 / 2, and a minimax polynomial (relative error 1.1e-7).
VK_INLINE vf vexp(vf x) {
  x = vmin(vmax(x, (vf)-86.6f), (vf)88.0f);
  vf shifted = x * 1.44269504f + 12582912.0f;  // 1.5 * 2^23: rounds to nearest, n in the low bits
  vf n = shifted - 12582912.0f;
  vf r = x - n * 0.693359375f + n * 2.12194440e-4f;
  vf p = r * 8.31252549e-3f + 4.18901133e-2f;
  p = p * r + 1.66671145e-1f;
  p = p * r + 4.99992318e-1f;
  p = p * (r * r) + r + 1.0f;
  return (vf)((vi)p + ((vi)shifted << 23));
}

// |x| < 0.625: odd polynomial (Cephes' tanhf coefficients); else 1 - 2 / (e^2x + 1).
VK_INLINE vf vtanh(vf x) {
  vf s = x * x;
  vf p = s * -5.70498872745e-3f + 2.06390887954e-2f;
  p = p * s - 5.37397155531e-2f;
  p = p * s + 1.33314422036e-1f;
  p = p * s - 3.33332819422e-1f;
  vf small = p * s * x + x;
  vf ax = vabs(x);
  vf large = 1.0f - 2.0f / (vexp(ax + ax) + 1.0f);
  large = x < 0.0f ? -large : large;
  return ax < 0.625f ? small : large;
}

// x Phi(x). Phi(x) - 1/2 = x P(x^2) up to 5.2, P by a minimax polynomial in x^2 / 13.52 - 1
// (error of x Phi 1.2e-7); beyond, Phi is 0 or 1 (error 5.2e-7).
VK_INLINE vf vgelu(vf x) {
  vf u = vmin(x * x * (1.0f / 13.52f), (vf)2.0f) - 1.0f;
  vf p = u * -3.70004622e-4f + 1.1661764e-3f;
  p = p * u - 1.50934746e-3f;
  p = p * u + 2.05982127e-3f;
  p = p * u - 4.51161712e-3f;
  p = p * u + 8.31671059e-3f;
  p = p * u - 1.2628152e-2f;
  p = p * u + 1.80578586e-2f;
  p = p * u - 2.469863e-2f;
  p = p * u + 3.19706574e-2f;
  p = p * u - 3.99318077e-2f;
  p = p * u + 5.00258096e-2f;
  p = p * u - 6.77436292e-2f;
  p = p * u + 1.35949984e-1f;
  vf phi = x * p + 0.5f;
  phi = x > 5.2f ? 1.0f : phi;
  return x < -5.2f ? 0.0f : x * phi;
}

VK_INLINE vf vsigmoid(vf x) { return 1.0f / (1.0f + vexp(-x)); }
VK_INLINE vf vrelu(vf x) { return vmax(x, (vf)0.0f); }
VK_INLINE vf vsilu(vf x) { return x / (1.0f + vexp(-x)); }

// The first `count` values at `p`, the rest 0; and their way back.
VK_INLINE vf load_some(const float *p, size_t count) {
  float some[VK_LANES] = {0};
  memcpy(some, p, count * sizeof(float));
  return load(some);
}

VK_INLINE void store_some(float *p, vf v, size_t count) {
  float some[VK_LANES];
  store(some, v);
  memcpy(p, some, count * sizeof(float));
}

#define VK_MAP(NAME, FUNCTION)                                \
  static void NAME(float *x, size_t n) {                      \
    size_t i = 0;                                             \
    for (; i + VK_LANES <= n; i += VK_LANES)                  \
      store(x + i, FUNCTION(load(x + i)));                    \
    if (i == n) return;                                       \
    store_some(x + i, FUNCTION(load_some(x + i, n - i)), n - i); \
  }

VK_MAP(tanh_, vtanh)
VK_MAP(gelu, vgelu)
VK_MAP(sigmoid, vsigmoid)
VK_MAP(relu, vrelu)
VK_MAP(silu, vsilu)

static void swiglu(const float *a, const float *g, float *out, size_t n) {
  size_t i = 0;
  for (; i + VK_LANES <= n; i += VK_LANES) {
    vf gate = load(g + i);
    store(out + i, load(a + i) * gate * vsigmoid(gate));
  }
  if (i == n) return;
  vf gate = load_some(g + i, n - i);
  store_some(out + i, load_some(a + i, n - i) * gate * vsigmoid(gate), n - i);
}

static float max_of(const float *x, size_t n) {
  float best = x[0];
  size_t i = 0;
  if (n >= VK_LANES) {
    vf m = load(x);
    for (i = VK_LANES; i + VK_LANES <= n; i += VK_LANES) m = vmax(m, load(x + i));
    best = hmax(m);
  }
  for (; i < n; i++) best = x[i] > best ? x[i] : best;
  return best;
}

// Scores at `times` to logarithms of weights, in place. Returns them; lanes beyond `count` are the
// least value.
VK_INLINE vf timed_scores(float *scores, const float *times, size_t count, const vf *by) {
  if (count >= VK_LANES) {
    vf score = load(scores) * by[0] - vabs(by[2] - load(times)) * by[1];
    store(scores, score);
    return score;
  }
  float some[VK_LANES];
  store(some, load_some(scores, count) * by[0] - vabs(by[2] - load_some(times, count)) * by[1]);
  memcpy(scores, some, count * sizeof(float));
  for (size_t i = count; i < VK_LANES; i++) some[i] = -FLT_MAX;
  return load(some);
}

static void timed_softmax(float *x, const float *times, size_t n, float scale, float slope,
                          float time) {
  const vf by[3] = {(vf)scale, (vf)slope, (vf)time};
  vf highest = (vf)-FLT_MAX, sums = (vf)0.0f;
  for (size_t i = 0; i < n; i += VK_LANES)
    highest = vmax(highest, timed_scores(x + i, times + i, n - i, by));
  float top = hmax(highest), sum = 0.0f;
  size_t i = 0;
  for (; i + VK_LANES <= n; i += VK_LANES) {
    vf weight = vexp(load(x + i) - top);
    sums += weight;
    store(x + i, weight);
  }
  for (; i < n; i++) sum += x[i] = vexp((vf)(x[i] - top))[0];
  float inverse = 1.0f / (sum + hsum(sums));
  for (i = 0; i + VK_LANES <= n; i += VK_LANES) store(x + i, load(x + i) * inverse);
  for (; i < n; i++) x[i] *= inverse;
}

// In blocks that stay in the first cache: the largest so far, and the sum of exponentials relative
// to it, which shrinks when a larger one comes.
static size_t most_likely(const float *x, size_t n, float *probability) {
  enum { block = 2048 };
  size_t best = 0;
  float highest = -FLT_MAX, rest = 0.0f;
  vf sums = (vf)0.0f;
  for (size_t start = 0; start < n; start += block) {
    size_t end = n - start < block ? n : start + block, i = start;
    float largest = max_of(x + start, end - start);
    if (largest > highest) {
      vf kept = vexp((vf)(highest - largest));
      sums *= kept;
      rest *= kept[0];
      highest = largest;
      best = start;
    }
    for (; i + VK_LANES <= end; i += VK_LANES) sums += vexp(load(x + i) - highest);
    for (; i < end; i++) rest += vexp((vf)(x[i] - highest))[0];
  }
  while (best + 1 < n && x[best] != highest) best++;
  *probability = 1.0f / (hsum(sums) + rest);
  return best;
}

static void layer_norm(const float *x, const float *weight, const float *bias, float epsilon, float *y,
                       size_t n) {
  size_t i = 0, whole = n / VK_LANES * VK_LANES;
  vf sums = (vf)0.0f, squares = (vf)0.0f;
  for (; i < whole; i += VK_LANES) sums += load(x + i);
  float sum = hsum(sums), square = 0.0f;
  for (; i < n; i++) sum += x[i];
  float mean = sum / (float)n;
  for (i = 0; i < whole; i += VK_LANES) {
    vf d = load(x + i) - mean;
    squares += d * d;
  }
  for (; i < n; i++) square += (x[i] - mean) * (x[i] - mean);
  square += hsum(squares);
  float inverse = 1.0f / sqrtf(square / (float)n + epsilon);
  for (i = 0; i < whole; i += VK_LANES)
    store(y + i, (load(x + i) - mean) * inverse * load(weight + i));
  for (; i < n; i++) y[i] = (x[i] - mean) * inverse * weight[i];
  if (!bias) return;
  for (i = 0; i < whole; i += VK_LANES) store(y + i, load(y + i) + load(bias + i));
  for (; i < n; i++) y[i] += bias[i];
}

static void moments(const float *x, size_t n, double *sum, double *sum_of_squares) {
  double s1 = 0, s2 = 0;
  for (size_t start = 0; start < n; start += 4096) {
    size_t end = start + 4096 < n ? start + 4096 : n, i = start;
    vf a = (vf)0.0f, b = (vf)0.0f;
    for (; i + VK_LANES <= end; i += VK_LANES) {
      vf v = load(x + i);
      a += v;
      b += v * v;
    }
    for (; i < end; i++) s1 += x[i], s2 += (double)x[i] * x[i];
    s1 += hsum(a);
    s2 += hsum(b);
  }
  *sum = s1;
  *sum_of_squares = s2;
}

static void affine(float *x, const float *scales, const float *shifts, size_t n) {
  size_t i = 0;
  for (; i + VK_LANES <= n; i += VK_LANES)
    store(x + i, load(x + i) * load(scales + i) + load(shifts + i));
  for (; i < n; i++) x[i] = x[i] * scales[i] + shifts[i];
}

static void scale_leaky(const float *x, const float *scales, const float *shifts, float slope,
                        float *y, size_t n) {
  size_t i = 0;
  for (; i + VK_LANES <= n; i += VK_LANES) {
    vf v = load(x + i);
    if (scales) v = v * load(scales + i) + load(shifts + i);
    store(y + i, vmax(v, v * slope));
  }
  for (; i < n; i++) {
    float v = scales ? x[i] * scales[i] + shifts[i] : x[i];
    y[i] = v > v * slope ? v : v * slope;
  }
}

// Adds the sums over `rows` rows of n <= VK_STRIP columns of x - mean, or of its squares, to `sums`.
#define VK_STRIP 128
VK_INLINE void column_sums(const float *x, size_t rows, size_t stride, size_t n, const float *mean,
                           int squared, float *sums) {
  for (size_t r = 0; r < rows; r++, x += stride) {
    size_t i = 0;
    for (; i + VK_LANES <= n; i += VK_LANES) {
      vf d = mean ? load(x + i) - load(mean + i) : load(x + i);
      store(sums + i, load(sums + i) + (squared ? d * d : d));
    }
    for (; i < n; i++) {
      float d = mean ? x[i] - mean[i] : x[i];
      sums[i] += squared ? d * d : d;
    }
  }
}

// Means of one strip in runs of rows, so that no sum grows long.
static void strip_means(const float *x, size_t rows, size_t stride, size_t n, const float *mean,
                        float *out) {
  enum { run = 128 };
  float total[VK_STRIP] = {0};
  for (size_t r = 0; r < rows; r += run) {
    float sums[VK_STRIP] = {0};
    size_t count = rows - r < run ? rows - r : run;
    if (mean)
      column_sums(x + r * stride, count, stride, n, mean, 1, sums);
    else
      column_sums(x + r * stride, count, stride, n, NULL, 0, sums);
    for (size_t i = 0; i < n; i++) total[i] += sums[i];
  }
  for (size_t i = 0; i < n; i++) out[i] = total[i] / (float)rows;
}

static void column_moments(const float *x, size_t rows, size_t stride, size_t n, float *mean,
                           float *variance) {
  for (size_t c = 0; c < n; c += VK_STRIP) {
    size_t count = n - c < VK_STRIP ? n - c : VK_STRIP;
    strip_means(x + c, rows, stride, count, NULL, mean + c);
    if (variance) strip_means(x + c, rows, stride, count, mean + c, variance + c);
  }
}

static void max_of_three(const float *x, size_t rows, size_t n, int magnitude, float *y) {
  for (size_t r = 0; r < rows; r++, x += 3 * n, y += n) {
    size_t i = 0;
    for (; i + VK_LANES <= n; i += VK_LANES) {
      vf a = load(x + i), b = load(x + n + i), c = load(x + 2 * n + i);
      if (magnitude) a = vabs(a), b = vabs(b), c = vabs(c);
      store(y + i, vmax(vmax(a, b), c));
    }
    for (; i < n; i++) {
      float a = x[i], b = x[n + i], c = x[2 * n + i];
      if (magnitude) a = fabsf(a), b = fabsf(b), c = fabsf(c);
      a = a > b ? a : b;
      y[i] = a > c ? a : c;
    }
  }
}

static void lstm_cell(const float *gates, float *cell, float *hidden, size_t n) {
  size_t i = 0;
  for (; i + VK_LANES <= n; i += VK_LANES) {
    vf state = vsigmoid(load(gates + n + i)) * load(cell + i) +
               vsigmoid(load(gates + i)) * vtanh(load(gates + 2 * n + i));
    store(cell + i, state);
    store(hidden + i, vsigmoid(load(gates + 3 * n + i)) * vtanh(state));
  }
  if (i == n) return;
  size_t count = n - i;
  vf in = load_some(gates + i, count), forget = load_some(gates + n + i, count);
  vf value = load_some(gates + 2 * n + i, count), out = load_some(gates + 3 * n + i, count);
  vf state = vsigmoid(forget) * load_some(cell + i, count) + vsigmoid(in) * vtanh(value);
  store_some(cell + i, state, count);
  store_some(hidden + i, vsigmoid(out) * vtanh(state), count);
}

// Neighbours change places.
VK_INLINE vf swap_pairs(vf v) {
#if VK_LANES == 16
  return __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
#elif VK_LANES == 8
  return __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6);
#else
  return __builtin_shufflevector(v, v, 1, 0, 3, 2);
#endif
}

static void rotate(float *x, const float *cosines, const float *sines, size_t n) {
  size_t i = 0;
  for (; i + VK_LANES <= n; i += VK_LANES) {
    vf v = load(x + i);
    store(x + i, v * load(cosines + i) + swap_pairs(v) * load(sines + i));
  }
  for (; i < n; i += 2) {
    float even = x[i], odd = x[i + 1];
    x[i] = even * cosines[i] + odd * sines[i];
    x[i + 1] = odd * cosines[i + 1] + even * sines[i + 1];
  }
}
