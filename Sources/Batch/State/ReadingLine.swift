import Foundation
import Pipeline
import Support

/// A line of a `ReadingJournal`: a checksum, the segment's number, track, first sample and number of
/// samples, and what was read in it as JSON, whose numbers are exact.
struct ReadingLine {
  /// Raised with every change of what a line holds or means.
  static let version = 2
  private static let digits = 16

  let place: SegmentTask.Place
  private let json: Data

  /// The first line of a journal.
  static func head(_ fingerprint: String) -> Data {
    Data("viseme segments \(version) \(fingerprint)\n".utf8)
  }

  /// The line for what was read in a segment, with its end; nil where JSON cannot say it (NaN,
  /// infinity).
  static func data(_ place: SegmentTask.Place, _ reading: Reading, _ head: Data) -> Data? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    guard let json = try? encoder.encode(reading) else { return nil }
    let text = " \(place.number) \(place.track) \(place.startSample) \(place.sampleCount) "
    let rest = Data(text.utf8) + json + [0x0A]
    return Data(checksum(rest, head).utf8) + rest
  }

  /// Reads a line of a journal that begins with `head`; nil for one that is not whole.
  init?(_ line: Data, _ head: Data) {
    let start = line.startIndex + Self.digits
    guard line.count > Self.digits, line.last == 0x0A,
      Data(Self.checksum(line[start...], head).utf8) == line[..<start]
    else { return nil }
    let fields = line[start...].dropFirst().split(separator: 0x20, maxSplits: 4)
    let numbers = fields.dropLast().compactMap { Int64(String(decoding: $0, as: UTF8.self)) }
    guard fields.count == 5, numbers.count == 4 else { return nil }
    place = SegmentTask.Place(
      number: Int(numbers[0]), track: Int(numbers[1]), startSample: numbers[2],
      sampleCount: Int(numbers[3]))
    json = Data(fields[4])
  }

  /// What was read.
  var reading: Reading? { try? JSONDecoder().decode(Reading.self, from: json) }

  /// Of a line after its checksum, for this journal's task only.
  private static func checksum(_ rest: Data, _ head: Data) -> String {
    var hash = SHA256()
    for part in [head, rest] { part.withUnsafeBytes { hash.update($0) } }
    return String(hash.finish().prefix(digits))
  }
}
