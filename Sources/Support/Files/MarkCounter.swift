/// Counts the combining marks on a letter, in text that is gone through scalar by scalar. Those count, too,
/// that are written as escapes, as JSON may have them ("\u0301"), and the letters of flags that follow one
/// another: where one flag ends is only known from the first (Unicode Standard Annex 29, rules GB12 and GB13).
///
/// Comparing strings takes the square of their number, and more than 30 marks are in no text that means
/// something (Unicode Standard Annex 15, Stream-Safe Text Format).
struct MarkCounter {
  /// Marks on one letter at most.
  static let most = 64
  /// Letters of which two make a flag.
  private static let flags: ClosedRange<UInt32> = 0x1_F1E6...0x1_F1FF

  private var marks = 0
  /// Scalars of an escape that were read: a backslash, a u and up to three digits.
  private var length = 0
  private var value: UInt32 = 0
  /// The first half of a scalar that is written as two escapes.
  private var high: UInt32 = 0

  /// Whether a letter of `text` has more than `most`.
  static func areMany(in text: String) -> Bool {
    var counter = MarkCounter()
    return text.unicodeScalars.contains { counter.areMany(with: $0) }
  }

  /// Takes the next scalar; true where a letter has more than `most`.
  mutating func areMany(with scalar: Unicode.Scalar) -> Bool {
    if let scalar = unescaped(scalar) {
      let isFlag = Self.flags.contains(scalar.value)
      let isMark = scalar.value >= 0x300 && scalar.properties.canonicalCombiningClass.rawValue > 0
      marks = isMark || isFlag ? marks + 1 : 0
    }
    return marks > Self.most
  }

  /// The scalar, or that of the escape which ends with it; nil within one.
  private mutating func unescaped(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    if length == 0, scalar != "\\" { return scalar }
    if length == 0 {
      (length, value) = (1, 0)
    } else if length == 1, scalar == "u" {
      length = 2
    } else if length > 1, let digit = Character(scalar).hexDigitValue {
      value = value << 4 | UInt32(digit)
      length += 1
      if length == 6 { return ended() }
    } else {
      length = 0
      return scalar
    }
    return nil
  }

  /// The scalar of a whole escape; nil for half of one.
  private mutating func ended() -> Unicode.Scalar? {
    length = 0
    if 0xD800...0xDBFF ~= value {
      high = value
      return nil
    }
    let isLow = 0xDC00...0xDFFF ~= value
    return Unicode.Scalar(isLow ? 0x1_0000 + (high & 0x3FF) << 10 + value & 0x3FF : value)
  }
}
