// The memory of attention.inc.h: where the parts of a head lie, and blocks of rows turned so that
// lanes are rows.
#include "kernels.h"

#define VK_QUERIES (2 * VK_LANES)
_Static_assert(VK_CHUNK % VK_TILE == 0 && VK_CHUNK % VK_GROUP == 0, "chunks are whole tiles");

// The part of each operand (queries, keys, values, outputs) that the next head needs. Its rows lie
// strides apart, so the processor does not fetch them by itself.
typedef struct {
  const vk_rows *operands;
  size_t column, width;
  size_t touched;  // rows of all operands together
} upcoming_rows;

// Fetches a few rows into the second cache; called once for a tile of scores.
VK_INLINE void touch_upcoming(upcoming_rows *next) {
  for (int i = 0; i < 2 && next->touched < SIZE_MAX; i++, next->touched++) {
    const vk_rows *operand = &next->operands[next->touched % 4];
    size_t row = next->touched / 4;
    if (row >= operand->rows) continue;
    const float *first = operand->base + row * operand->stride + next->column;
    for (size_t d = 0; d < next->width; d += 16) __builtin_prefetch(first + d, 0, 2);
    __builtin_prefetch(first + next->width - 1, 0, 2);
  }
}

// Sizes of one head, and where its parts lie. A word holds VK_GROUP values along the sum.
typedef struct {
  size_t keys, dim;
  size_t key_words;      // words of a key
  size_t value_words;    // words of one dimension of all values
  float *packed_keys;    // [keys / VK_TILE][key_words][VK_TILE]
  float *packed_values;  // [dim / VK_TILE][value_words][VK_TILE]
  float *key_units;      // [keys, rounded up to tiles], what 1 in a packed key stands for
  float *value_units;    // [keys / VK_CHUNK][dim, rounded up to tiles], 1 in a packed value
  float *query;          // [dim, rounded up to words][VK_QUERIES]
  float *scores;         // [VK_CHUNK][VK_QUERIES], later the weights
  float *sums;           // [dim, rounded up to tiles][VK_QUERIES]
  upcoming_rows *upcoming;
} head_layout;

VK_INLINE size_t rounded_up(size_t n, size_t step) { return (n + step - 1) / step * step; }

// Floats of each part, in the order of the pointers above, in whole cache lines.
static void part_sizes(const head_layout *h, size_t *sizes) {
  enum { line = 16, overrun = 4 };
  size_t keys = rounded_up(h->keys, VK_TILE), dims = rounded_up(h->dim, VK_TILE);
  sizes[0] = rounded_up(keys * h->key_words + overrun, line);
  sizes[1] = rounded_up(dims * h->value_words, line);
  sizes[2] = rounded_up(keys + VK_QUERIES, line);
  sizes[3] = rounded_up((keys + VK_CHUNK - 1) / VK_CHUNK * dims, line);
  sizes[4] = rounded_up(rounded_up(h->dim, VK_GROUP) * VK_QUERIES, line);
  sizes[5] = rounded_up(VK_CHUNK * VK_QUERIES, line);
  sizes[6] = rounded_up(dims * VK_QUERIES, line);
}

static head_layout head_sizes(size_t keys, size_t dim) {
  head_layout h = {.keys = keys, .dim = dim};
  h.key_words = (dim + VK_GROUP - 1) / VK_GROUP;
  h.value_words = (keys + VK_GROUP - 1) / VK_GROUP;
  return h;
}

static head_layout lay_out(size_t keys, size_t dim, float *scratch) {
  head_layout h = head_sizes(keys, dim);
  size_t sizes[7];
  part_sizes(&h, sizes);
  h.packed_keys = scratch;
  h.packed_values = h.packed_keys + sizes[0];
  h.key_units = h.packed_values + sizes[1];
  h.value_units = h.key_units + sizes[2];
  h.query = h.value_units + sizes[3];
  h.scores = h.query + sizes[4];
  h.sums = h.scores + sizes[5];
  return h;
}

static size_t attention_scratch(size_t keys, size_t dim) {
  head_layout h = head_sizes(keys, dim);
  size_t sizes[7], total = 0;
  part_sizes(&h, sizes);
  for (int i = 0; i < 7; i++) total += sizes[i];
  return total;
}

VK_INLINE v4 load4(const float *p) {
  v4 v;
  memcpy(&v, p, sizeof v);
  return v;
}

VK_INLINE void store4(float *p, v4 v) { memcpy(p, &v, sizeof v); }

VK_INLINE void transpose4(v4 *r) {
  v4 low[2], high[2];
  for (int i = 0; i < 2; i++) {
    low[i] = __builtin_shufflevector(r[2 * i], r[2 * i + 1], 0, 4, 1, 5);
    high[i] = __builtin_shufflevector(r[2 * i], r[2 * i + 1], 2, 6, 3, 7);
  }
  r[0] = __builtin_shufflevector(low[0], low[1], 0, 1, 4, 5);
  r[1] = __builtin_shufflevector(low[0], low[1], 2, 3, 6, 7);
  r[2] = __builtin_shufflevector(high[0], high[1], 0, 1, 4, 5);
  r[3] = __builtin_shufflevector(high[0], high[1], 2, 3, 6, 7);
}

// query[d][lane] = x[lane * stride + d]; lanes beyond `rows` repeat the last row.
static void transpose_rows(const head_layout *h, const float *x, size_t stride, size_t rows) {
  for (size_t lane = 0; lane < VK_QUERIES; lane += 4) {
    const float *row[4];
    for (size_t i = 0; i < 4; i++)
      row[i] = x + (lane + i < rows ? lane + i : rows - 1) * stride;
    size_t d = 0;
    for (; d + 4 <= h->dim; d += 4) {
      v4 block[4];
      for (int i = 0; i < 4; i++) block[i] = load4(row[i] + d);
      transpose4(block);
      for (int i = 0; i < 4; i++) store4(h->query + (d + i) * VK_QUERIES + lane, block[i]);
    }
    for (; d < h->dim; d++)
      for (int i = 0; i < 4; i++) h->query[d * VK_QUERIES + lane + i] = row[i][d];
  }
}

// Copies lanes from `lane` on to a tile. Stores run over by less than 4, onto what is stored next.
VK_INLINE void store_tile(const head_layout *h, size_t lane, float *tile) {
  for (size_t i = 0; i < h->key_words; i++)
    for (size_t j = 0; j < VK_TILE; j += 4)
      store4(tile + i * VK_TILE + j, load4(h->query + i * VK_QUERIES + lane + j));
}

// out[lane * stride + d] = sums[d][lane] * inverse[lane] for the first `rows` lanes.
static void transpose_sums(const head_layout *h, const float *inverse, float *out, size_t stride,
                           size_t rows) {
  for (size_t lane = 0; lane < rows; lane += 4) {
    size_t d = 0, lanes = rows - lane < 4 ? rows - lane : 4;
    v4 factor = load4(inverse + lane);
    for (; d + 4 <= h->dim; d += 4) {
      v4 block[4];
      for (int i = 0; i < 4; i++) block[i] = load4(h->sums + (d + i) * VK_QUERIES + lane) * factor;
      transpose4(block);
      for (size_t i = 0; i < lanes; i++) store4(out + (lane + i) * stride + d, block[i]);
    }
    for (; d < h->dim; d++)
      for (size_t i = 0; i < lanes; i++)
        out[(lane + i) * stride + d] = h->sums[d * VK_QUERIES + lane + i] * inverse[lane + i];
  }
}
