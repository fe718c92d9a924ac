// Many rows with one panel, by pairs of 16-bit integers (quantized_madd.inc.h), where vectors are short:
// the panel is widened stripe by stripe, so that a stripe of up to 512 k stays in the first cache
// while all rows of a block are multiplied with it. Sums are those of `dot_rows`, to the bit.
#define VK_TILE_ROWS 6
#define VK_STRIPES (VK_COLUMNS / VK_LANES)
_Static_assert(VK_STRIPE * VK_SPAN == VK_LANES, "a stripe is a vector of columns");
_Static_assert(VK_BLOCK % VK_TILE_ROWS == 0, "a block is whole tiles");

// A panel as [stripes][groups][VK_STRIPE vectors].
static void widen_stripes(const uint8_t *panel, int16_t zero, size_t groups, size_t columns,
                          int16_t *wide) {
  size_t stripes = (columns + VK_LANES - 1) / VK_LANES;
  for (size_t g = 0; g < groups; g++)
    for (size_t s = 0; s < stripes; s++)
      for (int v = 0; v < VK_STRIPE; v++) {
        vs w = widen(panel + g * VK_LINE + (s * VK_STRIPE + (size_t)v) * VK_PAIRS, zero);
        memcpy(wide + ((s * groups + g) * VK_STRIPE + (size_t)v) * VK_PAIRS, &w, sizeof w);
      }
}

// Lanes of two vectors that belong together.
VK_INLINE vf join_pairs(vf a, vf b) {
#if VK_LANES == 8
  return __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14) +
         __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15);
#else
  return __builtin_shufflevector(a, b, 0, 2, 4, 6) + __builtin_shufflevector(a, b, 1, 3, 5, 7);
#endif
}

// The sums of `rows` rows, a compile-time constant after inlining, with one stripe: [rows][VK_LANES].
VK_INLINE void stripe_tile(int rows, const int16_t *wide, size_t groups, const int16_t *a,
                           float *dots) {
  vf sums[VK_TILE_ROWS][VK_STRIPE];
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < VK_STRIPE; v++) sums[r][v] = (vf)0.0f;
  for (size_t first = 0; first < groups; first += VK_EXACT_GROUPS) {
    size_t end = first + VK_EXACT_GROUPS < groups ? first + VK_EXACT_GROUPS : groups;
    vi acc[VK_TILE_ROWS][VK_STRIPE];
    for (int r = 0; r < rows; r++)
      for (int v = 0; v < VK_STRIPE; v++) acc[r][v] = (vi)0;
    for (size_t g = first; g < end; g++) {
      vs w[VK_STRIPE];
      for (int v = 0; v < VK_STRIPE; v++)
        memcpy(&w[v], wide + (g * VK_STRIPE + (size_t)v) * VK_PAIRS, sizeof w[v]);
      for (int r = 0; r < rows; r++) {
        vs x = broadcast_group(a + (size_t)r * 4 * groups + 4 * g);
        for (int v = 0; v < VK_STRIPE; v++) acc[r][v] += multiply_pairs(x, w[v]);
      }
    }
    for (int r = 0; r < rows; r++)
      for (int v = 0; v < VK_STRIPE; v++) sums[r][v] += __builtin_convertvector(acc[r][v], vf);
  }
  for (int r = 0; r < rows; r++) store(dots + r * VK_LANES, join_pairs(sums[r][0], sums[r][1]));
}

static void stripe_rows(size_t rows, const int16_t *wide, size_t groups, const int16_t *a,
                        float *dots) {
  switch (rows) {
    case 1: stripe_tile(1, wide, groups, a, dots); break;
    case 2: stripe_tile(2, wide, groups, a, dots); break;
    case 3: stripe_tile(3, wide, groups, a, dots); break;
    case 4: stripe_tile(4, wide, groups, a, dots); break;
    case 5: stripe_tile(5, wide, groups, a, dots); break;
    default: stripe_tile(6, wide, groups, a, dots); break;
  }
}

// All rows of a block with panel p, from column `c` on.
static void multiply_stripes(size_t rows, const vk_weights *w, size_t p, const row_block *block,
                             const float *bias, size_t columns, int ending, float *c, size_t ldc) {
  size_t groups = block->groups;
  widen_stripes(w->panels + p * groups * VK_LINE, w->zeros[p], groups, columns, block->panel);
  const float *scales = w->scales + p * VK_COLUMNS;
  for (size_t j = 0; j < columns; j += VK_LANES) {
    const int16_t *wide = block->panel + j / VK_LANES * groups * VK_STRIPE * VK_PAIRS;
    size_t count = columns - j < VK_LANES ? columns - j : VK_LANES;
    for (size_t i = 0; i < rows; i += VK_TILE_ROWS) {
      float dots[VK_TILE_ROWS * VK_LANES];
      size_t tile = rows - i < VK_TILE_ROWS ? rows - i : VK_TILE_ROWS;
      stripe_rows(tile, wide, groups, (const int16_t *)block->values + i * 4 * groups, dots);
      for (size_t r = 0; r < tile; r++)
        finish_row(dots + r * VK_LANES, scales + j, block->scales[i + r], bias ? bias + j : NULL,
                   count, ending, c + (i + r) * ldc + j);
    }
  }
}
