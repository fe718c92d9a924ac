import CProcess
import Foundation

// A reader of standard output that goes away is an error of write(2), not the end of the process:
// files that are being written shall still be completed.
signal(SIGPIPE, SIG_IGN)
viseme_catch_crashes()
// A descriptor that the caller closed would be given to the next file opened, and what is meant for
// standard output would be written into that.
for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
  _ = open("/dev/null", O_RDWR)
}
exit(Program.run(Array(CommandLine.arguments.dropFirst())).rawValue)
