/// Voices of a recording in short: an embedding over about a second and a half of sound every 0.24 s,
/// of length 1 and in 8 bits a value.
struct VoicePieces: Sendable {
  /// Steps from a piece to the next.
  static let cell = 12
  /// Cells of a piece, which lies around a boundary between cells.
  static let cells = 6
  /// Grid values of length 1.
  private static let scale: Float = 127

  /// `[pieces, 192]`; zeros for a piece without a voice.
  private var values: [Int8] = []
  /// Steps of one voice that each piece was taken over.
  private(set) var steps: [UInt8] = []

  /// Pieces so far; piece i lies around step `cell * i`.
  var count: Int { steps.count }

  /// Takes the next piece.
  mutating func append(_ embedding: [Float], steps count: Int) {
    let length = embedding.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let factor = length > 0 ? Self.scale / length : 0
    values += embedding.map { Int8(max(-127, min(127, ($0 * factor).rounded()))) }
    steps.append(UInt8(min(count, 255)))
  }

  /// Takes a piece in which nobody speaks alone.
  mutating func appendNothing() {
    values += Array(repeating: 0, count: EmbeddingConfig.width)
    steps.append(0)
  }

  /// The embedding of a piece, of length 1.
  func embedding(_ index: Int) -> [Float] {
    let width = EmbeddingConfig.width
    let row = values[index * width..<(index + 1) * width].map(Float.init)
    let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return length > 0 ? row.map { $0 / length } : row
  }
}
