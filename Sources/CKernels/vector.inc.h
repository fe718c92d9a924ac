// Vectors of VK_LANES floats or integers, a template over the instruction set.
#pragma once
#include <stdint.h>
#include <string.h>

#define VK_INLINE static inline __attribute__((always_inline))

typedef float vf __attribute__((ext_vector_type(VK_LANES)));
typedef int32_t vi __attribute__((ext_vector_type(VK_LANES)));

VK_INLINE vf load(const float *p) {
  vf v;
  memcpy(&v, p, sizeof v);
  return v;
}

VK_INLINE void store(float *p, vf v) { memcpy(p, &v, sizeof v); }

typedef float v4 __attribute__((ext_vector_type(4)));
#if VK_LANES == 16
typedef float v8 __attribute__((ext_vector_type(8)));
#endif

VK_INLINE vf vmax(vf a, vf b) { return a > b ? a : b; }
VK_INLINE vf vmin(vf a, vf b) { return a < b ? a : b; }

VK_INLINE vf vabs(vf x) { return (vf)((vi)x & 0x7fffffff); }
