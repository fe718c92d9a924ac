import Foundation
import ModelStore
import Pipeline
import Support

/// The files that a command needs, and no others: recordings are hostile data in a large C library.
///
/// It is made before the work and entered on the main thread, before there is a second one.
struct Sandbox {
  /// Where programs and libraries lie, and what they read at their start.
  private static let system = [
    "/usr", "/lib", "/lib32", "/lib64", "/opt", "/nix", "/gnu", "/etc/ld.so.cache",
    "/etc/ld.so.preload",
    "/etc/localtime", "/etc/passwd", "/etc/nsswitch.conf", "/etc/ssl/openssl.cnf", "/etc/gnutls",
    "/proc",
    "/sys/devices/system", "/sys/fs/cgroup", "/dev/urandom", "/dev/random", "/dev/zero",
  ]
  private static let linkerSettings = "/etc/ld.so.conf.d"

  private var cage = Cage()
  /// Folders that were made for the command, the innermost first.
  private var made: [String] = []

  private init() {
    for path in Self.system + Self.libraryFolders() { cage.allow(.read, path) }
    cage.allow(.file, "/dev/null")
  }

  /// What `viseme transcribe` needs.
  init(_ plan: RunPlan) {
    self.init()
    for job in plan.jobs { read(job) }
    if let options = plan.jobs.first?.request.options { read(options) }
    write(plan)
  }

  /// What `viseme align` needs.
  init(_ plan: RunPlan, script: String) {
    self.init(plan)
    cage.allow(.input, script)
  }

  /// What `viseme render` needs. Which file beside a transcript is its recording stands in it.
  init(rendering plan: RunPlan, recording: String?) {
    self.init()
    for job in plan.jobs {
      read(job)
      if plan.embedsSound(in: job), recording == nil {
        readAll(in: Self.folder(of: job.request.input))
      }
    }
    if let recording { cage.allow(.input, recording) }
    write(plan)
  }

  /// Allows all files in a folder to be read, links among them.
  private mutating func readAll(in folder: String) {
    let folder = folder.isEmpty ? "." : folder
    cage.allow(.read, folder)
    for name in (try? FolderNames.read(folder)) ?? [] where Self.isLink("\(folder)/\(name)") {
      cage.allow(.input, "\(folder)/\(name)")
    }
  }

  /// What `viseme probe` needs.
  init(_ arguments: ProbeArguments) {
    self.init()
    for input in arguments.inputs { cage.allow(.input, input) }
    if arguments.looks { read(arguments.recognition) }
  }

  /// What `viseme export` needs.
  init(_ arguments: ExportArguments) {
    self.init()
    for input in arguments.inputs { cage.allow(.input, input) }
    readModels(arguments.models)
    if let folder = arguments.outputDirectory { write(folder: folder) }
    for input in arguments.inputs where arguments.outputDirectory == nil {
      write(file: ExportCommand.path(arguments.stem(of: input), place: 0))
    }
    // Frames wait there until all are known.
    cage.allow(.write, P_tmpdir)
  }

  /// What `viseme batch` needs. Folders hold links to files anywhere, and lists name them, so it reads
  /// everything; without a folder for outputs those of a list's recordings may lie anywhere.
  init(_ arguments: BatchArguments) {
    self.init()
    cage.allow(.read, "/")
    readModels(arguments.transcription.recognition.models)
    if let folder = arguments.transcription.outputDirectory {
      write(folder: folder)
      writeState(in: folder)
    } else {
      cage.leavesFiles = !arguments.manifests.isEmpty
      for operand in arguments.transcription.inputs {
        let folder = Self.outputFolder(of: operand)
        cage.allow(.write, folder)
        writeState(in: folder)
      }
    }
    if let report = arguments.report {
      write(folder: Self.folder(of: report))
      writeState(in: Self.folder(of: report))
      write(file: report)
    } else {
      write(folder: arguments.transcription.outputDirectory ?? "")
    }
  }

  /// What `viseme eval` needs: it reads everything, as lists may name anything.
  init(_ arguments: EvalArguments) {
    self.init()
    cage.allow(.read, "/")
    readModels(arguments.recognition.models)
    write(folder: arguments.outputDirectory)
  }

  /// Enters it where `isWanted`, runs `body`, and removes folders that were made for it and are empty.
  /// Where it `tells`, it says what is in force. A machine that has a sandbox but nothing left to make it of
  /// does not go on without.
  func run<Failure: Error>(
    isWanted: Bool, tells: Bool = false, console: Console, _ body: () throws(Failure) -> ExitCode
  ) throws(Failure) -> ExitCode {
    defer { for folder in made { rmdir(folder.fileBytes) } }
    let state = isWanted ? cage.enter() : nil
    if let code = state?.landlockCode ?? state?.seccompCode, ErrorText.isExhausted(code) {
      console.say("the sandbox cannot be made: \(ErrorText.cause(code))")
      return .mayRetry
    }
    if tells { console.say(SandboxText.sentence(state, leavesFiles: cage.leavesFiles)) }
    return try body()
  }

  private mutating func read(_ job: RunPlan.Job) {
    let input = job.request.input
    cage.allow(.input, input == "-" ? "/dev/stdin" : input)
  }

  private mutating func read(_ options: RecognitionOptions) {
    readModels(options.models)
    if case .file(let path) = options.lipModel { cage.allow(.input, path) }
  }

  /// Models may be links. What has changed since it was last verified is verified once more, and the folder
  /// gets a note of it.
  private mutating func readModels(_ folder: String?) {
    let root = folder ?? ModelStore.defaultRoot().path
    cage.allow(.read, root)
    for model in (try? FolderNames.read(root)) ?? [] where !model.hasPrefix(".") {
      let folder = "\(root)/\(model)"
      cage.allow(ModelStore.isVerified(folder) ? .read : .write, folder)
      for name in (try? FolderNames.read(folder)) ?? [] where Self.isLink("\(folder)/\(name)") {
        cage.allow(.input, "\(folder)/\(name)")
      }
    }
  }

  private mutating func write(_ plan: RunPlan) {
    if let folder = plan.outputDirectory { write(folder: folder) }
    for case .file(let path) in plan.jobs.flatMap(\.outputs).map(\.destination) {
      write(file: path)
    }
  }

  /// Allows a file to be made or replaced, or a device to be written to.
  private mutating func write(file path: String) {
    var status = stat()
    let exists = stat(path.fileBytes, &status) == 0
    if exists, status.st_mode & S_IFMT != S_IFREG { return cage.allow(.file, path) }
    cage.allow(.write, Self.folder(of: (try? AtomicFile.target(of: path)) ?? path))
  }

  /// Allows all in a folder, which is made where it is missing: a rule can only be about what is there.
  private mutating func write(folder: String) {
    var missing: [String] = []
    var path = folder
    while !path.isEmpty, path != "/", access(path.fileBytes, F_OK) != 0 {
      missing.append(path)
      path = Self.folder(of: path)
    }
    if !missing.isEmpty {
      try? FolderMaker.make(folder)
      made += missing.filter { access($0.fileBytes, F_OK) == 0 }
      // Where that failed, the command tries once more and tells why.
      cage.allow(.make, path)
    }
    cage.allow(.write, folder)
  }

  /// The folder of a batch's state may be a link.
  private mutating func writeState(in folder: String) {
    cage.allow(.write, (folder.isEmpty ? "." : folder) + "/.viseme")
  }

  /// Where a batch puts the outputs of an operand: into a folder itself, else beside it; of a pattern, below
  /// the folders before its first part that is one.
  private static func outputFolder(of operand: String) -> String {
    var status = stat()
    if stat(operand.fileBytes, &status) == 0 {
      return status.st_mode & S_IFMT == S_IFDIR ? operand : folder(of: operand)
    }
    let fixed = String(operand.prefix { !"*?[".contains($0) })
    return folder(of: fixed.hasSuffix("/") ? fixed + "x" : fixed)
  }

  /// The folder that a path lies in; empty for the current one.
  private static func folder(of path: String) -> String {
    var path = path[...]
    while path.hasSuffix("/") { path = path.dropLast() }
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path.fileBytes, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// Folders in which the linker looks beside its usual ones.
  private static func libraryFolders() -> [String] {
    let named = getenv("LD_LIBRARY_PATH").map { String(cString: $0) } ?? ""
    let files = (try? FolderNames.read(linkerSettings)) ?? []
    let texts = files.compactMap { try? TextFile.read("\(linkerSettings)/\($0)", limit: 1 << 16) }
    return named.split { ":;".contains($0) }.map(String.init)
      + texts.flatMap { $0.split(separator: "\n") }.filter { $0.hasPrefix("/") }.map(String.init)
  }
}
