#include "lip_model.h"

static const _Alignas(64) unsigned char model[] = {
#embed "../../Training/weights/lips-grid-s1.safetensors"
};

static const _Alignas(64) unsigned char people[] = {
#embed "../../Training/weights/lips-many.safetensors"
};

const void *viseme_lip_model(void) { return model; }

size_t viseme_lip_model_size(void) { return sizeof model; }

const void *viseme_people_model(void) { return people; }

size_t viseme_people_model_size(void) { return sizeof people; }
