import Foundation

// How texts, names and times stand in formats of lines and fields.

/// The name of the recording in formats that tell recordings apart by it: the file's name without
/// its ending, white space as "_". One that would make its lines comments gets "_" before it.
func recordingName(_ header: TranscriptHeader) -> String {
  let name = fieldText(stem(header.source.file))
  return name.hasPrefix(";") ? "_" + name : name
}

/// A file's name without its ending.
func stem(_ file: String) -> String {
  let dot = file.dropFirst().lastIndex(of: ".")
  return dot.map { String(file[..<$0]) } ?? file
}

/// A field in a line that is parted at white space: that in it as "_", and never empty.
func fieldText(_ text: String) -> String {
  let field = displayText(text).replacing(" ", with: "_")
  return field.isEmpty ? "_" : field
}

/// Seconds with three decimals.
func decimalSeconds(_ seconds: Double) -> String {
  let (whole, thousandths) = milliseconds(seconds).quotientAndRemainder(dividingBy: 1000)
  return "\(whole).\(padded(thousandths, 3))"
}

/// How long, in seconds with three decimals, so that start and length add up to the end.
func decimalLength(_ start: Double, _ end: Double) -> String {
  decimalSeconds(Double(max(0, milliseconds(end) - milliseconds(start))) / 1000)
}

/// From 0 to 1 with three decimals.
func decimalShare(_ value: Double) -> String { decimalSeconds(share(value)) }

/// A moment as people read it: "1:02:03", "2:03".
func clock(_ seconds: Double) -> String {
  let total = milliseconds(seconds) / 1000
  let rest = "\(padded(total % 60, 2))"
  guard total >= 3600 else { return "\(total / 60):\(rest)" }
  return "\(total / 3600):\(padded(total / 60 % 60, 2)):\(rest)"
}

/// The text of an element or attribute of XML 1.0: what XML cannot hold is left out, what it would
/// take for markup is escaped.
func xmlText(_ text: String) -> String {
  let shown = displayText(text)
  guard shown.unicodeScalars.contains(where: { xmlEscape($0) != nil }) else { return shown }
  var out = ""
  for scalar in shown.unicodeScalars {
    if let escape = xmlEscape(scalar) { out += escape } else { out.unicodeScalars.append(scalar) }
  }
  return out
}

private func xmlEscape(_ scalar: Unicode.Scalar) -> String? {
  switch scalar {
  case "&": "&amp;"
  case "<": "&lt;"
  case ">": "&gt;"
  case "\"": "&quot;"
  case "'": "&#39;"
  case "\u{FFFE}", "\u{FFFF}": ""
  default: nil
  }
}

/// The text with `marks`, for which the format has no escape, as their full-width forms.
func widened(_ text: String, _ marks: String) -> String {
  guard text.contains(where: marks.contains) else { return text }
  var out = ""
  for scalar in text.unicodeScalars {
    // The full-width forms of ASCII lie in its order (Unicode's block FF00).
    let wide = Unicode.Scalar(scalar.value + 0xFEE0)
    let isMark = marks.unicodeScalars.contains(scalar)
    out.unicodeScalars.append(isMark ? wide ?? scalar : scalar)
  }
  return out
}

extension Segment {
  /// Who speaks, else where it was heard: "track1", "track1-channel2".
  var voice: String {
    if let speaker, !displayText(speaker).isEmpty { return displayText(speaker) }
    return "track\(track)" + (channel.map { "-channel\($0)" } ?? "")
  }

  /// Number of the channel, else of the track, which tells apart what may be heard at once.
  var side: Int { channel ?? track }
}
