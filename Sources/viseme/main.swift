import Foundation

// A reader of standard output that goes away is an error of write(2), not the end of the process:
// files that are being written shall still be completed.
signal(SIGPIPE, SIG_IGN)
exit(Program.run(Array(CommandLine.arguments.dropFirst())).rawValue)
