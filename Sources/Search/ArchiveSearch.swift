/// What is asked of an archive.
package struct SearchQuestion: Sendable {
  /// Words to find; nil for a speaker alone.
  package var words: SearchQuery?
  /// Whose words; nil for everybody's.
  package var speaker: SearchQuery?
  /// Hits that are told in full.
  package var limit: Int
  /// Words before and after a hit.
  package var context: Int

  package init(words: SearchQuery?, speaker: SearchQuery?, limit: Int, context: Int) {
    self.words = words
    self.speaker = speaker
    self.limit = limit
    self.context = context
  }
}

/// What was found.
package struct SearchAnswer: Sendable {
  /// In the order of paths and times, at most as many as were asked for.
  package var hits: [SearchHit] = []
  /// All of them.
  package var count = 0
  /// Transcripts in which there are some.
  package var transcripts = 0
}

/// A place in an archive.
package struct SearchHit: Sendable, Hashable {
  /// What was found there.
  package enum Kind: Sendable, Hashable {
    case words
    /// A speaker, at the first of so many turns.
    case speaker(turns: Int)
  }

  package var kind: Kind
  /// Of the transcript, from the folder on.
  package var path: String
  /// Seconds of the recording.
  package var time: Double
  package var speaker: String?
  package var before: String
  package var match: String
  package var after: String
}

/// A search through the transcripts of an index, one after the other.
struct ArchiveSearch {
  private let index: SearchIndex
  private let question: SearchQuestion
  /// For each word that is looked for, whether a piece is it.
  private let matches: [[Bool]]
  /// Speakers whose words count; nil for all.
  private let speakers: Set<Int>?
  /// Speakers that are themselves what is looked for.
  private let named: Set<Int>
  private(set) var answer = SearchAnswer()

  init(_ index: SearchIndex, _ question: SearchQuestion) {
    self.index = index
    self.question = question
    matches = question.words?.terms.map(index.vocabulary.matches) ?? []
    speakers = question.speaker.map { Self.speakers(index, $0) }
    // Where both are given, the words of that speaker are looked for, and nobody's name.
    let isBoth = question.words != nil && question.speaker != nil
    let name = isBoth ? nil : question.words ?? question.speaker
    named = name.map { Self.speakers(index, $0) } ?? []
  }

  /// Speakers in whose name the words follow one another.
  private static func speakers(_ index: SearchIndex, _ query: SearchQuery) -> Set<Int> {
    let numbers = index.speakers.indices.filter { number in
      let pieces = index.speakers[number].split(whereSeparator: \.isWhitespace)
        .flatMap { SearchPiece.pieces(String($0)) }.filter { !$0.folded.isEmpty }
      guard pieces.count >= query.terms.count else { return false }
      return (0...pieces.count - query.terms.count).contains { first in
        zip(query.terms, pieces[first...]).allSatisfy { term, piece in
          Array(piece.folded.utf8).withUnsafeBytes { term.matches($0) }
        }
      }
    }
    return Set(numbers.map { $0 + 1 })
  }

  /// Adds what is found in a transcript.
  mutating func look(
    in transcript: IndexedTranscript, _ file: borrowing IndexFile
  ) throws(IndexFault) {
    guard !matches.isEmpty || !named.isEmpty else { return }
    var block = TranscriptBlock()
    let bytes = try file.read(transcript.offset, 4 * transcript.pieces)
    guard IndexSum.of(bytes) == transcript.piecesSum else { throw .damaged }
    block.pieces = try pieces(bytes)
    var places = self.places(block.pieces)
    guard !places.isEmpty || !named.isEmpty else { return }
    try fill(&block, transcript, file)
    if let speakers {
      places = places.filter { place in
        block.segment(of: place.lowerBound).map { speakers.contains(block.segments[$0].speaker) }
          ?? false
      }
    }
    var hits: [SearchHit] = []
    let room = max(0, question.limit - answer.hits.count)
    var count = places.count
    for speaker in named.sorted() {
      let turns = block.segments.filter { $0.speaker == speaker }
      guard let first = turns.first, first.first < block.pieces.count else { continue }
      count += 1
      hits.append(hit(.speaker(turns: turns.count), first.first..<first.first, block, transcript))
    }
    for place in places.prefix(room) { hits.append(hit(.words, place, block, transcript)) }
    hits.sort { $0.time < $1.time }
    answer.hits += hits.prefix(room)
    answer.count += count
    answer.transcripts += count > 0 ? 1 : 0
  }

  private func pieces(_ bytes: [UInt8]) throws(IndexFault) -> [UInt32] {
    let count = index.vocabulary.count
    let numbers = bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map {
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self))
      }
    }
    guard numbers.allSatisfy({ $0 < count }) else { throw .damaged }
    return numbers
  }

  /// Reads what else there is of a transcript.
  private func fill(
    _ block: inout TranscriptBlock, _ transcript: IndexedTranscript, _ file: borrowing IndexFile
  ) throws(IndexFault) {
    let bytes = try file.read(transcript.restOffset, transcript.restCount)
    guard IndexSum.of(bytes) == transcript.restSum else { throw .damaged }
    var scanner = IndexScanner(bytes)
    for _ in 0..<transcript.pieces { block.starts.append(try scanner.number(UInt32.self)) }
    for _ in 0..<transcript.segments {
      let first = Int(try scanner.number(UInt32.self))
      let speaker = Int(try scanner.number(UInt32.self))
      guard first <= transcript.pieces, speaker <= index.speakers.count else { throw .damaged }
      block.segments.append(.init(first: first, speaker: speaker))
    }
  }

  /// Where the words follow one another; marks alone between them do not count.
  private func places(_ pieces: [UInt32]) -> [Range<Int>] {
    guard let first = matches.first else { return [] }
    var places: [Range<Int>] = []
    for start in pieces.indices where first[Int(pieces[start])] {
      var end = start + 1
      var isWhole = true
      for next in matches.dropFirst() {
        while end < pieces.count, index.vocabulary.isMark(Int(pieces[end])) { end += 1 }
        isWhole = end < pieces.count && next[Int(pieces[end])]
        guard isWhole else { break }
        end += 1
      }
      if isWhole { places.append(start..<end) }
    }
    return places
  }

  private func hit(
    _ kind: SearchHit.Kind, _ place: Range<Int>, _ block: TranscriptBlock,
    _ transcript: IndexedTranscript
  ) -> SearchHit {
    let segment = block.segment(of: place.lowerBound)
    let speaker = segment.map { block.segments[$0].speaker } ?? 0
    let turn = turn(around: segment ?? 0, block)
    let before = max(turn.lowerBound, place.lowerBound - question.context)..<place.lowerBound
    let end = max(place.upperBound, min(turn.upperBound, place.upperBound + question.context))
    return SearchHit(
      kind: kind, path: transcript.path, time: Double(block.starts[place.lowerBound]) / 1000,
      speaker: speaker > 0 ? index.speakers[speaker - 1] : nil,
      before: text(block.pieces[before]), match: text(block.pieces[place]),
      after: text(block.pieces[place.upperBound..<end]))
  }

  /// The pieces of the segments around one that are of the same speaker.
  private func turn(around segment: Int, _ block: TranscriptBlock) -> Range<Int> {
    guard block.segments.indices.contains(segment) else { return 0..<block.pieces.count }
    let speaker = block.segments[segment].speaker
    var (first, end) = (segment, segment + 1)
    while first > 0, block.segments[first - 1].speaker == speaker { first -= 1 }
    while end < block.segments.count, block.segments[end].speaker == speaker { end += 1 }
    let start = block.segments[first].first
    let stop = end < block.segments.count ? block.segments[end].first : block.pieces.count
    return start..<max(start, stop)
  }

  private func text(_ pieces: ArraySlice<UInt32>) -> String {
    pieces.reduce(into: "") { text, piece in
      if !text.isEmpty, !index.vocabulary.isJoined(Int(piece)) { text += " " }
      text += index.vocabulary.written(Int(piece))
    }
  }
}
