import CProcess
import Foundation

/// What this process leaves itself of the system, before it reads what others have made.
///
/// The kernel holds it: Landlock keeps it from files that no rule names, from TCP and from signals to other
/// processes; a filter of system calls (seccomp) keeps it from the network as a whole, from starting
/// programs, and from what has nothing to do with reading and writing files. There is no way out, for this
/// process or any that it could start.
package struct Cage: Sendable {
  /// What may be done at a path and below.
  package enum Access: Sendable {
    /// Read files and folders.
    case read
    /// Read this file; of a folder no more than its names.
    case input
    /// Read and write this file, which is there: a device.
    case file
    /// Read, write, make, rename and remove.
    case write
    /// Make folders, and remove empty ones.
    case make

    fileprivate var code: viseme_cage_access {
      switch self {
      case .read: VISEME_CAGE_READ
      case .input: VISEME_CAGE_INPUT
      case .file: VISEME_CAGE_FILE
      case .write: VISEME_CAGE_WRITE
      case .make: VISEME_CAGE_MAKE
      }
    }
  }

  /// What the kernel holds.
  package struct State: Sendable, Hashable {
    /// The version of Landlock, where it is in force.
    package var landlock: Int?
    /// Why it is not; nil where it is.
    package var landlockCode: Int32?
    /// Why the filter of system calls is not in force; nil where it is.
    package var seccompCode: Int32?

    /// What came of entering it.
    package init(landlock: Int? = nil, landlockCode: Int32? = nil, seccompCode: Int32? = nil) {
      self.landlock = landlock
      self.landlockCode = landlockCode
      self.seccompCode = seccompCode
    }
  }

  private var rules: [(path: String, access: Access)] = []
  /// Files are left as they are; the rest is not.
  package var leavesFiles = false

  /// A cage in which no file can be opened.
  package init() {}

  /// Adds a rule. Links in the path are followed when the cage is entered; a path where nothing is then
  /// needs none.
  package mutating func allow(_ access: Access, _ path: String) {
    rules.append((path.isEmpty ? "." : path, access))
  }

  /// Enters it, for good. To be called while there is one thread: those that are there already would stay
  /// outside, and share its memory.
  package func enter() -> State {
    let paths = rules.map { strdup($0.path.fileBytes) }
    defer { for path in paths { free(path) } }
    let list = zip(paths, rules).map {
      viseme_cage_rule(path: UnsafePointer($0), access: $1.access.code)
    }
    let entered = leavesFiles ? viseme_cage_enter(nil, 0) : viseme_cage_enter(list, list.count)
    return State(
      landlock: entered.landlock > 0 ? Int(entered.landlock) : nil,
      landlockCode: entered.landlock_code == 0 ? nil : entered.landlock_code,
      seccompCode: entered.seccomp_code == 0 ? nil : entered.seccomp_code)
  }

  /// What this kernel has: the version of Landlock, nil for none or one that is too old, and the filter of
  /// system calls.
  package static var available: (landlock: Int?, seccomp: Bool) {
    let version = Int(viseme_landlock_version())
    return (version >= Int(VISEME_LANDLOCK_LEAST) ? version : nil, viseme_seccomp_available() != 0)
  }
}
