/// A part of a word as it is compared: letters and digits alone.
struct AlignmentUnit: Sendable {
  /// The word that it is a part of.
  let word: Int
  /// The same for the same letters.
  let key: Int32
  /// A bit for each pair of neighbouring letters, those at the ends included: how alike two words are
  /// spelt is how many of these they share.
  let signature: UInt64
  /// The part of the word that it takes, 0...1, by letters.
  let share: ClosedRange<Double>
}

/// Numbers for spellings, shared by both sides of a comparison.
struct AlignmentUnits {
  private var keys: [String: Int32] = [:]

  /// The units of words, in order. Words that are nil have none.
  mutating func units(of words: some Sequence<String?>) -> [AlignmentUnit] {
    var units: [AlignmentUnit] = []
    for (word, text) in words.enumerated() {
      guard let text else { continue }
      // A recogniser writes several letters at once where there are no spaces.
      let parts = Letters.pieces(text).flatMap(Letters.keys)
      let total = parts.reduce(0) { $0 + $1.count }
      var before = 0
      for part in parts {
        let start = Double(before) / Double(total)
        before += part.count
        units.append(
          AlignmentUnit(
            word: word, key: key(part), signature: Self.signature(part),
            share: start...Double(before) / Double(total)))
      }
    }
    return units
  }

  private mutating func key(_ text: String) -> Int32 {
    if let key = keys[text] { return key }
    let key = Int32(keys.count)
    keys[text] = key
    return key
  }

  private static func signature(_ text: String) -> UInt64 {
    var signature: UInt64 = 0
    var last: UInt32 = 0
    for value in text.unicodeScalars.map(\.value) + [0] {
      let hash = (last &* 0x9E37_79B1 ^ value) &* 0x85EB_CA6B
      signature |= 1 << UInt64(hash >> 26)
      last = value
    }
    return signature
  }
}

extension AlignmentUnit {
  /// How alike two are spelt: 1 for the same letters, else Dice's coefficient of their pairs of letters,
  /// which says nothing below a half.
  static func likeness(_ a: AlignmentUnit, _ b: AlignmentUnit) -> Double {
    if a.key == b.key { return 1 }
    let common = 2 * (a.signature & b.signature).nonzeroBitCount
    return Double(common) / Double(a.signature.nonzeroBitCount + b.signature.nonzeroBitCount)
  }

  /// Cost of leaving a unit of either side alone.
  static let gapCost: Int32 = 70
  /// Cost of pairing units that are spelt differently: less than leaving both alone.
  private static let otherCost: Int32 = 110

  /// Cost of pairing two.
  static func cost(_ a: AlignmentUnit, _ b: AlignmentUnit) -> Int32 {
    if a.key == b.key { return 0 }
    let common = Int32(2 * (a.signature & b.signature).nonzeroBitCount)
    let sum = Int32(a.signature.nonzeroBitCount + b.signature.nonzeroBitCount)
    return 2 * common < sum ? otherCost : otherCost - 80 * common / sum
  }
}
