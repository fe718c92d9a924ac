#define _GNU_SOURCE
#include "functions.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// FFmpeg brings some 130 shared libraries, and mapping and relocating them costs more than all else
// that the program does at its start. So it is not linked with: each of its functions that is called
// is defined here as a jump through a slot, and the slots are filled when the first recording is
// opened. The definitions are hidden: calls between FFmpeg's own libraries never come here.

// The slots hold this until they are filled.
_Noreturn static void call_before_load(void) { abort(); }

#define SLOT(name) \
  __attribute__((used)) static __typeof__(name) *slot_##name = \
      (__typeof__(name) *)(void (*)(void))call_before_load;
VISEME_FUNCTIONS(SLOT)

#if defined(__x86_64__)
#define JUMP(name) "jmp *slot_" #name "(%rip)\n"
#elif defined(__aarch64__)
#define JUMP(name)             \
  "adrp x16, slot_" #name "\n" \
  "ldr x16, [x16, :lo12:slot_" #name "]\n" \
  "br x16\n"
#else
#error "The jump to a slot is to be written for this processor"
#endif

#define DEFINITION(name)               \
  __asm__(".pushsection .text\n"       \
          ".p2align 4\n"               \
          ".globl " #name "\n"         \
          ".hidden " #name "\n"        \
          ".type " #name ", %function\n" \
          #name ":\n"                  \
          ".cfi_startproc\n"           \
          JUMP(name)                   \
          ".cfi_endproc\n"             \
          ".size " #name ", . - " #name "\n" \
          ".popsection\n");
VISEME_FUNCTIONS(DEFINITION)

typedef struct {
  const char *name;
  void **slot;
} function;

#define ENTRY(name) {#name, (void **)&slot_##name},
static const function avutil[] = {VISEME_AVUTIL(ENTRY) {NULL, NULL}};
static const function avcodec[] = {VISEME_AVCODEC(ENTRY) {NULL, NULL}};
static const function avformat[] = {VISEME_AVFORMAT(ENTRY) {NULL, NULL}};
static const function swresample[] = {VISEME_SWRESAMPLE(ENTRY) {NULL, NULL}};
static const function swscale[] = {VISEME_SWSCALE(ENTRY) {NULL, NULL}};

// The interface belongs to the headers that this was compiled with, and so does the library's name.
#define SONAME(name, major) "lib" #name ".so." AV_STRINGIFY(major)
static const struct {
  const char *name;
  const function *functions;
} libraries[] = {
    {SONAME(avutil, LIBAVUTIL_VERSION_MAJOR), avutil},
    {SONAME(swresample, LIBSWRESAMPLE_VERSION_MAJOR), swresample},
    {SONAME(swscale, LIBSWSCALE_VERSION_MAJOR), swscale},
    {SONAME(avcodec, LIBAVCODEC_VERSION_MAJOR), avcodec},
    {SONAME(avformat, LIBAVFORMAT_VERSION_MAJOR), avformat},
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static viseme_ffmpeg_missing missing;
static char reason[512];

// What the machine lacks, if that is why a library was not loaded; the linker tells it in words only.
static int lack(const char *words) {
  const int descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 && (errno == EMFILE || errno == ENFILE)) return errno;
  if (descriptor >= 0) close(descriptor);
  const char *signs[] = {"annot allocate memory", "failed to map", "cannot create", "out of memory"};
  for (size_t index = 0; index < sizeof signs / sizeof *signs; index++)
    if (strstr(words, signs[index])) return ENOMEM;
  return 0;
}

// Fills the slots of one library; false when it or one of its functions is missing.
static int fill(const char *name, const function *functions) {
  void *library = dlopen(name, RTLD_LAZY | RTLD_LOCAL);
  if (!library) {
    const char *text = dlerror();
    snprintf(reason, sizeof reason, "%s", text ? text : "unknown reason");
    missing = (viseme_ffmpeg_missing){.library = name, .reason = reason, .lack = lack(reason)};
    return 0;
  }
  for (const function *each = functions; each->name; each++) {
    *each->slot = dlsym(library, each->name);
    if (!*each->slot) {
      missing = (viseme_ffmpeg_missing){.library = name, .function = each->name};
      return 0;
    }
  }
  return 1;
}

// True if relocation writes into segments that are not to be written.
static int has_text_relocations(const struct dl_phdr_info *object, const ElfW(Phdr) *segment) {
  const ElfW(Dyn) *entry = (const ElfW(Dyn) *)(object->dlpi_addr + segment->p_vaddr);
  for (; entry->d_tag != DT_NULL; entry++)
    if (entry->d_tag == DT_TEXTREL || (entry->d_tag == DT_FLAGS && entry->d_un.d_val & DF_TEXTREL))
      return 1;
  return 0;
}

// Gives back the pages of a mapped object that are as its file has them.
static int release_pages(struct dl_phdr_info *object, size_t size, void *data) {
  (void)size, (void)data;
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  for (int index = 0; index < object->dlpi_phnum; index++)
    if (object->dlpi_phdr[index].p_type == PT_DYNAMIC &&
        has_text_relocations(object, &object->dlpi_phdr[index]))
      return 0;
  for (int index = 0; index < object->dlpi_phnum; index++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
    if (segment->p_type != PT_LOAD || segment->p_flags & PF_W) continue;
    const uintptr_t start = (object->dlpi_addr + segment->p_vaddr) & ~(page - 1);
    const uintptr_t end = object->dlpi_addr + segment->p_vaddr + segment->p_memsz;
    madvise((void *)start, end - start, MADV_DONTNEED);
  }
  return 0;
}

static void load(void) {
  for (size_t index = 0; index < sizeof libraries / sizeof *libraries; index++)
    if (!fill(libraries[index].name, libraries[index].functions)) return;
  // Linking reads the symbols of 130 libraries, 14 MB that are hardly ever needed again.
  dl_iterate_phdr(release_pages, NULL);
}

viseme_ffmpeg_missing viseme_ffmpeg_load(void) {
  pthread_once(&once, load);
  return missing;
}
