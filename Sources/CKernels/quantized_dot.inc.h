// Rows as signed bytes for the instruction that adds four products of a u8 and an s8 to an i32
// (AVX-512 VNNI): two planes of bytes, q = 256 * high + low, or one where grids are narrow.
#define ROW_GROUP_BYTES 8
#define PANEL_GROUP_BYTES 0
// Rows of a tile where grids are narrow.
#define VK_NARROW_ROWS 8

typedef int8_t vc __attribute__((ext_vector_type(VK_LANES)));
typedef __m512i vq;

VK_INLINE int8_t *row_plane(const row_block *block, size_t row, int plane) {
  return (int8_t *)block->values + (2 * row + plane) * 4 * block->groups;
}

VK_INLINE void store_bytes(int8_t *to, vi values) {
  vc bytes = __builtin_convertvector(values, vc);
  memcpy(to, &bytes, sizeof bytes);
}

// Puts one vector of a row on its grid.
VK_INLINE void place_values(vf x, float inverse, int8_t *high, int8_t *low, vi *high_sums,
                            vi *low_sums) {
  vi q = grid_values(x, inverse);
  vi upper = (q + 128) >> 8;
  q -= upper << 8;
  *high_sums += upper;
  *low_sums += q;
  store_bytes(high, upper);
  store_bytes(low, q);
}

// Puts a row on a narrow grid, in the place of its first plane.
static void place_narrow_row(const float *x, size_t k, float inverse, row_block *block, size_t row) {
  int8_t *to = row_plane(block, row, 0);
  vi sums = (vi)0;
  size_t i = 0;
  for (; i + VK_LANES <= k; i += VK_LANES) {
    vi q = grid_values(load(x + i), inverse);
    sums += q;
    store_bytes(to + i, q);
  }
  if (i < 4 * block->groups) {
    int8_t rest[VK_LANES];
    vi q = grid_values(load_some(x + i, k - i), inverse);
    sums += q;
    store_bytes(rest, q);
    memcpy(to + i, rest, 4 * block->groups - i);
  }
  block->sums[2 * row] = __builtin_reduce_add(sums);
}

static void place_row(const float *x, size_t k, row_block *block, size_t row) {
  float inverse = row_grid(x, k, block->narrow, &block->scales[row]);
  if (block->narrow) return place_narrow_row(x, k, inverse, block, row);
  int8_t *high = row_plane(block, row, 0), *low = row_plane(block, row, 1);
  vi high_sums = (vi)0, low_sums = (vi)0;
  size_t i = 0;
  for (; i + VK_LANES <= k; i += VK_LANES)
    place_values(load(x + i), inverse, high + i, low + i, &high_sums, &low_sums);
  if (i < 4 * block->groups) {
    int8_t rest[2][VK_LANES];
    place_values(load_some(x + i, k - i), inverse, rest[0], rest[1], &high_sums, &low_sums);
    memcpy(high + i, rest[0], 4 * block->groups - i);
    memcpy(low + i, rest[1], 4 * block->groups - i);
  }
  block->sums[2 * row] = __builtin_reduce_add(high_sums);
  block->sums[2 * row + 1] = __builtin_reduce_add(low_sums);
}

VK_INLINE int prepare_panel(size_t rows, const uint8_t *panel, uint8_t zero,
                            const row_block *block) {
  (void)rows, (void)panel, (void)zero, (void)block;
  return 1;
}

VK_INLINE vq broadcast4(const int8_t *p) {
  int32_t four;
  memcpy(&four, p, sizeof four);
  return _mm512_set1_epi32(four);
}

// The sums of q * (w - zero) of one plane as f32.
VK_INLINE vf centred(vq sum, int32_t zero, int32_t row_sum) {
  return __builtin_convertvector((vi)sum - zero * row_sum, vf);
}

// `rows` is a compile-time constant after inlining.
VK_INLINE void dot_rows(int rows, const uint8_t *panel, int32_t zero, const row_block *block,
                        size_t first, float *dots) {
  vq high[VK_DOT_ROWS][3], low[VK_DOT_ROWS][3];
  const int8_t *a = row_plane(block, first, 0);
  size_t plane = 4 * block->groups;
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < 3; v++) high[r][v] = low[r][v] = _mm512_setzero_si512();
  for (size_t g = 0; g < block->groups; g++) {
    vq w[3];
    for (int v = 0; v < 3; v++) w[v] = _mm512_loadu_si512(panel + g * VK_LINE + 64 * v);
    for (int r = 0; r < rows; r++) {
      const int8_t *x = a + 2 * r * plane + 4 * g;
      vq upper = broadcast4(x), lower = broadcast4(x + plane);
      for (int v = 0; v < 3; v++) high[r][v] = _mm512_dpbusd_epi32(high[r][v], w[v], upper);
      for (int v = 0; v < 3; v++) low[r][v] = _mm512_dpbusd_epi32(low[r][v], w[v], lower);
    }
  }
  for (int r = 0; r < rows; r++) {
    const int32_t *sums = block->sums + 2 * (first + r);
    for (int v = 0; v < 3; v++)
      store(dots + r * VK_COLUMNS + v * VK_LANES,
            centred(low[r][v], zero, sums[1]) + 256.0f * centred(high[r][v], zero, sums[0]));
  }
}

// The same for rows on narrow grids.
VK_INLINE void dot_narrow_rows(int rows, const uint8_t *panel, int32_t zero,
                               const row_block *block, size_t first, float *dots) {
  vq acc[VK_NARROW_ROWS][3];
  const int8_t *a = row_plane(block, first, 0);
  size_t stride = 8 * block->groups;
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < 3; v++) acc[r][v] = _mm512_setzero_si512();
  for (size_t g = 0; g < block->groups; g++) {
    vq w[3];
    for (int v = 0; v < 3; v++) w[v] = _mm512_loadu_si512(panel + g * VK_LINE + 64 * v);
    for (int r = 0; r < rows; r++) {
      vq x = broadcast4(a + r * stride + 4 * g);
      for (int v = 0; v < 3; v++) acc[r][v] = _mm512_dpbusd_epi32(acc[r][v], w[v], x);
    }
  }
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < 3; v++)
      store(dots + r * VK_COLUMNS + v * VK_LANES,
            centred(acc[r][v], zero, block->sums[2 * (first + r)]));
}

VK_INLINE void dot_tile(int rows, int is_ready, const uint8_t *panel, uint8_t zero,
                        const row_block *block, size_t first, float *dots) {
  (void)is_ready;
  if (block->narrow) {
    if (rows == VK_NARROW_ROWS) return dot_narrow_rows(VK_NARROW_ROWS, panel, zero, block, first, dots);
    for (int r = 0; r < rows; r++)
      dot_narrow_rows(1, panel, zero, block, first + r, dots + r * VK_COLUMNS);
    return;
  }
  switch (rows) {
    case 1: dot_rows(1, panel, zero, block, first, dots); break;
    case 2: dot_rows(2, panel, zero, block, first, dots); break;
    case 3: dot_rows(3, panel, zero, block, first, dots); break;
    default: dot_rows(4, panel, zero, block, first, dots); break;
  }
}
