/// A transcript as it stands in JSON of version 1, its values not yet checked.
struct StoredTranscript: Decodable {
  struct Maker: Decodable {
    let name, version: String
  }

  struct Source: Decodable {
    let file, container: String
    let duration: Double?
  }

  struct StoredWord: Decodable {
    let text: String
    let start, end, confidence: Double
    let joined: Bool?
    let face: Int?
    let gate: Double?
  }

  struct StoredSegment: Decodable {
    let start, end: Double
    let track: Int
    let channel: Int?
    let speaker: String?
    let model: String?
    let mouth: [Double]?
    let text: String
    let words: [StoredWord]
  }

  /// A setting of any type; nil inside for null.
  struct StoredValue: Decodable {
    let value: Setting.Value?

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        value = nil
      } else if let flag = try? container.decode(Bool.self) {
        value = .flag(flag)
      } else if let whole = try? container.decode(Int.self) {
        value = .integer(whole)
      } else if let number = try? container.decode(Double.self) {
        value = .number(number)
      } else {
        value = .text(try container.decode(String.self))
      }
    }
  }

  let program, model: Maker
  let source: Source
  let language: String
  let settings: [String: StoredValue]
  let segments: [StoredSegment]
  let notes: [String]
}

extension StoredTranscript {
  /// The transcript, each value checked.
  func transcript() throws(TranscriptFileError) -> Transcript {
    if let duration = source.duration { try Self.check(duration, "source.duration") }
    let header = TranscriptHeader(
      program: ModelInfo(name: program.name, version: program.version),
      source: SourceInfo(
        file: source.file, duration: source.duration, container: source.container),
      model: ModelInfo(name: model.name, version: model.version),
      settings: settings.sorted { $0.key < $1.key }.map { name, stored in
        // What has no form in JSON was no number.
        Setting(name: name, value: stored.value ?? .number(.nan))
      },
      language: language)
    var read: [Segment] = []
    read.reserveCapacity(segments.count)
    for (index, segment) in segments.enumerated() {
      read.append(try Self.segment(segment, "segments[\(index)]"))
    }
    // Of equal starts the first stays first.
    let order = read.indices.sorted { (read[$0].start, $0) < (read[$1].start, $1) }
    return Transcript(header: header, segments: order.map { read[$0] }, notes: notes)
  }

  private static func segment(
    _ stored: StoredSegment, _ path: String
  ) throws(TranscriptFileError) -> Segment {
    try check(stored.start, stored.end, path)
    try check(ordinal: stored.track, "\(path).track")
    if let channel = stored.channel { try check(ordinal: channel, "\(path).channel") }
    var words: [Word] = []
    words.reserveCapacity(stored.words.count)
    for (index, entry) in stored.words.enumerated() {
      words.append(try word(entry, "\(path).words[\(index)]"))
    }
    var segment = Segment(
      start: stored.start, end: stored.end, track: stored.track, words: words)
    segment.channel = stored.channel
    // A name that was emptied by hand is none.
    segment.speaker = stored.speaker.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
    segment.model = stored.model
    if let mouth = stored.mouth {
      guard mouth.count == 2, mouth.allSatisfy({ 0...1 ~= $0 }) else {
        throw .wrong(member: "\(path).mouth", expected: .place)
      }
      segment.mouth = MouthPosition(x: mouth[0], y: mouth[1])
    }
    guard segment.text == stored.text else { throw .textDiffers(member: "\(path).text") }
    return segment
  }

  private static func word(
    _ stored: StoredWord, _ path: String
  ) throws(TranscriptFileError) -> Word {
    try check(stored.start, stored.end, path)
    try check(share: stored.confidence, "\(path).confidence")
    var word = Word(
      text: stored.text, start: stored.start, end: stored.end, confidence: stored.confidence,
      isJoined: stored.joined ?? false)
    guard let face = stored.face else { return word }
    guard let gate = stored.gate else { throw .missing(member: "\(path).gate") }
    try check(ordinal: face, "\(path).face")
    try check(share: gate, "\(path).gate")
    word.lips = WordLips(face: face, gate: gate)
    return word
  }

  private static func check(
    _ start: Double, _ end: Double, _ path: String
  ) throws(TranscriptFileError) {
    try check(start, "\(path).start")
    try check(end, "\(path).end")
    guard start <= end else { throw .wrong(member: "\(path).end", expected: .seconds) }
  }

  private static func check(_ seconds: Double, _ path: String) throws(TranscriptFileError) {
    guard 0...1e9 ~= seconds else { throw .wrong(member: path, expected: .seconds) }
  }

  private static func check(share: Double, _ path: String) throws(TranscriptFileError) {
    guard 0...1 ~= share else { throw .wrong(member: path, expected: .share) }
  }

  private static func check(ordinal: Int, _ path: String) throws(TranscriptFileError) {
    // Far from what a lane's number could not hold.
    guard 1...1_000_000 ~= ordinal else { throw .wrong(member: path, expected: .ordinal) }
  }
}
