#ifndef VISEME_CAGE_H
#define VISEME_CAGE_H

#include <stddef.h>

// What the kernel keeps a process from that reads hostile recordings: Landlock for files, TCP and signals,
// seccomp for everything else that it has no business with.

typedef enum {
  /// Reads files and folders, and all below.
  VISEME_CAGE_READ,
  /// Reads a file; of a folder no more than its names.
  VISEME_CAGE_INPUT,
  /// Reads and writes a file that is there, as a device.
  VISEME_CAGE_FILE,
  /// Reads, writes, makes, renames and removes files and folders below.
  VISEME_CAGE_WRITE,
  /// Makes folders below, and removes empty ones.
  VISEME_CAGE_MAKE,
} viseme_cage_access;

typedef struct {
  /// Links in it are followed now; a path that is not there is left out.
  const char *path;
  viseme_cage_access access;
} viseme_cage_rule;

typedef struct {
  /// The version of Landlock that is in force, or 0.
  int landlock;
  /// Whether the filter of system calls is.
  int seccomp;
  /// errno where they are not; ENOSYS where the kernel has none, or too old a one.
  int landlock_code, seccomp_code;
} viseme_cage;

/// The first version of Landlock that is of use: it lets files move between folders, as a batch must.
#define VISEME_LANDLOCK_LEAST 2

/// The version of Landlock that this kernel has; 0 for none.
int viseme_landlock_version(void);

/// Whether this kernel filters system calls.
int viseme_seccomp_available(void);

/// Leaves this process no more than the rules allow; without rules (NULL) files are not restricted. To be
/// called while there is one thread: Landlock holds for the calling thread and those that it, or they, make.
viseme_cage viseme_cage_enter(const viseme_cage_rule *rules, size_t count);

#endif
