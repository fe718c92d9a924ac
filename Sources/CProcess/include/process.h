#ifndef VISEME_PROCESS_H
#define VISEME_PROCESS_H

#include <stddef.h>

// What of a process can only be done in C, or may have to be done where no memory and no lock is to be had.

/// What the process tells its caller when the machine gave it too little (EX_TEMPFAIL of sysexits).
#define VISEME_EXHAUSTED 75

/// Notes a file that is to be removed when the process ends before its time. Without memory it is not
/// noted.
void viseme_temporary_add(const char *path);

/// Strikes it off.
void viseme_temporary_remove(const char *path);

/// Removes every file that is noted; may be called in a signal handler.
void viseme_temporary_remove_all(void);

/// Has a crash remove the files that are noted, and one for want of memory end the process with
/// VISEME_EXHAUSTED and one line: neither Swift nor C++ can go on without memory. Another crash then goes
/// its way. Not under a sanitizer, which has handlers of its own.
void viseme_catch_crashes(void);

/// Removes the files that are noted, says that there is not enough of something, and ends the process with
/// VISEME_EXHAUSTED.
_Noreturn void viseme_exit_exhausted(const char *what);

/// Runs `body` on a thread of its own, which has little memory and is not waited for; 0, or an errno.
int viseme_run_detached(void *(*body)(void *), void *context);

#endif
