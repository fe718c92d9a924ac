#define _GNU_SOURCE
#include "cage.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "process.h"

// Landlock (landlock(7)), in our own words: the headers of older systems lack half of it.
enum {
  EXECUTE = 1 << 0, WRITE_FILE = 1 << 1, READ_FILE = 1 << 2, READ_DIR = 1 << 3, REMOVE_DIR = 1 << 4,
  REMOVE_FILE = 1 << 5, MAKE_CHAR = 1 << 6, MAKE_DIR = 1 << 7, MAKE_REG = 1 << 8, MAKE_SOCK = 1 << 9,
  MAKE_FIFO = 1 << 10, MAKE_BLOCK = 1 << 11, MAKE_SYM = 1 << 12, REFER = 1 << 13, TRUNCATE = 1 << 14,
  IOCTL_DEV = 1 << 15,
};
enum { TCP = 3, SCOPES = 3, RULE_PATH = 1, VERSION_FLAG = 1 };

// The versions in which rights came.
enum { TRUNCATES = 3, HAS_NETWORK = 4, HAS_IOCTL = 5, HAS_SCOPES = 6 };

struct ruleset { uint64_t files, network, scoped; };
struct __attribute__((packed)) path_rule { uint64_t allowed; int32_t parent; };

static long landlock_create(const struct ruleset *rules, size_t size, uint32_t flags) {
  return syscall(444, rules, size, flags);
}

int viseme_landlock_version(void) {
  const long version = landlock_create(NULL, 0, VERSION_FLAG);
  return version > 0 ? (int)version : 0;
}

int viseme_seccomp_available(void) {
  const uint32_t action = SECCOMP_RET_ERRNO;
  return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

static uint64_t all_rights(int version) {
  uint64_t rights = (REFER << 1) - 1;
  if (version >= TRUNCATES) rights |= TRUNCATE;
  if (version >= HAS_IOCTL) rights |= IOCTL_DEV;
  return rights;
}

static uint64_t rights(viseme_cage_access access) {
  const uint64_t write = WRITE_FILE | REMOVE_FILE | REMOVE_DIR | MAKE_DIR | MAKE_REG | REFER | TRUNCATE;
  switch (access) {
    case VISEME_CAGE_READ: return READ_FILE | READ_DIR;
    // A folder that is named for a recording is to be told as one, and opened for that.
    case VISEME_CAGE_INPUT: return READ_FILE;
    case VISEME_CAGE_FILE: return READ_FILE | WRITE_FILE | TRUNCATE;
    case VISEME_CAGE_WRITE: return READ_FILE | READ_DIR | write;
    case VISEME_CAGE_MAKE: return READ_DIR | MAKE_DIR | REMOVE_DIR;
  }
  return 0;
}

// Adds what may be done at a path; one that is not there, or is a pipe, needs no rule.
static int add(int ruleset, uint64_t handled, const viseme_cage_rule *rule) {
  const int place = open(rule->path, O_PATH | O_CLOEXEC);
  if (place < 0) return errno == EMFILE || errno == ENFILE || errno == ENOMEM ? errno : 0;
  struct stat status;
  uint64_t allowed = rights(rule->access) & handled;
  if (fstat(place, &status) == 0) {
    const uint64_t files = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV;
    if (!S_ISDIR(status.st_mode)) allowed &= files;
    else if (rule->access == VISEME_CAGE_INPUT || rule->access == VISEME_CAGE_FILE) allowed = READ_DIR;
  }
  struct path_rule path = {.allowed = allowed, .parent = place};
  const long failed = allowed ? syscall(445, ruleset, RULE_PATH, &path, 0) : 0;
  const int code = failed ? errno : 0;
  close(place);
  return code == EBADFD ? 0 : code;
}

static int restrict_self(const viseme_cage_rule *rules, size_t count, int version) {
  const struct ruleset set = {
      .files = rules ? all_rights(version) : 0,
      .network = version >= HAS_NETWORK ? TCP : 0,
      .scoped = version >= HAS_SCOPES ? SCOPES : 0,
  };
  const size_t size = version >= HAS_SCOPES ? sizeof set : version >= HAS_NETWORK ? 16 : 8;
  if (!set.files && !set.network) return ENOSYS;
  const long ruleset = landlock_create(&set, size, 0);
  if (ruleset < 0) return errno;
  int code = 0;
  for (size_t index = 0; index < count && !code; index++) code = add((int)ruleset, set.files, &rules[index]);
  if (!code && syscall(446, ruleset, 0)) code = errno;
  close((int)ruleset);
  return code;
}

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

// What a program that reads recordings and writes text never asks for: the network and other processes,
// other programs, the machine's settings, names and owners of files that Landlock does not guard, and what
// has been the way into the kernel most often. Numbers are those of both architectures.
static const uint16_t refused[] = {
    SYS_socket, SYS_socketpair, SYS_connect, SYS_bind, SYS_listen, SYS_accept, SYS_accept4,
    SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_kcmp, SYS_tkill,
    SYS_unshare, SYS_setns, SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot,
    SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_keyctl, SYS_add_key, SYS_request_key,
    SYS_open_by_handle_at, SYS_name_to_handle_at, SYS_personality, SYS_syslog, SYS_acct, SYS_quotactl,
    SYS_kexec_load, SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_reboot, SYS_swapon, SYS_swapoff,
    SYS_sethostname, SYS_setdomainname, SYS_settimeofday, SYS_clock_settime, SYS_clock_adjtime, SYS_adjtimex,
    SYS_fchmodat, SYS_fchown, SYS_fchownat, SYS_setxattr, SYS_lsetxattr, SYS_fsetxattr,
    SYS_removexattr, SYS_lremovexattr, SYS_fremovexattr, SYS_mknodat, SYS_symlinkat,
    SYS_msgget, SYS_semget, SYS_shmget, SYS_mq_open,
    425, 426, 427,                 // io_uring_setup, _enter, _register
    424, 434, 438, 440,            // pidfd_send_signal, pidfd_open, pidfd_getfd, process_madvise
    428, 429, 430, 431, 432, 433,  // open_tree, move_mount, fsopen, fsconfig, fsmount, fspick
    442, 448, 452,                 // mount_setattr, process_mrelease, fchmodat2
#if defined(__x86_64__)
    SYS_fork, SYS_vfork, SYS_chmod, SYS_chown, SYS_lchown, SYS_mknod, SYS_symlink, SYS_iopl, SYS_ioperm,
    SYS_modify_ldt, SYS_kexec_file_load,
#else
    294,                           // kexec_file_load
#endif
};
enum { REFUSED = sizeof refused / sizeof *refused };

enum { WORD = sizeof(uint32_t), LONG = sizeof(uint64_t) };
#define FIELD(name) ((uint32_t)offsetof(struct seccomp_data, name))
// The lower half of an argument, on a machine that puts it first.
#define ARGUMENT(index) ((uint32_t)(offsetof(struct seccomp_data, args) + (index) * LONG))
#define LOAD(at) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (at))
#define END(what) BPF_STMT(BPF_RET | BPF_K, (what))
#define UNLESS_EQUAL(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (skip))
#define IF_EQUAL(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (skip), 0)
#define REFUSE END(SECCOMP_RET_ERRNO | EPERM)
#define ALLOW END(SECCOMP_RET_ALLOW)
#define X32 0x40000000u
#define NEW_NAMESPACE \
  (CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP)

// Refuses a call whose first argument is another process than this one.
#define OF_THIS_PROCESS(call, own) UNLESS_EQUAL((call), 4), LOAD(ARGUMENT(0)), IF_EQUAL((own), 1), REFUSE, ALLOW

static int refuse_calls(void) {
#if !defined(ARCHITECTURE)
  return ENOSYS;
#else
  const uint32_t own = (uint32_t)getpid();
  struct sock_filter before[] = {
      LOAD(FIELD(arch)),
      IF_EQUAL(ARCHITECTURE, 1),
      END(SECCOMP_RET_KILL_PROCESS),
      LOAD(FIELD(nr)),
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32, 0, 1),
      REFUSE,
      // Its flags lie in memory, where a filter cannot look: the C library then takes the older call.
      UNLESS_EQUAL(435, 1),
      END(SECCOMP_RET_ERRNO | ENOSYS),
      // Threads only, and in no new namespace.
      UNLESS_EQUAL(SYS_clone, 5),
      LOAD(ARGUMENT(0)),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 2),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, NEW_NAMESPACE, 1, 0),
      ALLOW,
      REFUSE,
      // What types into the terminal for the user.
      UNLESS_EQUAL(SYS_ioctl, 5),
      LOAD(ARGUMENT(1)),
      IF_EQUAL(TIOCSTI, 2),
      IF_EQUAL(0x541C, 1),  // TIOCLINUX
      ALLOW,
      REFUSE,
      // A signal to another process, but for the question whether it is there.
      UNLESS_EQUAL(SYS_kill, 6),
      LOAD(ARGUMENT(1)),
      IF_EQUAL(0, 2),
      LOAD(ARGUMENT(0)),
      UNLESS_EQUAL(own, 1),
      ALLOW,
      REFUSE,
      OF_THIS_PROCESS(SYS_tgkill, own),
      OF_THIS_PROCESS(SYS_rt_sigqueueinfo, own),
      OF_THIS_PROCESS(SYS_rt_tgsigqueueinfo, own),
  };
  enum { BEFORE = sizeof before / sizeof *before };
  struct sock_filter filter[BEFORE + 2 * REFUSED + 1];
  memcpy(filter, before, sizeof before);
  for (size_t index = 0; index < REFUSED; index++) {
    filter[BEFORE + 2 * index] = (struct sock_filter)UNLESS_EQUAL(refused[index], 1);
    filter[BEFORE + 2 * index + 1] = (struct sock_filter)REFUSE;
  }
  filter[BEFORE + 2 * REFUSED] = (struct sock_filter)ALLOW;
  const struct sock_fprog program = {.len = sizeof filter / sizeof *filter, .filter = filter};
  const long failed = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
  return failed < 0 ? errno : failed > 0 ? ESRCH : 0;
#endif
}

viseme_cage viseme_cage_enter(const viseme_cage_rule *rules, size_t count) {
  viseme_cage cage = {0};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) {
    cage.landlock_code = cage.seccomp_code = errno;
    return cage;
  }
  const int version = viseme_landlock_version();
  cage.landlock_code = version < VISEME_LANDLOCK_LEAST ? ENOSYS : restrict_self(rules, count, version);
  if (!cage.landlock_code) cage.landlock = version;
  cage.seccomp_code = refuse_calls();
  cage.seccomp = !cage.seccomp_code;
  return cage;
}
