// Loops that do nothing but keep the core's multipliers busy, or read memory: what no kernel can beat.
#pragma once
#include <stddef.h>

// A way to multiply and add. `run` does `rounds` rounds of `operations` operations each, a
// multiplication and an addition counting as two.
typedef struct {
  const char *name;         // the instructions
  const char *arithmetic;   // "f32", "bf16" or "u8"
  const char *isa;          // the lowest VISEME_ISA whose kernels may use it
  size_t operations;
  int (*is_supported)(void);
  int (*run)(size_t rounds);
} peak_loop;

// All loops of this architecture; `count` of them.
const peak_loop *peak_loops(size_t *count);

// Reads `bytes` (a multiple of 512) at `memory`, which is aligned to 64, `rounds` times.
int peak_read(const void *memory, size_t bytes, size_t rounds);
