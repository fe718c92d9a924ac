// Matrix product over packed panels, a template over the instruction set: VK_LANES floats in a
// vector, VK_VECTORS vectors in a panel row, VK_ROWS rows of A in a register tile.
// Every element of C is one sum over k in ascending order, whatever m and the tile are, so a row's
// result does not depend on the rows computed with it.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define VK_PANEL (VK_LANES * VK_VECTORS)
#include "vector.inc.h"

typedef struct {
  size_t k, lda, ldc, columns;  // columns: valid ones in this panel
  const float *bias;  // of this panel, or NULL
  int accumulate;
} tile_args;

// Writes one tile row: c = acc + bias (+ c).
VK_INLINE void finish_tile_row(int vectors, const vf *acc, const tile_args *t, float *c) {
  float out[VK_PANEL];
  for (int v = 0; v < vectors; v++) store(out + v * VK_LANES, acc[v]);
  if (t->columns == (size_t)vectors * VK_LANES) {
    for (int v = 0; v < vectors; v++) {
      vf y = acc[v];
      if (t->bias) y += load(t->bias + v * VK_LANES);
      if (t->accumulate) y += load(c + v * VK_LANES);
      store(c + v * VK_LANES, y);
    }
    return;
  }
  for (size_t j = 0; j < t->columns; j++) {
    float y = out[j];
    if (t->bias) y += t->bias[j];
    c[j] = t->accumulate ? c[j] + y : y;
  }
}

// `rows` and `vectors`, those of the panel that hold columns, are constants after inlining.
VK_INLINE void tile(int rows, int vectors, const tile_args *t, const float *a, const float *b,
                    float *c) {
  vf acc[VK_ROWS][VK_VECTORS];
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < vectors; v++) acc[r][v] = (vf)0.0f;
  for (size_t i = 0; i < t->k; i++) {
    vf w[VK_VECTORS];
    for (int v = 0; v < vectors; v++) w[v] = load(b + i * VK_PANEL + v * VK_LANES);
    for (int r = 0; r < rows; r++) {
      vf x = (vf)a[r * t->lda + i];
      for (int v = 0; v < vectors; v++) acc[r][v] += x * w[v];
    }
  }
  for (int r = 0; r < rows; r++) finish_tile_row(vectors, acc[r], t, c + r * t->ldc);
}

VK_INLINE void tile_vectors(int rows, const tile_args *t, const float *a, const float *b,
                            float *c) {
  if (t->columns > (VK_VECTORS - 1) * VK_LANES) return tile(rows, VK_VECTORS, t, a, b, c);
  if (VK_VECTORS < 3 || t->columns <= VK_LANES) return tile(rows, 1, t, a, b, c);
  tile(rows, VK_VECTORS - 1, t, a, b, c);
}

VK_INLINE void tile_rows(int rows, const tile_args *t, const float *a, const float *b, float *c) {
  switch (rows) {
    case 1: tile_vectors(1, t, a, b, c); break;
    case 2: tile_vectors(2, t, a, b, c); break;
    case 3: tile_vectors(3, t, a, b, c); break;
    case 4: tile_vectors(4, t, a, b, c); break;
#if VK_ROWS > 4
    case 5: tile_vectors(5, t, a, b, c); break;
    case 6: tile_vectors(6, t, a, b, c); break;
#endif
#if VK_ROWS > 6
    case 7: tile_vectors(7, t, a, b, c); break;
    case 8: tile_vectors(8, t, a, b, c); break;
#endif
    default: break;
  }
}

static void panel_f32(size_t m, const tile_args *t, const float *a, const float *b, float *c) {
  for (size_t i = 0; i < m; i += VK_ROWS) {
    int rows = m - i < VK_ROWS ? (int)(m - i) : VK_ROWS;
    tile_rows(rows, t, a + i * t->lda, b, c + i * t->ldc);
  }
}

static void gemm_f32(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *packed,
                     const float *bias, int accumulate, float *c, size_t ldc) {
  tile_args t = {k, lda, ldc, VK_PANEL, NULL, accumulate};
  for (size_t j = 0; j < n; j += VK_PANEL) {
    t.columns = n - j < VK_PANEL ? n - j : VK_PANEL;
    t.bias = bias ? bias + j : NULL;
    panel_f32(m, &t, a, packed + j * k, c + j);
  }
}

static void pack_f32(const float *w, size_t n, size_t k, size_t stride_n, size_t stride_k,
                     float *packed) {
  for (size_t j = 0; j < n; j += VK_PANEL)
    for (size_t i = 0; i < k; i++)
      for (size_t c = 0; c < VK_PANEL; c++)
        *packed++ = j + c < n ? w[(j + c) * stride_n + i * stride_k] : 0.0f;
}
