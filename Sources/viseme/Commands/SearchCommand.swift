import Foundation
import Search
import Support

/// `viseme search`: words and speakers found in folders of transcripts.
struct SearchCommand {
  /// What was found in one folder.
  struct Result {
    let folder: String
    let answer: SearchAnswer
    /// Transcripts that were searched.
    let transcripts: Int
    let faults: [(path: String, fault: SearchFault)]
  }

  let question: SearchQuestion
  let term: String?
  let folders: [String]
  let arguments: SearchArguments
  let console: Console

  /// - Returns: success where anything was found; the code of what could not be searched, or that nothing
  ///   was found, else.
  func run() -> ExitCode {
    var results: [Result] = []
    var code: ExitCode?
    for folder in folders {
      if let fault = Self.fault(folder) {
        console.say("\(displayed(folder)): \(SearchText.sentence(fault))")
        code = code ?? SearchText.code(fault)
        continue
      }
      do throws(IndexFault) {
        let result = try search(folder)
        if let fault = result.faults.first { code = code ?? SearchText.code(fault.fault) }
        results.append(result)
      } catch {
        console.say("\(displayed(folder)): the index \(SearchText.sentence(error))")
        code = code ?? .ioError
      }
    }
    let text =
      arguments.isJSON
      ? SearchText.json(results, term: term, speaker: arguments.speaker) + "\n"
      : results.map(SearchText.lines).joined()
    let printed = StandardOutput.print(text, console: console)
    guard printed == .success else { return printed }
    if results.contains(where: { $0.answer.count > 0 }) { return .success }
    return code ?? .nothingFound
  }

  /// Why it is no folder that can be looked into.
  private static func fault(_ folder: String) -> SearchFault? {
    var status = stat()
    guard stat(folder.fileBytes, &status) == 0 else { return .unreadable(errno) }
    if status.st_mode & S_IFMT != S_IFDIR { return .unreadable(ENOTDIR) }
    return access(folder.fileBytes, R_OK | X_OK) == 0 ? nil : .unreadable(errno)
  }

  private func search(_ folder: String) throws(IndexFault) -> Result {
    do throws(IndexFault) { return try search(folder, isFresh: arguments.isFresh) } catch {
      guard error == .damaged else { throw error }
      // A block is not what was written; the transcripts are.
      return try search(folder, isFresh: true)
    }
  }

  private func search(_ folder: String, isFresh: Bool) throws(IndexFault) -> Result {
    let archive = try Archive(folder: folder, isFresh: isFresh) { read, all in
      if !arguments.isQuiet {
        console.progress("reading \(read) of \(ErrorText.plural(all, "transcript"))")
      }
    }
    console.progress("")
    let answer = try archive.search(question)
    tell(archive)
    tell(answer, archive)
    return Result(
      folder: folder, answer: answer, transcripts: archive.count, faults: archive.faults)
  }

  private func tell(_ archive: borrowing Archive) {
    for (path, fault) in archive.faults {
      console.say("\(displayed(path)): not searched: \(SearchText.sentence(fault))")
    }
    if case .rebuilt(let fault, let read) = archive.origin, fault != .missing, !arguments.isFresh {
      console.say(
        "\(displayed(archive.folder)): the index \(SearchText.sentence(fault)); "
          + "\(ErrorText.plural(read, "file")) read again")
    }
    guard !arguments.isQuiet else { return }
    if let error = archive.notStored {
      console.say("the index is not stored: \(ErrorText.failure(error).message)")
    }
    let others = archive.otherCount
    if others > 0 {
      console.say("\(ErrorText.plural(others, "JSON file")) passed over: no transcript of viseme")
    }
  }

  private func tell(_ answer: SearchAnswer, _ archive: borrowing Archive) {
    guard !arguments.isQuiet else { return }
    let searched = ErrorText.plural(archive.count, "transcript")
    if answer.count > answer.hits.count {
      console.say(
        "\(displayed(archive.folder)): \(answer.hits.count) of \(answer.count) places shown; --limit shows more"
      )
    }
    guard answer.count == 0 else { return }
    let near = question.words.map { archive.suggestions($0).prefix(8) } ?? []
    console.say(
      "\(displayed(archive.folder)): nothing found in \(searched)"
        + (near.isEmpty
          ? "" : "; spelled nearly so: \(near.map { displayed($0) }.joined(separator: ", "))"))
  }
}
