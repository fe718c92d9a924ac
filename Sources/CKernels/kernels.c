#include "kernels.h"
const char *vk_isa(void) { return "baseline"; }
