// SSE2 on x86-64, NEON on arm64: what every machine of the architecture has.
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "kernels.h"

#define VK_LANES 4
#define VK_VECTORS 2
#define VK_ROWS 4
#define VK_TILE 6
#define VK_CHUNK 60
#include "gemm.inc.h"
#include "elementwise.inc.h"
#include "quantized.inc.h"
#include "pairs_gemm.inc.h"
#include "attention_f32.inc.h"
#include "memory_attention.inc.h"
#include "table.h"

const vk_table vk_baseline = VK_TABLE("baseline");
