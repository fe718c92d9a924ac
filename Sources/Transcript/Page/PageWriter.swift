/// The page: one file that shows, plays, searches and corrects a transcript in a browser, without a
/// network. It holds the transcript as JSON, from which its script (`page.js`, `listening.js`) draws, for readers
/// without scripts the text in paragraphs, and last, where that was asked for, the sound.
struct PageWriter: FormatWriter {
  private var json = JSONWriter()
  private var breaks = ParagraphBreaks()
  /// Number of the first word of each paragraph, among all words.
  private var starts: [Int] = []
  private var count = 0
  /// The paragraphs as HTML.
  private var text = ""
  private var speaker: String?
  /// The rest of the page's text after the transcript.
  private var rest = ""
  private var sound: (any PageSound)?

  mutating func begin<Sink: TextSink & ~Copyable>(
    _ header: TranscriptHeader, to sink: inout Sink
  ) throws(Sink.Failure) {
    breaks = ParagraphBreaks(rules: PhraseRules(language: header.language))
    // Parted first, so that no placeholder in a name is taken for one.
    let page = Self.resource(PackageResources.page_html)
      .split(separator: "{{transcript}}", maxSplits: 1)
    rest = String(page.last ?? "")
    let top = String(page.first ?? "")
      .replacing("{{style}}", with: Self.resource(PackageResources.page_css))
      .replacing("{{language}}", with: xmlText(header.language))
      .replacing("{{title}}", with: xmlText(stem(header.source.file)))
    try sink.write(top)
    var head = ""
    json.begin(header, to: &head)
    try sink.write(Self.inScript(head))
  }

  mutating func add<Sink: TextSink & ~Copyable>(
    _ segment: Segment, to sink: inout Sink
  ) throws(Sink.Failure) {
    for word in segment.words {
      let shown = displayText(word.text)
      if !shown.isEmpty { add(shown, word, of: segment) }
      count += 1
    }
    var part = ""
    json.add(segment, to: &part)
    try sink.write(Self.inScript(part))
  }

  mutating func take(_ voices: [VoiceTurn]) { json.take(voices) }
  mutating func take(_ sound: any PageSound) { self.sound = sound }

  mutating func finish<Sink: TextSink & ~Copyable>(
    notes: [String], to sink: inout Sink
  ) throws(Sink.Failure) {
    var tail = ""
    json.finish(notes: notes, to: &tail)
    if !text.isEmpty { text += "</p>\n" }
    text += notes.map { "<p>\(xmlText($0))</p>\n" }.joined()
    let list = starts.map { String($0) }.joined(separator: ",")
    let page = rest.replacing("{{paragraphs}}", with: "[\(list)]")
      .replacing(
        "{{script}}",
        with: Self.resource(PackageResources.page_js + PackageResources.listening_js)
      )
      .split(separator: "{{text}}", maxSplits: 1)
    let ends = (page.last ?? "").split(separator: "{{sound}}", maxSplits: 1)
    try sink.write(Self.inScript(tail) + (page.first ?? "") + text + (ends.first ?? ""))
    if let sound { try PageSoundWriter.write(sound, to: &sink) }
    try sink.write(String(ends.last ?? ""))
  }

  private mutating func add(_ shown: String, _ word: Word, of segment: Segment) {
    let place = breaks.place(shown, word, of: segment)
    if place != .word {
      starts.append(count)
      text += (place == .start ? "<p>" : "</p>\n<p>")
      if let name = segment.speaker, name != speaker { text += "<b>\(xmlText(name)):</b> " }
      speaker = segment.speaker
    } else if !word.isJoined {
      text += " "
    }
    text += xmlText(shown)
  }

  /// JSON that may stand in a script: no tag in it. Only texts hold the character.
  private static func inScript(_ json: String) -> String {
    json.replacing("<", with: "\\u003c")
  }

  private static func resource(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self)
  }
}
