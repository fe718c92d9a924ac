// Products of f32 rows with 8-bit weights in integers, a template over the instruction set (see
// gemm.inc.h). Weights are u8 on a grid per output, w = (q - zero) * scale, with one zero for a
// panel; each row of A is put on a symmetric grid of its own, a = q * row scale. Sums are exact integers as far as 32 bits hold
// them, and a row's result does not depend on the rows computed with it.
//
// A packed panel holds VK_COLUMNS columns as [groups][columns][4]: four consecutive k of a column
// lie side by side, as the dot-product instructions want them. k is padded to whole groups (where A
// is 0) and n to whole panels.
#define VK_COLUMNS 48
#define VK_LINE (4 * VK_COLUMNS)
// Rows of A that are put on their grids and multiplied together: they stay in the second cache.
#define VK_BLOCK 96
// Rows of a tile: two byte planes of them and a panel's row fill the registers.
#define VK_DOT_ROWS 4

// A block of rows on their grids.
typedef struct {
  size_t groups;
  int narrow;  // grids of 8 bits
  float scales[VK_BLOCK];
  int32_t sums[2 * VK_BLOCK];  // of a row's values, where the kernel needs them
  void *values;                // the kernel's own order
  int16_t *panel;              // scratch for one panel
} row_block;

// Largest grid value: two signed bytes can hold it and its neighbours. And that of a narrow grid.
#define VK_GRID 32512.0f
#define VK_NARROW_GRID 127.0f

VK_INLINE float largest_magnitude(const float *x, size_t n) {
  // Four maxima side by side: one alone would wait for each before it.
  vf m[4] = {(vf)0.0f, (vf)0.0f, (vf)0.0f, (vf)0.0f};
  size_t i = 0;
  for (; i + 4 * VK_LANES <= n; i += 4 * VK_LANES)
    for (size_t v = 0; v < 4; v++) m[v] = vmax(m[v], vabs(load(x + i + v * VK_LANES)));
  for (; i + VK_LANES <= n; i += VK_LANES) m[0] = vmax(m[0], vabs(load(x + i)));
  float best = hmax(vmax(vmax(m[0], m[1]), vmax(m[2], m[3])));
  for (; i < n; i++) best = fabsf(x[i]) > best ? fabsf(x[i]) : best;
  return best;
}

// Nearest integers to x * inverse, ties to even: adding 1.5 * 2^23 leaves them in the fraction.
VK_INLINE vi grid_values(vf x, float inverse) {
#pragma clang fp contract(off)
  vf scaled = x * inverse;
  vf shifted = scaled + 12582912.0f;
  vi bits;
  memcpy(&bits, &shifted, sizeof bits);
  return bits - 0x4b400000;
}

// The step of a row's grid, and its inverse as the result.
VK_INLINE float row_grid(const float *x, size_t k, int narrow, float *scale) {
  float largest = largest_magnitude(x, k), limit = narrow ? VK_NARROW_GRID : VK_GRID;
  *scale = largest / limit;
  return largest > 0.0f ? limit / largest : 0.0f;
}

#if defined(VK_DOT_BYTES)
#include "quantized_dot.inc.h"
#else
#include "quantized_madd.inc.h"
#endif

// c = dots * scale + bias for one row of one panel; then GELU, or the sum with what c holds.
VK_INLINE vf finish(vf dots, vf scale, vf bias, vf c, int ending) {
  vf y = dots * scale + bias;
  if (ending == VK_GELU) y = vgelu(y);
  return ending == VK_ADD ? y + c : y;
}

VK_INLINE void finish_row(const float *dots, const float *scales, float row_scale,
                          const float *bias, size_t columns, int ending, float *c) {
  size_t j = 0;
  for (; j + VK_LANES <= columns; j += VK_LANES)
    store(c + j, finish(load(dots + j), load(scales + j) * row_scale, bias ? load(bias + j) : (vf)0.0f,
                        ending == VK_ADD ? load(c + j) : (vf)0.0f, ending));
  if (j == columns) return;
  size_t count = columns - j;
  vf y = finish(load(dots + j), load_some(scales + j, count) * row_scale,
                bias ? load_some(bias + j, count) : (vf)0.0f, load_some(c + j, count), ending);
  store_some(c + j, y, count);
}

static void finish_rows(size_t rows, const float *dots, const float *scales, const float *row_scales,
                        const float *bias, size_t columns, int ending, float *c, size_t ldc) {
  for (size_t r = 0; r < rows; r++) {
    const float *from = dots + r * VK_COLUMNS;
    float s = row_scales[r];
    if (ending == VK_GELU)
      finish_row(from, scales, s, bias, columns, VK_GELU, c + r * ldc);
    else if (ending == VK_ADD)
      finish_row(from, scales, s, bias, columns, VK_ADD, c + r * ldc);
    else
      finish_row(from, scales, s, bias, columns, VK_STORE, c + r * ldc);
  }
}

static void gemm_block(size_t rows, const vk_weights *w, const row_block *block,
                       const float *bias, int ending, float *c, size_t ldc) {
  float dots[VK_NARROW_ROWS * VK_COLUMNS];
  size_t most = block->narrow ? VK_NARROW_ROWS : VK_DOT_ROWS;
  for (size_t p = 0, j = 0; j < w->outputs; p++, j += VK_COLUMNS) {
    size_t columns = w->outputs - j < VK_COLUMNS ? w->outputs - j : VK_COLUMNS;
    const uint8_t *panel = w->panels + p * block->groups * VK_LINE;
    int is_ready = prepare_panel(rows, panel, w->zeros[p], block);
    for (size_t i = 0; i < rows; i += most) {
      size_t count = rows - i < most ? rows - i : most;
      dot_tile((int)count, is_ready, panel, w->zeros[p], block, i, dots);
      finish_rows(count, dots, w->scales + j, block->scales + i, bias ? bias + j : NULL, columns,
                  ending, c + i * ldc + j, ldc);
    }
  }
}

static size_t gemm_u8_scratch(size_t k) {
  size_t groups = (k + 3) / 4;
  return sizeof(row_block) + 128 + groups * (VK_BLOCK * ROW_GROUP_BYTES + PANEL_GROUP_BYTES);
}

static void gemm_u8(size_t m, const float *a, size_t lda, const vk_weights *w,
                    const float *bias, int ending, int narrow, float *c, size_t ldc,
                    void *scratch) {
  row_block *block = scratch;
  block->narrow = narrow;
  uintptr_t after = ((uintptr_t)(block + 1) + 63) / 64 * 64;
  block->groups = (w->inputs + 3) / 4;
  block->panel = (int16_t *)after;
  block->values = (void *)((after + block->groups * PANEL_GROUP_BYTES + 63) / 64 * 64);
  for (size_t i = 0; i < m; i += VK_BLOCK) {
    size_t rows = m - i < VK_BLOCK ? m - i : VK_BLOCK;
    for (size_t r = 0; r < rows; r++) place_row(a + (i + r) * lda, w->inputs, block, r);
    gemm_block(rows, w, block, bias, ending, c + i * ldc, ldc);
  }
}
