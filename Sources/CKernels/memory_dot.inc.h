// Sums by the instruction that adds four products of a u8 and an s8 to an i32 (AVX-512 VNNI). What
// has 16 bits is two planes of bytes, x = 256 * high + low: of the query signed ones, of the weights
// unsigned ones.
typedef int8_t memory_signed __attribute__((ext_vector_type(VK_LANES)));
typedef uint8_t memory_unsigned __attribute__((ext_vector_type(VK_LANES)));

VK_INLINE void memory_set_query(const memory_head *h, size_t d, vi q) {
  vi upper = (q + 128) >> 8;
  memory_signed high = __builtin_convertvector(upper, memory_signed);
  memory_signed low = __builtin_convertvector(q - (upper << 8), memory_signed);
  memcpy(h->query + d, &high, sizeof high);
  memcpy(h->query + h->dimensions + d, &low, sizeof low);
}

VK_INLINE void memory_set_weights(const memory_head *h, size_t t, vi w) {
  memory_unsigned high = __builtin_convertvector(w >> 8, memory_unsigned);
  memory_unsigned low = __builtin_convertvector(w & 255, memory_unsigned);
  memcpy(h->weights + t, &high, sizeof high);
  memcpy(h->weights + MEMORY_SPAN * h->spans + t, &low, sizeof low);
}

VK_INLINE int32_t memory_weight(const memory_head *h, size_t t) {
  return h->weights[t] << 8 | h->weights[MEMORY_SPAN * h->spans + t];
}

VK_INLINE void memory_clear_weights(const memory_head *h, size_t t, size_t count) {
  memset(h->weights + t, 0, count);
  memset(h->weights + MEMORY_SPAN * h->spans + t, 0, count);
}

VK_INLINE __m512i memory_broadcast(const uint8_t *p) {
  int32_t four;
  memcpy(&four, p, sizeof four);
  return _mm512_set1_epi32(four);
}

VK_INLINE __m512i memory_joined(__m512i high, __m512i low) {
  return _mm512_add_epi32(_mm512_slli_epi32(high, 8), low);
}

// `count` is a compile-time constant after inlining.
VK_INLINE void memory_score_spans(int count, const memory_head *h, const uint8_t *keys,
                                  float *sums) {
  size_t groups = h->groups;
  __m512i high[4], low[4];
  for (int s = 0; s < count; s++) high[s] = low[s] = _mm512_setzero_si512();
  for (size_t g = 0; g < groups; g++) {
    __m512i qh = memory_broadcast(h->query + 4 * g);
    __m512i ql = memory_broadcast(h->query + h->dimensions + 4 * g);
    for (int s = 0; s < count; s++) {
      __m512i k = _mm512_loadu_si512(keys + (s * groups + g) * MEMORY_LINE);
      high[s] = _mm512_dpbusd_epi32(high[s], k, qh);
      low[s] = _mm512_dpbusd_epi32(low[s], k, ql);
    }
  }
  for (int s = 0; s < count; s++)
    _mm512_storeu_si512(sums + MEMORY_SPAN * s, memory_joined(high[s], low[s]));
}

// The sums over a head's dimensions, as integers.
static void memory_score(const memory_head *h, const uint8_t *keys) {
  size_t s = 0, bytes = MEMORY_LINE * h->groups;
  for (; s + 4 <= h->spans; s += 4)
    memory_score_spans(4, h, keys + s * bytes, h->scores + MEMORY_SPAN * s);
  for (; s < h->spans; s++)
    memory_score_spans(1, h, keys + s * bytes, h->scores + MEMORY_SPAN * s);
}

VK_INLINE __m512i memory_repeat16(const uint8_t *p) {
  return _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)p));
}

// `count` groups of four dimensions; a compile-time constant after inlining.
VK_INLINE void memory_sum_groups(int count, const memory_head *h, const int8_t *values,
                                 int32_t *sums) {
  __m512i high[9], low[9];
  for (int g = 0; g < count; g++) high[g] = low[g] = _mm512_setzero_si512();
  for (size_t i = 0; i < h->used_count; i++) {
    size_t s = h->used[i];
    __m512i wh = memory_repeat16(h->weights + MEMORY_SPAN * s);
    __m512i wl = memory_repeat16(h->weights + MEMORY_SPAN * (h->spans + s));
    for (int g = 0; g < count; g++) {
      __m512i v = _mm512_loadu_si512(values + (s * h->groups + g) * MEMORY_LINE);
      high[g] = _mm512_dpbusd_epi32(high[g], wh, v);
      low[g] = _mm512_dpbusd_epi32(low[g], wl, v);
    }
  }
  for (int g = 0; g < count; g++) {
    int32_t quads[16];
    _mm512_storeu_si512(quads, memory_joined(high[g], low[g]));
    for (int d = 0; d < 4; d++)
      sums[4 * g + d] = quads[4 * d] + quads[4 * d + 1] + quads[4 * d + 2] + quads[4 * d + 3];
  }
}

// The sums over the rows, of all dimensions: eight groups at a time (a head of 64) or nine (of 36), then one.
static void memory_sum_values(const memory_head *h, const int8_t *values, int32_t *sums) {
  size_t g = 0;
  if (h->groups % 8 == 0)
    for (; g + 8 <= h->groups; g += 8)
      memory_sum_groups(8, h, values + g * MEMORY_LINE, sums + 4 * g);
  for (; g + 9 <= h->groups; g += 9)
    memory_sum_groups(9, h, values + g * MEMORY_LINE, sums + 4 * g);
  for (; g < h->groups; g++) memory_sum_groups(1, h, values + g * MEMORY_LINE, sums + 4 * g);
}
