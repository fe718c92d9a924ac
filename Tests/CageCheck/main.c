// Enters the cage, or does not, and tries what a recording that took over the process would: on this thread
// and on one that is made later. Prints "thread act errno" for each, 0 where it could be done.
//
//     cage-check caged|free FOREIGN OWN FOLDER
//
// FOREIGN is a file that no rule names, OWN one that may be read, FOLDER one that may be written to.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cage.h"

static const char *foreign, *own, *folder;

static void tell(const char *thread, const char *act, int could) {
  printf("%s %s %d\n", thread, act, could ? 0 : errno);
}

static int can_open(const char *path, int flags) {
  const int file = open(path, flags | O_CLOEXEC, 0600);
  if (file >= 0) close(file);
  return file >= 0;
}

static int can_make(const char *name, const char *beside) {
  char path[4096];
  snprintf(path, sizeof path, "%s%s", beside, name);
  const int could = can_open(path, O_WRONLY | O_CREAT | O_EXCL);
  if (could) unlink(path);
  return could;
}

static int can_rename(void) {
  char from[4096], inner[4096], to[4096];
  snprintf(from, sizeof from, "%s/from", folder);
  snprintf(inner, sizeof inner, "%s/inner", folder);
  snprintf(to, sizeof to, "%s/inner/to", folder);
  mkdir(inner, 0700);
  const int could = can_open(from, O_WRONLY | O_CREAT) && rename(from, to) == 0;
  const int code = errno;
  unlink(to);
  unlink(from);
  rmdir(inner);
  errno = code;
  return could;
}

static int can_call(int family, int type) {
  const int made = socket(family, type, 0);
  if (made >= 0) close(made);
  return made >= 0;
}

static int can_spawn(void) {
  pid_t child;
  char *words[] = {"true", NULL};
  const int code = posix_spawn(&child, "/bin/true", NULL, NULL, words, words + 1);
  if (code == 0) waitpid(child, NULL, 0);
  errno = code;
  return code == 0;
}

// Without a cage it would become that program, so it asks for one that is none.
static int can_execute(void) {
  char *words[] = {NULL};
  execve("/dev/null/none", words, words);
  return errno == ENOTDIR;
}

static int can_signal_the_parent(void) { return kill(getppid(), SIGCONT) == 0; }

static void try_all(const char *thread) {
  tell(thread, "read-own", can_open(own, O_RDONLY));
  tell(thread, "make-own", can_make("/made", folder));
  tell(thread, "rename-own", can_rename());
  // No process has this number. Landlock refuses signals to a process that is there with the errno of seccomp.
  tell(thread, "question-nobody", kill(1 << 30, 0) != 0 && errno == ESRCH);
  tell(thread, "read-foreign", can_open(foreign, O_RDONLY));
  tell(thread, "write-foreign", can_open(foreign, O_WRONLY));
  tell(thread, "truncate-foreign", truncate(foreign, 3) == 0);
  tell(thread, "make-foreign", can_make(".made", foreign));
  tell(thread, "chmod-foreign", chmod(foreign, 0644) == 0);
  tell(thread, "socket-inet", can_call(AF_INET, SOCK_STREAM));
  tell(thread, "socket-unix", can_call(AF_UNIX, SOCK_DGRAM));
  tell(thread, "socket-pair", socketpair(AF_UNIX, SOCK_STREAM, 0, (int[2]){0}) == 0);
  tell(thread, "execute", can_execute());
  tell(thread, "spawn", can_spawn());
  tell(thread, "signal-parent", can_signal_the_parent());
  tell(thread, "ptrace", ptrace(PTRACE_PEEKDATA, getppid(), NULL, NULL) == 0 || errno == ESRCH);
  tell(thread, "namespace", syscall(SYS_unshare, 0) == 0);
  // Without a terminal the kernel says so, and not that it may not be.
  tell(thread, "type-into-terminal", ioctl(STDOUT_FILENO, TIOCSTI, "x") == 0 || errno == ENOTTY);
}

static void *later(void *context) {
  try_all("second");
  return context;
}

int main(int count, char **words) {
  if (count != 5) return 64;
  foreign = words[2], own = words[3], folder = words[4];
  if (strcmp(words[1], "caged") == 0) {
    const viseme_cage_rule rules[] = {
        {.path = "/usr", .access = VISEME_CAGE_READ},
        {.path = own, .access = VISEME_CAGE_INPUT},
        {.path = folder, .access = VISEME_CAGE_WRITE},
    };
    const viseme_cage cage = viseme_cage_enter(rules, sizeof rules / sizeof *rules);
    printf("landlock %d seccomp %d\n", cage.landlock, cage.seccomp);
  }
  try_all("first");
  fflush(stdout);
  pthread_t thread;
  if (pthread_create(&thread, NULL, later, NULL)) return 70;
  pthread_join(thread, NULL);
  return 0;
}
