// Keys and values in f32 onto their grids and into the order of memory_attention.inc.h.

// The grid of each column: its least value and the step to the largest in 255 steps.
static void memory_grid(const float *from, size_t stride, size_t rows, size_t columns,
                        float *least, float *steps) {
  memcpy(least, from, columns * sizeof(float));
  memcpy(steps, from, columns * sizeof(float));
  // Row by row: a column at a time would wait for memory in long steps.
  for (size_t t = 1; t < rows; t++) {
    const float *row = from + t * stride;
    size_t j = 0;
    for (; j + VK_LANES <= columns; j += VK_LANES) {
      vf x = load(row + j);
      store(least + j, vmin(x, load(least + j)));
      store(steps + j, vmax(x, load(steps + j)));
    }
    for (; j < columns; j++) {
      least[j] = row[j] < least[j] ? row[j] : least[j];
      steps[j] = row[j] > steps[j] ? row[j] : steps[j];
    }
  }
  for (size_t j = 0; j < columns; j++) steps[j] = (steps[j] - least[j]) / 255.0f;
}

// Codes [16][columns] of the rows from t on, as far as there are any.
static void memory_codes(const float *from, size_t stride, size_t rows, size_t t, size_t columns,
                         const float *least, const float *inverses, uint8_t *codes) {
  for (size_t i = 0; i < MEMORY_SPAN && t + i < rows; i++) {
    const float *row = from + (t + i) * stride;
    for (size_t j = 0; j < columns; j++)
      codes[i * columns + j] = (uint8_t)(int32_t)((row[j] - least[j]) * inverses[j] + 0.5f);
  }
}

// Four dimensions of 16 rows, [16][4].
VK_INLINE void memory_span(const uint8_t *codes, size_t columns, uint8_t *span) {
  for (size_t i = 0; i < MEMORY_SPAN; i++) memcpy(span + 4 * i, codes + i * columns, 4);
}

// [16 rows][4 dimensions] as [4][16], and signed: less 128.
VK_INLINE void memory_turn(const uint8_t *span, int8_t *to) {
  typedef uint8_t line __attribute__((ext_vector_type(MEMORY_LINE)));
  line x;
  memcpy(&x, span, sizeof x);
  x = __builtin_shufflevector(
      x, x, 0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60,
      1, 5, 9, 13, 17, 21, 25, 29, 33, 37, 41, 45, 49, 53, 57, 61,
      2, 6, 10, 14, 18, 22, 26, 30, 34, 38, 42, 46, 50, 54, 58, 62,
      3, 7, 11, 15, 19, 23, 27, 31, 35, 39, 43, 47, 51, 55, 59, 63) ^ 0x80;
  memcpy(to, &x, sizeof x);
}

// Where dimensions d... (a multiple of 4) of the span of row t of a head begin.
VK_INLINE size_t memory_line(const vk_memory *m, size_t head, size_t t, size_t d) {
  return head * m->capacity * m->dim + t / MEMORY_SPAN * MEMORY_SPAN * m->dim + d * MEMORY_SPAN;
}

VK_INLINE void memory_place_span(int is_keys, const vk_memory *m, size_t t, const uint8_t *codes) {
  size_t columns = m->heads * m->dim;
  for (size_t j = 0; j < columns; j += 4) {
    size_t line = memory_line(m, j / m->dim, t, j % m->dim);
    if (is_keys) {
      memory_span(codes + j, columns, m->keys + line);
      continue;
    }
    uint8_t span[MEMORY_LINE];
    memory_span(codes + j, columns, span);
    memory_turn(span, m->values + line);
  }
}

// `is_keys` is a compile-time constant after inlining. `scratch`: inverses of the steps, codes.
VK_INLINE void memory_store(int is_keys, const vk_memory *m, const float *from, size_t stride,
                            float *least, float *steps, void *scratch) {
  size_t columns = m->heads * m->dim;
  float *inverses = scratch;
  uint8_t *codes = (uint8_t *)(inverses + columns);
  memory_grid(from, stride, m->rows, columns, least, steps);
  for (size_t j = 0; j < columns; j++) inverses[j] = steps[j] > 0.0f ? 1.0f / steps[j] : 0.0f;
  memset(codes, 0, MEMORY_SPAN * columns);
  for (size_t t = 0; t < m->rows; t += MEMORY_SPAN) {
    memory_codes(from, stride, m->rows, t, columns, least, inverses, codes);
    memory_place_span(is_keys, m, t, codes);
  }
}

static void store_keys(const vk_memory *m, const float *keys, size_t stride, void *scratch) {
  float *least = scratch;
  memory_store(1, m, keys, stride, least, m->key_scales, least + m->heads * m->dim);
}

static void store_values(const vk_memory *m, const float *values, size_t stride, void *scratch) {
  memory_store(0, m, values, stride, m->value_offsets, m->value_scales, scratch);
  for (size_t j = 0; j < m->heads * m->dim; j++)
    m->value_offsets[j] += 128.0f * m->value_scales[j];
}

// One head of a row as signed codes; returns its scale. `x` has room for whole vectors.
VK_INLINE float memory_row_codes(const float *row, size_t dim, size_t dimensions, float *x,
                                 int8_t *codes) {
  typedef int8_t bytes __attribute__((ext_vector_type(VK_LANES)));
  memcpy(x, row, dim * sizeof(float));
  float largest = memory_largest(x, dimensions);
  float inverse = largest > 0.0f ? 127.0f / largest : 0.0f;
  for (size_t d = 0; d < dimensions; d += VK_LANES) {
    bytes b = __builtin_convertvector(memory_nearest(load(x + d) * inverse), bytes);
    memcpy(codes + d, &b, sizeof b);
  }
  return largest / 127.0f;
}

static void append_token(const vk_memory *m, const float *key, const float *value, void *scratch) {
  size_t t = m->rows - 1, dimensions = (m->dim + MEMORY_SPAN - 1) / MEMORY_SPAN * MEMORY_SPAN;
  float *x = scratch;
  int8_t *codes = (int8_t *)(x + dimensions);
  memset(x, 0, dimensions * sizeof(float));
  // All lines at once: they are spread over the memory, and waiting for one after another is slow.
  for (size_t j = 0; j < m->heads * m->dim; j += 4) {
    size_t line = memory_line(m, j / m->dim, t, j % m->dim);
    __builtin_prefetch(m->keys + line, 1);
    __builtin_prefetch(m->values + line, 1);
  }
  for (size_t head = 0; head < m->heads; head++) {
    size_t at = head * m->dim, scale = head * m->capacity + t;
    m->key_scales[scale] = memory_row_codes(key + at, m->dim, dimensions, x, codes);
    for (size_t d = 0; d < m->dim; d += 4) {
      uint32_t four;
      memcpy(&four, codes + d, sizeof four);
      four ^= 0x80808080u;  // more 128
      memcpy(m->keys + memory_line(m, head, t, d) + t % MEMORY_SPAN * 4, &four, sizeof four);
    }
    m->value_scales[scale] = memory_row_codes(value + at, m->dim, dimensions, x, codes);
    for (size_t d = 0; d < m->dim; d++)
      m->values[memory_line(m, head, t, d / 4 * 4) + d % 4 * MEMORY_SPAN + t % MEMORY_SPAN] =
          codes[d];
  }
}
