import Support

/// All pieces of words of an index, by number.
struct SearchVocabulary: Sendable {
  private var bytes: [UInt8] = []
  private var entries: [Entry] = []
  /// Only where pieces are added.
  private var numbers: [SearchPiece.Key: UInt32]?

  /// Where a piece lies in `bytes`: what is written, then what is compared.
  private struct Entry: Sendable {
    var start: Int
    var folded: Int
    var end: Int
    var isJoined: Bool
  }

  /// An empty one.
  init() { numbers = [:] }

  var count: Int { entries.count }

  /// The number of a piece, which is added where it is new; nil where there is no room for more.
  mutating func number(of piece: SearchPiece) -> UInt32? {
    let key = SearchPiece.Key(written: piece.written, isJoined: piece.isJoined)
    if numbers == nil {
      numbers = [:]
      for index in entries.indices {
        let known = SearchPiece.Key(written: written(index), isJoined: entries[index].isJoined)
        numbers?[known] = UInt32(index)
      }
    }
    if let known = numbers?[key] { return known }
    guard entries.count < Int(UInt32.max) else { return nil }
    let start = bytes.count
    bytes.append(contentsOf: piece.written.utf8)
    let folded = bytes.count
    bytes.append(contentsOf: piece.folded.utf8)
    entries.append(Entry(start: start, folded: folded, end: bytes.count, isJoined: piece.isJoined))
    let number = UInt32(entries.count - 1)
    numbers?[key] = number
    return number
  }

  /// What is written of a piece.
  func written(_ number: Int) -> String {
    String(decoding: bytes[entries[number].start..<entries[number].folded], as: UTF8.self)
  }

  func isJoined(_ number: Int) -> Bool { entries[number].isJoined }

  /// There is no letter in it.
  func isMark(_ number: Int) -> Bool { entries[number].folded == entries[number].end }

  /// For each piece whether it is what a term looks for.
  func matches(_ term: SearchQuery.Term) -> [Bool] {
    bytes.withUnsafeBytes { bytes in
      entries.map { term.matches(UnsafeRawBufferPointer(rebasing: bytes[$0.folded..<$0.end])) }
    }
  }

  /// Folded forms of the pieces that match, each once.
  func foldedForms(matching term: SearchQuery.Term) -> Set<String> {
    var forms: Set<String> = []
    for (number, isMatch) in matches(term).enumerated() where isMatch {
      let entry = entries[number]
      forms.insert(String(decoding: bytes[entry.folded..<entry.end], as: UTF8.self))
    }
    return forms
  }

  func write(to output: inout IndexBytes) {
    output.add(UInt32(entries.count))
    for entry in entries {
      output.add(UInt32(entry.folded - entry.start))
      output.add(UInt32(entry.end - entry.folded) << 1 | (entry.isJoined ? 1 : 0))
    }
    output.add(UInt64(bytes.count))
    output.add(raw: bytes)
  }

  /// What `write(to:)` wrote.
  init(_ scanner: inout IndexScanner) throws(IndexFault) {
    let count = Int(try scanner.number(UInt32.self))
    var place = 0
    for _ in 0..<count {
      let written = Int(try scanner.number(UInt32.self))
      let second = try scanner.number(UInt32.self)
      let folded = place.saturatingSum(written)
      let end = folded.saturatingSum(Int(second >> 1))
      entries.append(
        Entry(start: place, folded: folded, end: end, isJoined: second & 1 == 1))
      place = end
    }
    guard try scanner.number(UInt64.self) == UInt64(place) else { throw .damaged }
    bytes = try scanner.bytes(place)
  }
}

extension SearchPiece {
  /// What tells pieces apart.
  struct Key: Sendable, Hashable {
    let written: String
    let isJoined: Bool
  }
}
