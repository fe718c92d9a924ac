// Softmax attention of one head over a whole sequence, a template over the instruction set and
// over the words that are multiplied (attention_f32.inc.h, attention_i16.inc.h).
//
// Scores, weights and sums of a block of queries stay in the first cache: keys come in chunks, and
// the sums are scaled down whenever a chunk holds a higher score (online softmax: Milakov and
// Gimelshein 2018; Dao et al. 2022). Lanes of a vector are queries, so maxima and sums need no
// shuffles, no dimension is padded, and a query's result depends on no other query. Keys and
// values are broadcast, packed in tiles of VK_TILE keys or dimensions.

// Scores of the block of queries with one tile of keys, of which `valid` exist.
VK_INLINE void score_tile(const head_layout *h, size_t tile, size_t valid, float *scores,
                          vf *highest) {
  vscore acc[VK_TILE][2];
  const float *keys = h->packed_keys + tile * h->key_words * VK_TILE;
  const float *units = h->key_units + tile * VK_TILE;
  touch_upcoming(h->upcoming);
  for (int j = 0; j < VK_TILE; j++) acc[j][0] = acc[j][1] = (vscore){0};
  for (size_t i = 0; i < h->key_words; i++) {
    vf q0 = load(h->query + i * VK_QUERIES), q1 = load(h->query + i * VK_QUERIES + VK_LANES);
    for (int j = 0; j < VK_TILE; j++) {
      acc[j][0] = dot_step(acc[j][0], q0, keys + i * VK_TILE + j);
      acc[j][1] = dot_step(acc[j][1], q1, keys + i * VK_TILE + j);
    }
  }
  vf score[VK_TILE][2];
  for (int j = 0; j < VK_TILE; j++)
    for (int v = 0; v < 2; v++) {
      score[j][v] = dot_value(acc[j][v], units + j);
      store(scores + j * VK_QUERIES + v * VK_LANES, score[j][v]);
    }
  if (valid >= VK_TILE) {
    for (int j = 0; j < VK_TILE; j++)
      for (int v = 0; v < 2; v++) highest[v] = vmax(score[j][v], highest[v]);
    return;
  }
  for (size_t j = 0; j < valid; j++)
    for (int v = 0; v < 2; v++)
      highest[v] = vmax(load(scores + j * VK_QUERIES + v * VK_LANES), highest[v]);
}

// sums = sums * kept + the weighted values of `chunk` * added, for one tile of dimensions.
VK_INLINE void mix_tile(const head_layout *h, size_t tile, size_t chunk, size_t words,
                        const vf *kept, const vf *added) {
  vscore acc[VK_TILE][2];
  float *sums = h->sums + tile * VK_TILE * VK_QUERIES;
  size_t first = chunk * (VK_CHUNK / VK_GROUP);
  const float *values = h->packed_values + (tile * h->value_words + first) * VK_TILE;
  const float *units = h->value_units + chunk * rounded_up(h->dim, VK_TILE) + tile * VK_TILE;
  for (int j = 0; j < VK_TILE; j++) acc[j][0] = acc[j][1] = (vscore){0};
  for (size_t i = 0; i < words; i++) {
    vf w0 = load(h->scores + i * VK_QUERIES), w1 = load(h->scores + i * VK_QUERIES + VK_LANES);
    for (int j = 0; j < VK_TILE; j++) {
      acc[j][0] = dot_step(acc[j][0], w0, values + i * VK_TILE + j);
      acc[j][1] = dot_step(acc[j][1], w1, values + i * VK_TILE + j);
    }
  }
  for (int j = 0; j < VK_TILE; j++)
    for (int v = 0; v < 2; v++) {
      float *sum = sums + j * VK_QUERIES + v * VK_LANES;
      vf before = chunk ? load(sum) * kept[v] : (vf)0.0f;
      store(sum, before + dot_value(acc[j][v], units + j) * added[v]);
    }
}

// One block of queries, transposed and packed, over all keys; `unit` turns scores into logarithms
// to the base 2. Leaves the weighted sums in `sums` and the sum of weights in `total`.
static void attend_queries(const head_layout *h, const vf *unit, float *total) {
  vf top[2] = {(vf)0.0f, (vf)0.0f}, sum[2] = {(vf)0.0f, (vf)0.0f};
  for (size_t key = 0; key < h->keys; key += VK_CHUNK) {
    size_t count = h->keys - key < VK_CHUNK ? h->keys - key : VK_CHUNK;
    vf highest[2] = {(vf)-FLT_MAX, (vf)-FLT_MAX}, kept[2], added[2];
    for (size_t t = 0; t < count; t += VK_TILE)
      score_tile(h, (key + t) / VK_TILE, count - t, h->scores + t * VK_QUERIES, highest);
    for (int v = 0; v < 2; v++) {
      highest[v] *= unit[v];
      vf now = key ? vmax(top[v], highest[v]) : highest[v];
      kept[v] = key ? power_of_2(top[v] - now) : (vf)0.0f;
      added[v] = power_of_2(highest[v] - now);
      top[v] = now;
      vf factor, weights = weigh(h->scores + v * VK_LANES, count, unit[v], highest[v], &factor);
      sum[v] = sum[v] * kept[v] + weights * added[v];
      added[v] /= factor;
    }
    for (size_t tile = 0; tile * VK_TILE < h->dim; tile++)
      mix_tile(h, tile, key / VK_CHUNK, (count + VK_GROUP - 1) / VK_GROUP, kept, added);
  }
  for (int v = 0; v < 2; v++) store(total + v * VK_LANES, sum[v]);
}

static void pack_keys(const head_layout *h, const float *keys, size_t stride) {
  const size_t group = VK_QUERIES / VK_TILE * VK_TILE;
  for (size_t first = 0; first < h->keys; first += group) {
    size_t count = h->keys - first < group ? h->keys - first : group;
    transpose_rows(h, keys + first * stride, stride, count);
    vf unit[2];
    make_words(h, unit);
    for (int v = 0; v < 2; v++) store(h->key_units + first + v * VK_LANES, unit[v]);
    for (size_t t = 0; t < count; t += VK_TILE)
      store_tile(h, t, h->packed_keys + (first + t) * h->key_words);
  }
}

static void pack_values(const head_layout *h, const float *values, size_t stride) {
  size_t dims = rounded_up(h->dim, VK_TILE);
  float *tile = h->packed_values, *units = h->value_units;
  for (size_t first = 0; first < h->keys; first += VK_CHUNK, units += dims) {
    size_t end = h->keys - first < VK_CHUNK ? h->keys : first + VK_CHUNK;
    value_units(values + first * stride, stride, end - first, h->dim, units);
    for (size_t t = first; t < end; t += VK_GROUP, tile += VK_TILE) {
      const float *now = values + t * stride, *next = t + 1 < h->keys ? now + stride : NULL;
      for (size_t d = 0; d < h->dim; d += VK_TILE) {
        size_t count = h->dim - d < VK_TILE ? h->dim - d : VK_TILE;
        value_words(now + d, next ? next + d : NULL, count, units + d, tile + d * h->value_words);
      }
    }
  }
}

// One head, whose queries, keys, values and outputs begin at `column`.
static void attend_head(const head_layout *h, const vk_rows *operands, size_t column, float scale,
                        float *out) {
  const vk_rows *q = &operands[0], *k = &operands[1], *v = &operands[2], *o = &operands[3];
  pack_keys(h, k->base + column, k->stride);
  pack_values(h, v->base + column, v->stride);
  for (size_t row = 0; row < q->rows; row += VK_QUERIES) {
    size_t block = q->rows - row < VK_QUERIES ? q->rows - row : VK_QUERIES;
    float total[VK_QUERIES];
    vf unit[2];
    transpose_rows(h, q->base + row * q->stride + column, q->stride, block);
    make_words(h, unit);
    for (int i = 0; i < 2; i++) unit[i] *= scale * 1.44269504f;
    attend_queries(h, unit, total);
    for (int i = 0; i < 2; i++) store(total + i * VK_LANES, 1.0f / load(total + i * VK_LANES));
    transpose_sums(h, total, out + row * o->stride + column, o->stride, block);
  }
}

static void self_attend(vk_rows q, vk_rows k, vk_rows v, size_t heads, size_t dim, float scale,
                        float *scratch, float *out, size_t out_stride) {
  const vk_rows operands[4] = {q, k, v, {out, q.rows, out_stride}};
  upcoming_rows upcoming = {.operands = operands, .width = dim};
  head_layout h = lay_out(k.rows, dim, scratch);
  h.upcoming = &upcoming;
  for (size_t head = 0; head < heads; head++) {
    upcoming.column = (head + 1) * dim;
    upcoming.touched = head + 1 < heads ? 0 : SIZE_MAX;
    attend_head(&h, operands, head * dim, scale, out);
  }
}
