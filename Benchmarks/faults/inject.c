// Makes the Nth call of one kind fail, once or from then on; to be preloaded (LD_PRELOAD).
//
//     FAULT_CALL   malloc, open, read, write, fsync, rename, mmap or thread
//     FAULT_AT     N, from 1; 0 fails nothing
//     FAULT_FROM   where it is set, all calls after the Nth fail, too
//     FAULT_ERRNO  what they fail with
//     FAULT_COUNT  a file that gets the number of calls when the process ends as usual
//
// Calls count from when the process has its handlers for crashes (it sets one for SIGFPE last): what fails
// before that is the C library's and the linker's to tell.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum kind { NONE, MALLOC, OPEN, READ, WRITE, FSYNC, RENAME, MMAP, THREAD };
static const char *names[] = {"", "malloc", "open", "read", "write", "fsync", "rename", "mmap", "thread"};

static enum kind chosen;
static long at;
static int goes_on, code = EIO, report = -1;
static atomic_int active;
static atomic_long calls;

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static long number(const char *name, long otherwise) {
  const char *text = getenv(name);
  return text ? strtol(text, NULL, 10) : otherwise;
}

__attribute__((constructor)) static void begin(void) {
  const char *call = getenv("FAULT_CALL");
  for (int kind = MALLOC; call && kind <= THREAD; kind++)
    if (strcmp(call, names[kind]) == 0) chosen = (enum kind)kind;
  at = number("FAULT_AT", 0);
  code = (int)number("FAULT_ERRNO", EIO);
  goes_on = getenv("FAULT_FROM") != NULL;
  const char *path = getenv("FAULT_COUNT");
  // Opened now: later it may not be allowed.
  if (path) report = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
}

__attribute__((destructor)) static void end(void) {
  if (report >= 0) dprintf(report, "%ld\n", atomic_load(&calls));
}

// Whether this call is to fail; sets errno.
static int fails(enum kind kind) {
  if (kind != chosen || !atomic_load_explicit(&active, memory_order_relaxed)) return 0;
  const long now = atomic_fetch_add(&calls, 1) + 1;
  if (at == 0 || now < at || (now > at && !goes_on)) return 0;
  errno = code;
  return 1;
}

#define REAL(name) \
  static __typeof__(name) *real; \
  if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

int sigaction(int signal, const struct sigaction *restrict act, struct sigaction *restrict old) {
  REAL(sigaction);
  const int result = real(signal, act, old);
  if (signal == SIGFPE) atomic_store(&active, 1);
  return result;
}

void *malloc(size_t size) { return fails(MALLOC) ? NULL : __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return fails(MALLOC) ? NULL : __libc_calloc(count, size); }
void *realloc(void *old, size_t size) { return fails(MALLOC) ? NULL : __libc_realloc(old, size); }
void *memalign(size_t align, size_t size) { return fails(MALLOC) ? NULL : __libc_memalign(align, size); }
void *aligned_alloc(size_t align, size_t size) { return memalign(align, size); }

int posix_memalign(void **out, size_t align, size_t size) {
  if (fails(MALLOC)) return code;
  *out = __libc_memalign(align, size);
  return *out ? 0 : ENOMEM;
}

static mode_t mode_of(int flags, va_list list) {
  return flags & (O_CREAT | __O_TMPFILE) ? va_arg(list, mode_t) : 0;
}

#define OPENS(name) \
  int name(const char *path, int flags, ...) { \
    va_list list; \
    va_start(list, flags); \
    const mode_t mode = mode_of(flags, list); \
    va_end(list); \
    REAL(name); \
    return fails(OPEN) ? -1 : real(path, flags, mode); \
  }
OPENS(open)
OPENS(open64)

int openat(int folder, const char *path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  const mode_t mode = mode_of(flags, list);
  va_end(list);
  REAL(openat);
  return fails(OPEN) ? -1 : real(folder, path, flags, mode);
}

ssize_t read(int file, void *bytes, size_t count) {
  REAL(read);
  return fails(READ) ? -1 : real(file, bytes, count);
}

ssize_t pread(int file, void *bytes, size_t count, off_t place) {
  REAL(pread);
  return fails(READ) ? -1 : real(file, bytes, count, place);
}

ssize_t pread64(int file, void *bytes, size_t count, off64_t place) {
  REAL(pread64);
  return fails(READ) ? -1 : real(file, bytes, count, place);
}

ssize_t write(int file, const void *bytes, size_t count) {
  REAL(write);
  // What is said of a failure has to come through.
  return file > STDERR_FILENO && fails(WRITE) ? -1 : real(file, bytes, count);
}

int fsync(int file) {
  REAL(fsync);
  return fails(FSYNC) ? -1 : real(file);
}

int rename(const char *from, const char *to) {
  REAL(rename);
  return fails(RENAME) ? -1 : real(from, to);
}

int link(const char *from, const char *to) {
  REAL(link);
  return fails(RENAME) ? -1 : real(from, to);
}

void *mmap(void *place, size_t size, int access, int flags, int file, off_t start) {
  REAL(mmap);
  return fails(MMAP) ? MAP_FAILED : real(place, size, access, flags, file, start);
}

void *mmap64(void *place, size_t size, int access, int flags, int file, off64_t start) {
  REAL(mmap64);
  return fails(MMAP) ? MAP_FAILED : real(place, size, access, flags, file, start);
}

int pthread_create(
    pthread_t *restrict thread, const pthread_attr_t *restrict attributes, void *(*start)(void *),
    void *restrict argument) {
  REAL(pthread_create);
  return fails(THREAD) ? code : real(thread, attributes, start, argument);
}
