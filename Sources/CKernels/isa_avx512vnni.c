// As isa_avx512.c, with products and attention by dot products of bytes and of pairs.
#if defined(__x86_64__)
#include <immintrin.h>

#include "kernels.h"
#pragma clang attribute push(                                                          \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,fma,f16c"))), \
    apply_to = function)
#define VK_LANES 16
#define VK_VECTORS 3
#define VK_ROWS 8
#define VK_DOT_BYTES
#define VK_TILE 12
#define VK_CHUNK 120
#include "gemm.inc.h"
#include "elementwise.inc.h"
#include "quantized.inc.h"
#include "pairs_gemm.inc.h"
#include "attention_i16.inc.h"
#include "memory_attention.inc.h"
#pragma clang attribute pop
#include "table.h"

const vk_table vk_avx512vnni = VK_TABLE("avx512vnni");
#endif
