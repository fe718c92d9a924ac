import CProcess
import Foundation
import Support

// A reader of standard output that goes away is an error of write(2), not the end of the process:
// files that are being written shall still be completed.
signal(SIGPIPE, SIG_IGN)
viseme_catch_crashes()
// A descriptor that the caller closed would be given to the next file opened, and what is meant for
// standard output would be written into that.
for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
  _ = open("/dev/null", O_RDWR)
}
// Words are bytes: the name of a file need not be UTF-8.
let words = (1..<max(1, Int(CommandLine.argc))).compactMap { index in
  CommandLine.unsafeArgv[index].map { word in
    String(fileBytes: Array(UnsafeRawBufferPointer(start: word, count: strlen(word))))
  }
}
exit(Program.run(words).rawValue)
