import Demux
import Pipeline

/// A recording's streams as text and as JSON.
enum ProbeText {
  /// A line for the recording and one for each stream, in the container's order.
  static func table(_ info: MediaInfo, lips: LipSurvey? = nil, name: String) -> String {
    let duration = info.duration.map { TimeText.clock($0) } ?? "unknown length"
    var text = "\(displayed(name)): \(displayed(info.container)), \(duration)\n"
    let rows = labelled(info.streams).map { stream, label in row(stream, label: label) }
    let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
    for row in rows {
      let cells = row.enumerated().map { index, cell in
        index < widths.count
          ? cell + String(repeating: " ", count: widths[index] - cell.count) : cell
      }
      var line = "  " + cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      text += line + "\n"
    }
    return text + (lips.map { "  \(sentence($0))\n" } ?? "")
  }

  /// What the first speech tells of faces.
  private static func sentence(_ lips: LipSurvey) -> String {
    let seen = "lips: \(ErrorText.plural(lips.faces, "face")) at once at most"
    let speech = "\(NumberText.fixed(lips.seconds, 0)) s of speech"
    let known =
      "\(NumberText.fixed(lips.knownSeconds, 0)) s of \(speech) with a face that can be read"
    guard let offset = lips.offset else { return "\(seen); \(known)" }
    let place =
      abs(offset) < 0.02
      ? "picture and sound together"
      : "picture \(NumberText.fixed(abs(offset), 2)) s \(offset > 0 ? "later" : "earlier") than the sound"
    return "\(seen); \(known); \(place)"
  }

  /// One object on a line; times in seconds from time zero.
  static func json(_ info: MediaInfo, lips: LipSurvey? = nil, name: String) -> String {
    let streams = labelled(info.streams).map { stream, label in
      JSONText.object(
        [
          ("index", .integer(stream.index)), ("kind", .text(kind(stream.kind))),
          ("track", label.map { .integer($0) } ?? .null), ("codec", .text(stream.codec)),
          ("decodable", .flag(stream.isDecodable)), ("default", .flag(stream.isDefault)),
          ("language", .optional(stream.language)), ("title", .optional(stream.title)),
          ("start", .optional(stream.startOffset)), ("duration", .optional(stream.duration)),
        ] + format(stream))
    }
    let fields: [(String, JSONText)] =
      [
        ("file", .text(name)), ("container", .text(info.container)),
        ("duration", .optional(info.duration)), ("streams", .list(streams)),
      ] + (lips.map { [("lips", object($0))] } ?? [])
    return JSONText.object(fields).description + "\n"
  }

  private static func object(_ lips: LipSurvey) -> JSONText {
    JSONText.object([
      ("faces", .integer(lips.faces)), ("speech", .optional(lips.seconds)),
      ("known", .optional(lips.knownSeconds)), ("offset", .optional(lips.offset)),
    ])
  }

  /// Each stream with its number among those of its kind, from 1, as --audio-track counts them.
  private static func labelled(_ streams: [StreamInfo]) -> [(StreamInfo, Int?)] {
    var counts: [StreamInfo.Kind: Int] = [:]
    return streams.map { stream in
      guard stream.kind == .audio || stream.kind == .video else { return (stream, nil) }
      counts[stream.kind, default: 0] += 1
      return (stream, counts[stream.kind])
    }
  }

  private static func row(_ stream: StreamInfo, label: Int?) -> [String] {
    var details: [String] = []
    if let language = stream.language { details.append(displayed(language)) }
    if let title = stream.title { details.append("\"\(displayed(title))\"") }
    if stream.isDefault { details.append("default") }
    if let start = stream.startOffset, abs(start) >= 0.0005 {
      details.append("starts at \(NumberText.fixed(start, 3)) s")
    }
    if let duration = stream.duration { details.append(TimeText.clock(duration)) }
    if !stream.isDecodable, stream.kind == .audio || stream.kind == .video {
      details.append("cannot be decoded")
    }
    return [
      kind(stream.kind), label.map { String($0) } ?? "", displayed(stream.codec),
      formatText(stream), details.joined(separator: ", "),
    ]
  }

  private static func formatText(_ stream: StreamInfo) -> String {
    if let audio = stream.audio {
      return "\(audio.sampleRate) Hz, \(ErrorText.plural(audio.channels, "channel"))"
    }
    guard let video = stream.video else { return "" }
    var text = "\(video.width)x\(video.height)"
    if let rate = video.frameRate { text += ", \(NumberText.fixed(rate, 2)) fps" }
    if video.isVariable { text += " variable" }
    if video.rotation != 0 { text += ", turned \(video.rotation)°" }
    return text
  }

  private static func format(_ stream: StreamInfo) -> [(String, JSONText)] {
    if let audio = stream.audio {
      return [("sampleRate", .integer(audio.sampleRate)), ("channels", .integer(audio.channels))]
    }
    guard let video = stream.video else { return [] }
    return [
      ("width", .integer(video.width)), ("height", .integer(video.height)),
      ("frameRate", .optional(video.frameRate)), ("variableFrameRate", .flag(video.isVariable)),
      ("rotation", .integer(video.rotation)),
    ]
  }

  private static func kind(_ kind: StreamInfo.Kind) -> String {
    switch kind {
    case .audio: "audio"
    case .video: "video"
    case .subtitle: "subtitle"
    case .other: "other"
    }
  }
}
