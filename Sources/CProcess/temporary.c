#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "process.h"

// A list that only grows, so that a signal handler can go through it whatever it has interrupted. An
// entry whose file is gone is used again.
enum { FREE, BUSY, SET };

typedef struct entry {
  struct entry *next;
  _Atomic int state;
  size_t room;
  char path[];
} entry;

static _Atomic(entry *) first;

// A free entry with room for `size` bytes, now busy; NULL where there is none.
static entry *find_free(size_t size) {
  for (entry *each = atomic_load(&first); each; each = each->next) {
    int expected = FREE;
    if (each->room >= size && atomic_compare_exchange_strong(&each->state, &expected, BUSY))
      return each;
  }
  return NULL;
}

static entry *make(size_t size) {
  const size_t room = (size + 255) & ~(size_t)255;
  entry *made = malloc(sizeof *made + room);
  if (!made) return NULL;
  atomic_init(&made->state, BUSY);
  made->room = room;
  made->next = atomic_load(&first);
  while (!atomic_compare_exchange_weak(&first, &made->next, made)) {
  }
  return made;
}

void viseme_temporary_add(const char *path) {
  const size_t size = strlen(path) + 1;
  entry *place = find_free(size);
  if (!place) place = make(size);
  if (!place) return;
  memcpy(place->path, path, size);
  atomic_store(&place->state, SET);
}

void viseme_temporary_remove(const char *path) {
  for (entry *each = atomic_load(&first); each; each = each->next) {
    if (atomic_load(&each->state) != SET || strcmp(each->path, path) != 0) continue;
    int expected = SET;
    if (atomic_compare_exchange_strong(&each->state, &expected, FREE)) return;
  }
}

void viseme_temporary_remove_all(void) {
  for (entry *each = atomic_load(&first); each; each = each->next)
    if (atomic_load(&each->state) == SET) unlink(each->path);
}
