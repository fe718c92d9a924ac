import Foundation

/// Why a file is no transcript that can be read.
package enum TranscriptFileError: Error, Sendable, Hashable {
  /// No JSON, or JSON that breaks off.
  case notJSON
  /// JSON of something else.
  case notTranscript
  /// A version of the schema that a later program writes.
  case newer(version: Int)
  /// A member that must be there is not; `member` is its path, as in "segments[3].words[0].start".
  case missing(member: String)
  /// A member has a value of another type, or out of range.
  case wrong(member: String, expected: Expected)
  /// The text of a segment is not that of its words, which alone are read.
  case textDiffers(member: String)

  /// What a member's value should have been.
  package enum Expected: Sendable, Hashable {
    case text, object, list
    case wholeNumber, truth
    /// Seconds, from 0 to about 30 years.
    case seconds
    /// From 0 to 1.
    case share
    /// A whole number from 1 on.
    case ordinal
    /// Two shares, of a picture's width and height.
    case place
  }
}

/// Reads the JSON that ``TranscriptWriter`` writes, of every version of its schema.
package enum TranscriptFile {
  private struct Head: Decodable {
    var schema: String?
    var version: Int?
  }

  /// The transcript in `data`, its segments in the order of their starts. Members that this version
  /// does not know are passed over.
  package static func read(_ data: Data) throws(TranscriptFileError) -> Transcript {
    let decoder = JSONDecoder()
    let head: Head
    do { head = try decoder.decode(Head.self, from: data) } catch DecodingError.dataCorrupted {
      throw .notJSON
    } catch {
      throw .notTranscript
    }
    guard head.schema == JSONWriter.schema else { throw .notTranscript }
    guard let version = head.version else { throw .missing(member: "version") }
    guard version >= 1 else { throw .wrong(member: "version", expected: .ordinal) }
    guard version <= JSONWriter.version else { throw .newer(version: version) }
    let stored: StoredTranscript
    do { stored = try decoder.decode(StoredTranscript.self, from: data) } catch {
      throw fault(error)
    }
    return try stored.transcript()
  }

  private static func fault(_ error: any Error) -> TranscriptFileError {
    switch error as? DecodingError {
    case .keyNotFound(let key, let context):
      return .missing(member: path(context.codingPath + [key]))
    case .valueNotFound(let type, let context), .typeMismatch(let type, let context):
      return .wrong(
        member: path(context.codingPath), expected: expected(type, of: context.codingPath.last))
    case .dataCorrupted(let context) where !context.codingPath.isEmpty:
      // A number that its type cannot hold.
      return .wrong(member: path(context.codingPath), expected: .wholeNumber)
    case .dataCorrupted, nil: return .notJSON
    @unknown default: return .notJSON
    }
  }

  /// Members that are numbers and no times.
  private static let shares: Set<String> = ["confidence", "gate"]

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.reduce("") { path, key in
      if let index = key.intValue { return "\(path)[\(index)]" }
      return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
    }
  }

  private static func expected(
    _ type: any Any.Type, of member: (any CodingKey)?
  ) -> TranscriptFileError.Expected {
    switch type {
    case is String.Type: .text
    case is Int.Type: .wholeNumber
    case is Double.Type: shares.contains(member?.stringValue ?? "") ? .share : .seconds
    case is Bool.Type: .truth
    case is [String: Any].Type: .object
    default: .list
    }
  }
}
