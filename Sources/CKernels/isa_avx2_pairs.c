// As isa_avx2.c: attention alone, in 16-bit integers.
#if defined(__x86_64__)
#include <immintrin.h>

#include "kernels.h"
#include "table.h"
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#define VK_LANES 8
#define VK_VECTORS 2
#define VK_ROWS 6
#define VK_TILE 6
#define VK_CHUNK 120
#include "vector.inc.h"
#include "attention_i16.inc.h"

size_t vk_avx2_pairs_scratch(size_t keys, size_t dim) { return attention_scratch(keys, dim); }

void vk_avx2_pairs_attend(vk_rows q, vk_rows k, vk_rows v, size_t heads, size_t dim, float scale,
                          float *scratch, float *out, size_t out_stride) {
  self_attend(q, k, v, heads, dim, scale, scratch, out, out_stride);
}
#pragma clang attribute pop
#endif
