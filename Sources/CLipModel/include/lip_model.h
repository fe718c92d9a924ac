#ifndef VISEME_LIP_MODEL_H
#define VISEME_LIP_MODEL_H

#include <stddef.h>

/// The networks that come with the program, as a safetensors file: bytes that begin at a multiple of
/// 64 and are there as long as the process. Training/MODEL_CARD.md tells what they are.
const void *viseme_lip_model(void);

/// Bytes of that file.
size_t viseme_lip_model_size(void);

/// Lips and agreement of many people, with what agreement is worth, likewise as a safetensors file.
const void *viseme_people_model(void);

/// Bytes of that file.
size_t viseme_people_model_size(void);

#endif
