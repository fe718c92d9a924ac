import Support
import Foundation

/// A kind of noise, as `--noise` names it.
package enum NoiseKind: Sendable, Hashable {
  /// Gaussian, the same power at every frequency.
  case white
  /// Gaussian, the same power in every octave.
  case pink
  /// Many people talking at once: from the set's other utterances, or from the recordings of a folder.
  case babble(talkers: Int, folder: String?)
  /// A recording of noise.
  case file(String)
  /// A folder of recordings of noise; each utterance draws one.
  case folder(String)

  /// Talkers in babble where nothing else is asked for.
  package static let talkers = 8
  /// Talkers that may be asked for.
  package static let talkerRange = 1...100

  /// Why a text names no noise.
  package enum Fault: Error, Sendable, Hashable {
    /// No file or folder of that name, nor a noise known.
    case notFound(String)
    /// The number of talkers is not one of `talkerRange`.
    case talkers(String)
  }

  /// Reads "white", "pink", "babble", "babble:30", "babble:folder", "babble:30:folder", or the path of
  /// a file or folder.
  package init(_ text: String) throws(Fault) {
    let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    switch parts[0] {
    case "white" where parts.count == 1: self = .white
    case "pink" where parts.count == 1: self = .pink
    case "babble": self = try Self.babble(parts.dropFirst().map(String.init))
    default:
      switch Self.isFolder(text) {
      case true: self = .folder(text)
      case false: self = .file(text)
      default: throw .notFound(text)
      }
    }
  }

  private static func babble(_ options: [String]) throws(Fault) -> NoiseKind {
    guard let first = options.first else { return .babble(talkers: talkers, folder: nil) }
    let number = Int(first)
    if let number, !talkerRange.contains(number) { throw .talkers(first) }
    let path = number == nil ? options.joined(separator: ":") : options.dropFirst().first
    guard let path else { return .babble(talkers: number ?? talkers, folder: nil) }
    guard isFolder(path) == true else { throw .notFound(path) }
    return .babble(talkers: number ?? talkers, folder: path)
  }

  /// Nil where there is nothing of that name.
  private static func isFolder(_ path: String) -> Bool? {
    var status = stat()
    guard !path.isEmpty, stat(path.fileBytes, &status) == 0 else { return nil }
    return status.st_mode & S_IFMT == S_IFDIR
  }

  /// As reports name it: "babble", "babble-30", "babble of speakers", "cafe" for "noise/cafe.wav".
  package var name: String {
    switch self {
    case .white: "white"
    case .pink: "pink"
    case .babble(let talkers, let folder):
      (talkers == Self.talkers ? "babble" : "babble-\(talkers)")
        + (folder.map { " of \(Self.last($0))" } ?? "")
    case .file(let path): FileName.stem(path)
    case .folder(let path): Self.last(path)
    }
  }

  /// What it is made of, for a report. `talkers` are those that its babble really has.
  func source(talkers found: ClosedRange<Int>?) -> String {
    if case .babble(let talkers, let folder) = self, let found, found.lowerBound < talkers {
      let least = found.count > 1 ? "\(found.lowerBound) to " : ""
      let pool = folder ?? "the other utterances"
      return "\(least)\(found.upperBound) of \(talkers) talkers of \(pool): there are no more"
    }
    return switch self {
    case .white, .pink: "computed"
    case .babble(let talkers, let folder):
      "\(talkers) talkers of \(folder ?? "the other utterances")"
    case .file(let path), .folder(let path): path
    }
  }

  private static func last(_ folder: String) -> String {
    folder.split(separator: "/").last.map(String.init) ?? folder
  }
}

/// A noise of a run under the name that tells it from the others.
package struct NamedNoise: Sendable, Hashable {
  package let kind: NoiseKind
  package let name: String

  /// The kinds, each once; where two have one name, a number is added to the later one's.
  package static func list(_ kinds: [NoiseKind]) -> [NamedNoise] {
    var noises: [NamedNoise] = []
    for kind in kinds where !noises.contains(where: { $0.kind == kind }) {
      var name = kind.name
      var number = 2
      while noises.contains(where: { $0.name == name }) {
        name = "\(kind.name) (\(number))"
        number += 1
      }
      noises.append(NamedNoise(kind: kind, name: name))
    }
    return noises
  }
}
