// Sums by the instruction that multiplies pairs of 16-bit values and adds each two products (SSE2,
// AVX2, AVX-512BW; written out elsewhere). Query and weights are i16, codes are widened.
#define MEMORY_PAIRS (2 * VK_LANES)

typedef int16_t memory_words __attribute__((ext_vector_type(VK_LANES)));
typedef int16_t memory_wide __attribute__((ext_vector_type(MEMORY_PAIRS)));
typedef uint8_t memory_unsigned __attribute__((ext_vector_type(MEMORY_PAIRS)));
typedef int8_t memory_signed __attribute__((ext_vector_type(MEMORY_PAIRS)));

VK_INLINE vi memory_multiply(memory_wide a, memory_wide b) {
#if defined(__x86_64__) && VK_LANES == 16
  return (vi)_mm512_madd_epi16((__m512i)a, (__m512i)b);
#elif defined(__x86_64__) && VK_LANES == 8
  return (vi)_mm256_madd_epi16((__m256i)a, (__m256i)b);
#elif defined(__x86_64__)
  return (vi)_mm_madd_epi16((__m128i)a, (__m128i)b);
#else
  return __builtin_convertvector(a.even, vi) * __builtin_convertvector(b.even, vi) +
         __builtin_convertvector(a.odd, vi) * __builtin_convertvector(b.odd, vi);
#endif
}

VK_INLINE void memory_set_query(const memory_head *h, size_t d, vi q) {
  memory_words words = __builtin_convertvector(q, memory_words);
  memcpy(h->query + 2 * d, &words, sizeof words);
}

VK_INLINE void memory_set_weights(const memory_head *h, size_t t, vi w) {
  memory_words words = __builtin_convertvector(w, memory_words);
  memcpy(h->weights + 2 * t, &words, sizeof words);
}

VK_INLINE int32_t memory_weight(const memory_head *h, size_t t) {
  int16_t word;
  memcpy(&word, h->weights + 2 * t, sizeof word);
  return word;
}

VK_INLINE void memory_clear_weights(const memory_head *h, size_t t, size_t count) {
  memset(h->weights + 2 * t, 0, 2 * count);
}

// Four values of the query, over and over.
VK_INLINE memory_wide memory_broadcast(const uint8_t *p) {
  typedef int64_t fours __attribute__((ext_vector_type(VK_LANES / 2)));
  int64_t four;
  memcpy(&four, p, sizeof four);
  return (memory_wide)(fours)four;
}

// `count` is a compile-time constant after inlining.
VK_INLINE void memory_score_spans(int count, const memory_head *h, const uint8_t *keys,
                                  float *sums) {
  enum { parts = MEMORY_LINE / MEMORY_PAIRS };  // vectors of a line
  size_t groups = h->groups;
  vi acc[8];
  for (int v = 0; v < count * parts; v++) acc[v] = (vi)0;
  for (size_t g = 0; g < groups; g++) {
    memory_wide q = memory_broadcast(h->query + 8 * g);
    for (int v = 0; v < count * parts; v++) {
      memory_unsigned k;
      memcpy(&k, keys + (v / parts * groups + g) * MEMORY_LINE + v % parts * MEMORY_PAIRS,
             sizeof k);
      acc[v] += memory_multiply(__builtin_convertvector(k, memory_wide), q);
    }
  }
  for (int v = 0; v < count * parts; v++) {
    __typeof__(acc[v].even) pairs = acc[v].even + acc[v].odd;
    memcpy(sums + v * VK_LANES / 2, &pairs, sizeof pairs);
  }
}

// The sums over a head's dimensions, as integers; as many spans at a time as fill eight vectors.
static void memory_score(const memory_head *h, const uint8_t *keys) {
  enum { spans = VK_LANES / 4 };
  size_t s = 0, bytes = MEMORY_LINE * h->groups;
  for (; s + spans <= h->spans; s += spans)
    memory_score_spans(spans, h, keys + s * bytes, h->scores + MEMORY_SPAN * s);
  for (; s < h->spans; s++)
    memory_score_spans(1, h, keys + s * bytes, h->scores + MEMORY_SPAN * s);
}

// The weights of a span as often as they fill a vector, or the part of them for vector v of a line.
VK_INLINE memory_wide memory_span_weights(const memory_head *h, size_t s, int v) {
  memory_wide w;
  const uint8_t *from = h->weights + 2 * MEMORY_SPAN * s;
#if VK_LANES == 16
  memcpy(&w, from, sizeof w / 2);
  memcpy((char *)&w + sizeof w / 2, from, sizeof w / 2);
#else
  memcpy(&w, from + v * sizeof w % (2 * MEMORY_SPAN), sizeof w);
#endif
  (void)v;
  return w;
}

// `count` groups of four dimensions; a compile-time constant after inlining.
VK_INLINE void memory_sum_groups(int count, const memory_head *h, const int8_t *values,
                                 int32_t *sums) {
  enum { parts = MEMORY_LINE / MEMORY_PAIRS, dims = parts < 4 ? parts : 4, more = parts / dims };
  vi acc[3][dims];  // vectors of a dimension, or of two
  for (int g = 0; g < count; g++)
    for (int d = 0; d < dims; d++) acc[g][d] = (vi)0;
  for (size_t i = 0; i < h->used_count; i++) {
    size_t s = h->used[i];
    for (int part = 0; part < more; part++) {
      memory_wide w = memory_span_weights(h, s, part);
      for (int g = 0; g < count; g++)
        for (int d = 0; d < dims; d++) {
          memory_signed v;
          memcpy(&v, values + (s * h->groups + g) * MEMORY_LINE + (d * more + part) * MEMORY_PAIRS,
                 sizeof v);
          acc[g][d] += memory_multiply(__builtin_convertvector(v, memory_wide), w);
        }
    }
  }
  for (int g = 0; g < count; g++)
    for (int d = 0; d < dims; d++) {
      int32_t *to = sums + 4 * g + d * (4 / dims);
#if VK_LANES == 16
      to[0] = __builtin_reduce_add(acc[g][d].lo);
      to[1] = __builtin_reduce_add(acc[g][d].hi);
#else
      to[0] = __builtin_reduce_add(acc[g][d]);
#endif
    }
}

// The sums over the rows, of all dimensions: three groups at a time, then one.
static void memory_sum_values(const memory_head *h, const int8_t *values, int32_t *sums) {
  size_t g = 0;
  for (; g + 3 <= h->groups; g += 3)
    memory_sum_groups(3, h, values + g * MEMORY_LINE, sums + 4 * g);
  for (; g < h->groups; g++) memory_sum_groups(1, h, values + g * MEMORY_LINE, sums + 4 * g);
}
