// Rows as 16-bit integers for the instruction that multiplies pairs of 16-bit values and adds each
// two products (SSE2, AVX2, AVX-512BW; written out elsewhere). Weights are widened with the zero
// point taken off: a panel at a time, or in the tile when there are few rows.
#define ROW_GROUP_BYTES 8
#define PANEL_GROUP_BYTES (2 * VK_LINE)
// Groups whose sums stay below 2^31 whatever the weights: 256 k of at most 32512 * 255.
#define VK_EXACT_GROUPS 64
// Values of a vector, and columns whose four values fill it.
#define VK_PAIRS (2 * VK_LANES)
#define VK_SPAN (VK_LANES / 2)
// Rows on narrow grids are multiplied as others are.
#define VK_NARROW_ROWS VK_DOT_ROWS
// Vectors of a tile's row.
#if VK_LANES == 16
#define VK_STRIPE 6
#else
#define VK_STRIPE 2
#endif

typedef int16_t vs __attribute__((ext_vector_type(VK_PAIRS)));
typedef uint8_t vb2 __attribute__((ext_vector_type(VK_PAIRS)));
typedef int16_t vs1 __attribute__((ext_vector_type(VK_LANES)));

VK_INLINE vi multiply_pairs(vs a, vs b) {
#if defined(__x86_64__) && VK_LANES == 16
  return (vi)_mm512_madd_epi16((__m512i)a, (__m512i)b);
#elif defined(__x86_64__) && VK_LANES == 8
  return (vi)_mm256_madd_epi16((__m256i)a, (__m256i)b);
#elif defined(__x86_64__)
  return (vi)_mm_madd_epi16((__m128i)a, (__m128i)b);
#else
  vi sum;
  for (int i = 0; i < VK_LANES; i++)
    sum[i] = (int32_t)a[2 * i] * b[2 * i] + (int32_t)a[2 * i + 1] * b[2 * i + 1];
  return sum;
#endif
}

static void place_row(const float *x, size_t k, row_block *block, size_t row) {
  float inverse = row_grid(x, k, block->narrow, &block->scales[row]);
  int16_t *to = (int16_t *)block->values + row * 4 * block->groups;
  size_t i = 0;
  for (; i + VK_LANES <= k; i += VK_LANES) {
    vs1 q = __builtin_convertvector(grid_values(load(x + i), inverse), vs1);
    memcpy(to + i, &q, sizeof q);
  }
  if (i == 4 * block->groups) return;
  vs1 q = __builtin_convertvector(grid_values(load_some(x + i, k - i), inverse), vs1);
  memcpy(to + i, &q, (4 * block->groups - i) * sizeof(int16_t));
}

VK_INLINE vs widen(const uint8_t *p, int16_t zero) {
  vb2 bytes;
  memcpy(&bytes, p, sizeof bytes);
  return __builtin_convertvector(bytes, vs) - zero;
}

// Widens a panel if there are enough rows for it to pay; says whether it did.
VK_INLINE int prepare_panel(size_t rows, const uint8_t *panel, uint8_t zero,
                            const row_block *block) {
  if (rows <= 2 * VK_DOT_ROWS) return 0;
  for (size_t i = 0; i < block->groups * VK_LINE; i += VK_PAIRS) {
    vs wide = widen(panel + i, zero);
    memcpy(block->panel + i, &wide, sizeof wide);
  }
  return 1;
}

VK_INLINE vs broadcast_group(const int16_t *p) {
  typedef int64_t vl __attribute__((ext_vector_type(VK_LANES / 2)));
  int64_t four;
  memcpy(&four, p, sizeof four);
  return (vs)(vl)four;
}

// Adds the sums over groups first..<end of one stripe of columns to `sums`; pairs of lanes belong
// together. `rows` and `is_ready` are compile-time constants after inlining.
VK_INLINE void dot_groups(int rows, int is_ready, const uint8_t *panel, const int16_t *wide,
                          int16_t zero, size_t groups, size_t first, size_t end, const int16_t *a,
                          vf sums[][VK_STRIPE]) {
  vi acc[VK_DOT_ROWS][VK_STRIPE];
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < VK_STRIPE; v++) acc[r][v] = (vi)0;
  for (size_t g = first; g < end; g++) {
    vs x[VK_DOT_ROWS];
    for (int r = 0; r < rows; r++) x[r] = broadcast_group(a + r * 4 * groups + 4 * g);
    for (int v = 0; v < VK_STRIPE; v++) {
      vs w;
      if (is_ready)
        memcpy(&w, wide + g * VK_LINE + v * VK_PAIRS, sizeof w);
      else
        w = widen(panel + g * VK_LINE + v * VK_PAIRS, zero);
      for (int r = 0; r < rows; r++) acc[r][v] += multiply_pairs(x[r], w);
    }
  }
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < VK_STRIPE; v++) sums[r][v] += __builtin_convertvector(acc[r][v], vf);
}

VK_INLINE void dot_stripe(int rows, int is_ready, const uint8_t *panel, const int16_t *wide,
                          int16_t zero, size_t groups, const int16_t *a, float *dots) {
  vf sums[VK_DOT_ROWS][VK_STRIPE];
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < VK_STRIPE; v++) sums[r][v] = (vf)0.0f;
  for (size_t first = 0; first < groups; first += VK_EXACT_GROUPS) {
    size_t end = first + VK_EXACT_GROUPS < groups ? first + VK_EXACT_GROUPS : groups;
    dot_groups(rows, is_ready, panel, wide, zero, groups, first, end, a, sums);
  }
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < VK_STRIPE; v++)
      for (int i = 0; i < VK_SPAN; i++)
        dots[r * VK_COLUMNS + v * VK_SPAN + i] = sums[r][v][2 * i] + sums[r][v][2 * i + 1];
}

VK_INLINE void dot_rows(int rows, int is_ready, const uint8_t *panel, uint8_t zero,
                        const row_block *block, size_t first, float *dots) {
  const int16_t *a = (const int16_t *)block->values + first * 4 * block->groups;
  for (size_t j = 0; j < VK_COLUMNS; j += VK_STRIPE * VK_SPAN)
    dot_stripe(rows, is_ready, panel + 4 * j, block->panel + 4 * j, zero, block->groups, a,
               dots + j);
}

VK_INLINE void dot_tile(int rows, int is_ready, const uint8_t *panel, uint8_t zero,
                        const row_block *block, size_t first, float *dots) {
  switch (is_ready ? rows : -rows) {
    case 1: dot_rows(1, 1, panel, zero, block, first, dots); break;
    case 2: dot_rows(2, 1, panel, zero, block, first, dots); break;
    case 3: dot_rows(3, 1, panel, zero, block, first, dots); break;
    case 4: dot_rows(4, 1, panel, zero, block, first, dots); break;
    case -1: dot_rows(1, 0, panel, zero, block, first, dots); break;
    case -2: dot_rows(2, 0, panel, zero, block, first, dots); break;
    case -3: dot_rows(3, 0, panel, zero, block, first, dots); break;
    default: dot_rows(4, 0, panel, zero, block, first, dots); break;
  }
}
