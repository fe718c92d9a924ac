// One table of kernels per instruction set; kernels.c chooses one at load time.
#pragma once
#include "kernels.h"

typedef struct {
  const char *name;
  size_t panel_width;
  void (*pack_f32)(const float *, size_t, size_t, size_t, size_t, float *);
  void (*pack_u8)(const uint8_t *, size_t, size_t, size_t, size_t, uint8_t, uint8_t *);
  void (*gemm_f32)(size_t, size_t, size_t, const float *, size_t, const float *, const float *, int,
                   float *, size_t);
  void (*gemm_u8)(size_t, size_t, size_t, const float *, size_t, const uint8_t *, float, uint8_t,
                  const float *, int, float *, size_t, float *);
  void (*tanh)(float *, size_t);
  void (*gelu)(float *, size_t);
  void (*sigmoid)(float *, size_t);
  void (*relu)(float *, size_t);
  void (*swiglu)(const float *, const float *, float *, size_t);
  void (*softmax)(float *, size_t, float);
  void (*layer_norm)(const float *, const float *, float, float *, size_t);
  void (*moments)(const float *, size_t, double *, double *);
  void (*affine)(float *, const float *, const float *, size_t);
  size_t (*argmax)(const float *, size_t);
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

#define VK_TABLE(NAME)                                                                          \
  {NAME,          VK_PANEL,      pack_f32, pack_u8,    gemm_f32,     gemm_u8,                   \
   tanh_,         gelu,          sigmoid,  relu,       swiglu,       softmax,                   \
   layer_norm,    moments,       affine,   argmax,     store_keys,   store_values,              \
   append_token,  attend_frames, attend_tokens}
