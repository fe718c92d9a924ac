#if defined(__x86_64__)
#include <immintrin.h>

#include "kernels.h"
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma,f16c"))), apply_to = function)
#define VK_LANES 16
#define VK_VECTORS 3
#define VK_ROWS 8
#define VK_TILE 12
#define VK_CHUNK 72
#include "gemm.inc.h"
#include "elementwise.inc.h"
#include "quantized.inc.h"
#include "pairs_gemm.inc.h"
#include "attention_f32.inc.h"
#include "memory_attention.inc.h"
#pragma clang attribute pop
#include "table.h"

const vk_table vk_avx512 = VK_TABLE("avx512");
#endif
