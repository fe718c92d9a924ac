/// Tells quickly of most texts that no piece begins with them (Bloom, Space/Time Trade-offs in Hash Coding
/// with Allowable Errors, 1970, with one hash): without it every path through the terms would be followed
/// as far as the longest piece is long.
struct PrefixFilter {
  private static let bits: UInt64 = 1 << 21
  static let empty: UInt64 = 0xcbf2_9ce4_8422_2325

  private var words = [UInt64](repeating: 0, count: Int(bits / 64))

  /// The hash of a text with another byte (FNV-1a).
  static func prefix(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    (hash ^ UInt64(byte)) &* 0x100_0000_01b3
  }

  mutating func add(_ piece: ArraySlice<UInt8>) {
    var hash = Self.empty
    for byte in piece {
      hash = Self.prefix(hash, byte)
      let place = Self.place(hash)
      words[Int(place / 64)] |= 1 << (place % 64)
    }
  }

  /// False where no piece begins so.
  func mayHave(_ hash: UInt64) -> Bool {
    let place = Self.place(hash)
    return words[Int(place / 64)] >> (place % 64) & 1 == 1
  }

  private static func place(_ hash: UInt64) -> UInt64 { (hash ^ hash >> 32) % bits }
}
