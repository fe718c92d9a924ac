#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "process.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

static void say(const char *text) {
  // Nobody can be told that standard error cannot be written.
  if (write(STDERR_FILENO, text, strlen(text)) < 0) return;
}

_Noreturn void viseme_exit_exhausted(const char *what) {
  viseme_temporary_remove_all();
  // On a terminal a line of progress may stand there.
  if (isatty(STDERR_FILENO)) say("\r\033[K");
  say("viseme: not enough ");
  say(what);
  say("; try again when there is more\n");
  _exit(VISEME_EXHAUSTED);
}

// Swift ends by a trap where malloc(3) fails, C++ by abort(3), and this program's own arrays by either.
static const int crashes[] = {SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE};
enum { CRASHES = sizeof crashes / sizeof *crashes, LITTLE = 16 << 20 };
static struct sigaction before[CRASHES];

// Whether the crash that was just caught came of a lack of memory: the call before it failed for that, or
// there is none to be had.
static int lacks_memory(int code) {
  if (code == ENOMEM) return 1;
  void *block = mmap(NULL, LITTLE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (block == MAP_FAILED) return 1;
  munmap(block, LITTLE);
  return 0;
}

static void caught(int number) {
  const int code = errno;
  if (lacks_memory(code)) viseme_exit_exhausted("memory");
  viseme_temporary_remove_all();
  for (int index = 0; index < CRASHES; index++) sigaction(crashes[index], &before[index], NULL);
  errno = code;
  // Returning does again what crashed, now with the handler that was there before. What was sent is sent
  // again.
  if (number == SIGABRT) raise(number);
}

void viseme_catch_crashes(void) {
  if (SANITIZED) return;
  struct sigaction action = {.sa_handler = caught, .sa_flags = SA_NODEFER | SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  for (int index = 0; index < CRASHES; index++) sigaction(crashes[index], &action, &before[index]);
}

int viseme_run_detached(void *(*body)(void *), void *context) {
  pthread_t thread;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 256 << 10);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  const int code = pthread_create(&thread, &attributes, body, context);
  pthread_attr_destroy(&attributes);
  return code;
}

#if !SANITIZED
// Dispatch, which does most of the work here, asks again once a second for a thread that it cannot have,
// without end: in too little memory, or where a container allows no more processes, all would wait for
// it. So a thread that cannot be made for two seconds is the end of the process.
enum { TRIES = 40, PAUSE = 50 * 1000 * 1000 };

int pthread_create(
    pthread_t *restrict thread, const pthread_attr_t *restrict attributes,
    void *(*start)(void *), void *restrict argument) {
  static __typeof__(pthread_create) *_Atomic real;
  if (!real) real = (__typeof__(pthread_create) *)dlsym(RTLD_NEXT, "pthread_create");
  if (!real) viseme_exit_exhausted("threads");
  for (int tries = 0;; tries++) {
    const int code = real(thread, attributes, start, argument);
    if (code != EAGAIN && code != ENOMEM) return code;
    if (tries == TRIES) viseme_exit_exhausted("memory, or processes, for a thread");
    nanosleep(&(struct timespec){.tv_nsec = PAUSE}, NULL);
  }
}
#endif
