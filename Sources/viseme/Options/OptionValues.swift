import Demux
import Pipeline
import Transcript

// How the text of an option's value becomes the value.
extension TranscribeArguments {
  static func path(_ text: String) throws(ExpectedValue) -> String {
    guard !text.isEmpty else { throw .path }
    return text
  }

  static func time(_ text: String) throws(ExpectedValue) -> Double {
    guard let seconds = TimeText.seconds(text) else { throw .time }
    return seconds
  }

  static func wholeNumber(
    _ text: String, in range: ClosedRange<Int>
  ) throws(ExpectedValue) -> Int {
    guard let value = Int(text), range.contains(value) else { throw .wholeNumber(range) }
    return value
  }

  static func number(
    _ text: String, in range: ClosedRange<Double>
  ) throws(ExpectedValue) -> Double {
    guard let value = Double(text), range.contains(value) else { throw .number(range) }
    return value
  }

  /// A decimal number or a ratio such as "30000/1001".
  static func frameRate(
    _ text: String, in range: ClosedRange<Double>
  ) throws(ExpectedValue) -> Double {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Double($0) }
    guard parts.count <= 2, let first = parts[0], let second = parts.count > 1 ? parts[1] : 1,
      second != 0, range.contains(first / second)
    else { throw .frameRate }
    return first / second
  }

  /// Names between commas, each counted once, in the order given; all is all of them.
  static func formats(_ text: String) throws(ExpectedValue) -> [TranscriptFormat] {
    if text.lowercased() == "all" { return TranscriptFormat.allCases }
    var formats: [TranscriptFormat] = []
    for name in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let format = TranscriptFormat(rawValue: name.lowercased()) else { throw .formats }
      if !formats.contains(format) { formats.append(format) }
    }
    return formats
  }

  static func track(_ text: String) throws(ExpectedValue) -> AudioTrackSelection {
    guard let selection = AudioTrackSelection(text) else { throw .audioTrack }
    return selection
  }
}
