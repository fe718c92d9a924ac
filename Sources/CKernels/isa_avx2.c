#if defined(__x86_64__)
#include <immintrin.h>

#include "kernels.h"
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#define VK_LANES 8
#define VK_VECTORS 2
#define VK_ROWS 6
#define VK_TILE 6
#define VK_CHUNK 60
#include "gemm.inc.h"
#include "elementwise.inc.h"
#include "quantized.inc.h"
#include "pairs_gemm.inc.h"
#include "attention_f32.inc.h"
#include "memory_attention.inc.h"
#pragma clang attribute pop
#define VK_PAIRS_ATTEND vk_avx2_pairs_attend
#define VK_PAIRS_SCRATCH vk_avx2_pairs_scratch
#include "table.h"

const vk_table vk_avx2 = VK_TABLE("avx2");
#endif
