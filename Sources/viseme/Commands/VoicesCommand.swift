import Foundation
import ModelStore
import Pipeline
import Speakers
import Support
import Transcript

/// Why nothing, or not all, came of a change of the voice book.
enum VoicesError: Error {
  case book(VoiceBookError)
  case enrolment(VoiceEnrolment.Fault, path: String)
  case transcript(RenderError, path: String)
  /// No print of any person named in the transcript.
  case nothingLearnt(path: String)
  case nobody(String)
}

/// `viseme voices`: the voice book.
struct VoicesCommand {
  let arguments: VoicesArguments
  let console: Console
  let cancellation: Cancellation

  func run() -> ExitCode {
    do throws(VoicesError) {
      switch arguments.action {
      case .add: try add()
      case .learn: try learn()
      case .remove: try remove()
      case .list: return try list()
      case .place: return StandardOutput.print(arguments.book.path + "\n", console: console)
      }
      return .success
    } catch {
      guard let failure = VoicesText.failure(error) else { return .success }
      console.say(failure.message)
      return failure.code
    }
  }

  private func enrolment() throws(VoicesError) -> VoiceEnrolment {
    let root = arguments.models.map { URL(filePath: $0, directoryHint: .isDirectory) }
    do throws(TranscriptionError) {
      return try VoiceEnrolment(store: ModelStore(root: root ?? ModelStore.defaultRoot()))
    } catch {
      throw .enrolment(.run(error), path: "")
    }
  }

  private func add() throws(VoicesError) {
    // A book that cannot be used is found before the work.
    _ = try book()
    let enrolment = try enrolment()
    let name = arguments.operands[0]
    var prints: [(name: String, print: VoicePrint)] = []
    for path in arguments.operands.dropFirst() {
      do throws(VoiceEnrolment.Fault) {
        prints.append((name, try enrolment.print(ofOnly: path, cancellation: cancellation)))
      } catch {
        throw .enrolment(error, path: path)
      }
    }
    try keep(prints)
  }

  private func learn() throws(VoicesError) {
    _ = try book()
    let path = arguments.operands[0]
    let transcript: Transcript
    do throws(RenderError) { transcript = try RenderCommand.read(path) } catch {
      throw .transcript(error, path: path)
    }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let recording =
      arguments.operands.count > 1 ? arguments.operands[1] : folder + transcript.header.source.file
    let enrolment = try enrolment()
    let found: [(name: String, print: Result<VoicePrint, VoiceEnrolment.Fault>)]
    do throws(VoiceEnrolment.Fault) {
      found = try enrolment.prints(of: transcript, path: recording, cancellation: cancellation)
    } catch {
      let isOfTranscript = if case .noNames = error { true } else { false }
      throw .enrolment(error, path: isOfTranscript ? path : recording)
    }
    var prints: [(name: String, print: VoicePrint)] = []
    for (name, result) in found {
      switch result {
      case .success(let print): prints.append((name, print))
      case .failure(let fault): console.say("\(displayed(name)): \(VoicesText.sentence(fault))")
      }
    }
    guard !prints.isEmpty else { throw .nothingLearnt(path: path) }
    try keep(prints)
  }

  private func keep(_ prints: [(name: String, print: VoicePrint)]) throws(VoicesError) {
    let day = Date.now.formatted(.iso8601.year().month().day())
    var lines: [String] = []
    try change { book in
      for (name, print) in prints {
        let alike = book.confusable(print, with: name)
        book.add(print, to: name, on: day)
        lines.append(VoicesText.added(name, seconds: print.seconds))
        if !alike.isEmpty { lines.append(VoicesText.alike(name, alike)) }
      }
    }
    guard !arguments.isQuiet else { return }
    for line in lines { console.say(line) }
    console.say("kept in \(displayed(arguments.book.path)), which nobody but you can read")
  }

  private func remove() throws(VoicesError) {
    let before = try book()
    let missing = arguments.operands.filter { name in !before.people.contains { $0.name == name } }
    if let name = missing.first { throw .nobody(name) }
    var left = 0
    try change { book in
      for name in arguments.operands { _ = book.remove(name) }
      left = book.people.count
    }
    guard !arguments.isQuiet else { return }
    for name in arguments.operands { console.say("\(displayed(name)) is forgotten") }
    if left == 0 {
      console.say("nobody is left: \(displayed(arguments.book.path)) is deleted")
    }
  }

  private func list() throws(VoicesError) -> ExitCode {
    let book = try book()
    let path = arguments.book.path
    return StandardOutput.print(
      arguments.isJSON ? VoicesText.json(book, path: path) : VoicesText.table(book, path: path),
      console: console)
  }

  private func book() throws(VoicesError) -> VoiceBook {
    do throws(VoiceBookError) { return try arguments.book.readIfPresent() ?? VoiceBook() } catch {
      throw .book(error)
    }
  }

  private func change(_ body: (inout VoiceBook) -> Void) throws(VoicesError) {
    do throws(VoiceBookError) { try arguments.book.change(body) } catch { throw .book(error) }
  }
}
