// One table of kernels per instruction set; kernels.c chooses one at load time.
#pragma once
#include "kernels.h"

typedef struct {
  const char *name;
  size_t panel_width;
  void (*pack_f32)(const float *, size_t, size_t, size_t, size_t, float *);
  void (*gemm_f32)(size_t, size_t, size_t, const float *, size_t, const float *, const float *, int,
                   float *, size_t);
  size_t (*gemm_u8_scratch)(size_t);
  void (*gemm_u8)(size_t, const float *, size_t, const vk_weights *, const float *, int, int,
                  float *, size_t, void *);
  void (*pack_i16)(const float *, size_t, size_t, size_t, size_t, int16_t *, float *);
  void (*gemm_i16)(size_t, const float *, size_t, const vk_pair_weights *, const float *, int,
                   float *, size_t);
  float (*place_i16)(const float *, size_t, int16_t *);
  void (*gemm_placed)(size_t, const int16_t *, size_t, const float *, const vk_pair_weights *,
                      const float *, int, float *, size_t);
  void (*tanh)(float *, size_t);
  void (*gelu)(float *, size_t);
  void (*sigmoid)(float *, size_t);
  void (*relu)(float *, size_t);
  void (*silu)(float *, size_t);
  void (*timed_softmax)(float *, const float *, size_t, float, float, float);
  void (*swiglu)(const float *, const float *, float *, size_t);
  void (*layer_norm)(const float *, const float *, const float *, float, float *, size_t);
  void (*moments)(const float *, size_t, double *, double *);
  void (*affine)(float *, const float *, const float *, size_t);
  void (*rotate)(float *, const float *, const float *, size_t);
  void (*scale_leaky)(const float *, const float *, const float *, float, float *, size_t);
  void (*column_moments)(const float *, size_t, size_t, size_t, float *, float *);
  void (*max_of_three)(const float *, size_t, size_t, int, float *);
  void (*lstm_cell)(const float *, float *, float *, size_t);
  size_t (*most_likely)(const float *, size_t, float *);
  size_t (*attention_scratch)(size_t, size_t);
  void (*self_attend)(vk_rows, vk_rows, vk_rows, size_t, size_t, float, float *, float *, size_t);
  size_t (*pairs_scratch)(size_t, size_t);
  void (*pairs_attend)(vk_rows, vk_rows, vk_rows, size_t, size_t, float, float *, float *, size_t);
  void (*store_keys)(const vk_memory *, const float *, size_t, void *);
  void (*store_values)(const vk_memory *, const float *, size_t, void *);
  void (*append_token)(const vk_memory *, const float *, const float *, void *);
  void (*attend_frames)(const vk_memory *, const float *, float, uint32_t, float *, float *, void *);
  void (*attend_tokens)(const vk_memory *, const float *, float, float *, void *);
} vk_table;

extern const vk_table vk_baseline;
#if defined(__x86_64__)
extern const vk_table vk_avx2;
extern const vk_table vk_avx512;
extern const vk_table vk_avx512vnni;
#endif

// Of isa_avx2_pairs.c.
size_t vk_avx2_pairs_scratch(size_t, size_t);
void vk_avx2_pairs_attend(vk_rows, vk_rows, vk_rows, size_t, size_t, float, float *, float *,
                          size_t);

#if !defined(VK_PAIRS_ATTEND)
#define VK_PAIRS_ATTEND self_attend
#define VK_PAIRS_SCRATCH attention_scratch
#endif

#define VK_TABLE(NAME)                                                                     \
  {.name = NAME, .panel_width = VK_PANEL, .pack_f32 = pack_f32, .gemm_f32 = gemm_f32,      \
   .gemm_u8_scratch = gemm_u8_scratch, .gemm_u8 = gemm_u8, .pack_i16 = pack_i16,           \
   .gemm_i16 = gemm_i16, .place_i16 = place_i16, .gemm_placed = gemm_placed,               \
   .tanh = tanh_, .gelu = gelu,                                                            \
   .sigmoid = sigmoid, .relu = relu, .silu = silu, .timed_softmax = timed_softmax,         \
   .swiglu = swiglu, .layer_norm = layer_norm,                                             \
   .moments = moments, .affine = affine, .rotate = rotate, .most_likely = most_likely,     \
   .scale_leaky = scale_leaky, .column_moments = column_moments,                           \
   .max_of_three = max_of_three, .lstm_cell = lstm_cell,                                   \
   .attention_scratch = attention_scratch, .self_attend = self_attend,                     \
   .pairs_scratch = VK_PAIRS_SCRATCH, .pairs_attend = VK_PAIRS_ATTEND,                     \
   .store_keys = store_keys, .store_values = store_values, .append_token = append_token,   \
   .attend_frames = attend_frames, .attend_tokens = attend_tokens}
