// Elementwise functions and reductions, a template over the instruction set (see gemm.inc.h).
#include <math.h>

VK_INLINE vf vmax(vf a, vf b) { return a > b ? a : b; }
VK_INLINE vf vmin(vf a, vf b) { return a < b ? a : b; }

VK_INLINE float hsum(vf v) {
  float s = 0;
  for (int i = 0; i < VK_LANES; i++) s += v[i];
  return s;
}

VK_INLINE float hmax(vf v) {
  float s = v[0];
  for (int i = 1; i < VK_LANES; i++) s = v[i] > s ? v[i] : s;
  return s;
}

// e^x by 2^n e^r, |r| <= ln 2 / 2, and a polynomial of degree 7 (Taylor, remainder 5e-9).
VK_INLINE vf vexp(vf x) {
  x = vmin(vmax(x, (vf)-87.0f), (vf)88.0f);
  vf shifted = x * 1.44269504f + 12582912.0f;  // 1.5 * 2^23: rounds to nearest
  vf n = shifted - 12582912.0f;
  vf r = x - n * 0.693359375f + n * 2.12194440e-4f;
  vf p = r * 1.98412698e-4f + 1.38888889e-3f;
  p = p * r + 8.33333333e-3f;
  p = p * r + 4.16666667e-2f;
  p = p * r + 1.66666667e-1f;
  p = p * r + 0.5f;
  p = p * r * r + r + 1.0f;
  vi exponent = (__builtin_convertvector(n, vi) + 127) << 23;
  vf power;
  memcpy(&power, &exponent, sizeof power);
  return p * power;
}

VK_INLINE vf vabs(vf x) { return x < 0.0f ? -x : x; }

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

// Phi by the rational form of erf (Abramowitz and Stegun 7.1.26, |error| <= 1.5e-7).
VK_INLINE vf vgelu(vf x) {
  vf z = vabs(x) * 0.707106781f;
  vf t = 1.0f / (z * 0.3275911f + 1.0f);
  vf p = t * 1.061405429f - 1.453152027f;
  p = p * t + 1.421413741f;
  p = p * t - 0.284496736f;
  p = p * t + 0.254829592f;
  vf tail = 0.5f * p * t * vexp(-z * z);  // 1 - Phi(|x|)
  return x < 0.0f ? x * tail : x - x * tail;
}

VK_INLINE vf vsigmoid(vf x) { return 1.0f / (1.0f + vexp(-x)); }
VK_INLINE vf vrelu(vf x) { return vmax(x, (vf)0.0f); }

#define VK_MAP(NAME, FUNCTION)                                \
  static void NAME(float *x, size_t n) {                      \
    size_t i = 0;                                             \
    for (; i + VK_LANES <= n; i += VK_LANES)                  \
      store(x + i, FUNCTION(load(x + i)));                    \
    if (i == n) return;                                       \
    float rest[VK_LANES] = {0};                               \
    memcpy(rest, x + i, (n - i) * sizeof(float));             \
    store(rest, FUNCTION(load(rest)));                        \
    memcpy(x + i, rest, (n - i) * sizeof(float));             \
  }

VK_MAP(tanh_, vtanh)
VK_MAP(gelu, vgelu)
VK_MAP(sigmoid, vsigmoid)
VK_MAP(relu, vrelu)

static void swiglu(const float *a, const float *g, float *out, size_t n) {
  size_t i = 0;
  for (; i + VK_LANES <= n; i += VK_LANES) {
    vf gate = load(g + i);
    store(out + i, load(a + i) * gate * vsigmoid(gate));
  }
  for (; i < n; i++) out[i] = a[i] * g[i] / (1.0f + expf(-g[i]));
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

static void softmax(float *x, size_t n, float scale) {
  if (n == 0) return;
  float highest = max_of(x, n) * scale;
  vf sums = (vf)0.0f;
  size_t i = 0;
  for (; i + VK_LANES <= n; i += VK_LANES) {
    vf e = vexp(load(x + i) * scale - highest);
    sums += e;
    store(x + i, e);
  }
  float sum = hsum(sums);
  for (; i < n; i++) sum += x[i] = expf(x[i] * scale - highest);
  float inverse = 1.0f / sum;
  for (i = 0; i < n; i++) x[i] *= inverse;
}

static void layer_norm(const float *x, const float *weight, float epsilon, float *y, size_t n) {
  vf sums = (vf)0.0f;
  size_t i = 0;
  for (; i + VK_LANES <= n; i += VK_LANES) sums += load(x + i);
  float sum = hsum(sums);
  for (; i < n; i++) sum += x[i];
  float mean = sum / (float)n;
  vf squares = (vf)0.0f;
  for (i = 0; i + VK_LANES <= n; i += VK_LANES) {
    vf d = load(x + i) - mean;
    squares += d * d;
  }
  float square = hsum(squares);
  for (; i < n; i++) square += (x[i] - mean) * (x[i] - mean);
  float inverse = 1.0f / sqrtf(square / (float)n + epsilon);
  for (i = 0; i < n; i++) y[i] = (x[i] - mean) * inverse * weight[i];
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
  for (size_t i = 0; i < n; i++) x[i] = x[i] * scales[i] + shifts[i];
}

static size_t argmax(const float *x, size_t n) {
  if (n == 0) return 0;
  float highest = max_of(x, n);
  for (size_t i = 0; i < n; i++)
    if (x[i] == highest) return i;
  return 0;
}
