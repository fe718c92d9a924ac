import CKernels
import NN

/// Keys and values of all segments that are being decoded, in 8 bits, in memory mapped once.
///
/// The audio of a segment has a range of whole blocks of 16 frames to itself while the segment is in
/// its slot; within the range lie layer after layer, keys before values. Tokens have a fixed piece of
/// memory for each slot. How numbers are stored is in `docs/lab/MODEL.md`, their order in `CKernels`.
struct KeyValueCache: ~Copyable {
  private static let block = vk_memory_capacity(1)

  private let config: TextDecoderConfig
  private let tokenCapacity: Int
  private var audio: ByteBuffer
  private let tokens: ByteBuffer
  /// For each slot and layer: scales of keys, scales and offsets of values, `[hidden]` each; then for
  /// the tokens' keys and values `[heads, tokenCapacity]` each.
  private let grids: FloatBuffer
  /// Blocks of audio in use, by slot.
  private var ranges: [Range<Int>?]
  private var tokenLimits: [Int]

  /// A cache for `slots` segments of together `frames` frames.
  init(config: TextDecoderConfig, slots: Int, frames: Int) {
    precondition(config.headSize % 4 == 0 && config.heads <= 32)
    self.config = config
    tokenCapacity = vk_memory_capacity(config.maximumTokens)
    let row = config.bytesPerFrame
    // Each segment may leave its last block incomplete.
    audio = ByteBuffer(
      count: (vk_memory_capacity(frames) + slots * Self.block) * row, inHugePages: true)
    tokens = ByteBuffer(count: slots * tokenCapacity * row)
    let grid = 3 * config.hidden + 2 * config.heads * tokenCapacity
    grids = FloatBuffer(count: slots * config.layers * grid)
    ranges = Array(repeating: nil, count: slots)
    tokenLimits = Array(repeating: 0, count: slots)
  }

  /// True when the frames of one more segment find a place. With no segment there is always one.
  func hasRoom(frames: Int) -> Bool { isIdle || gap(blocks(frames)) != nil }

  /// Makes room for a segment of `frames` frames and up to `tokenLimit` tokens, those of its prompt
  /// included, in the free `slot`.
  mutating func open(slot: Int, frames: Int, tokenLimit: Int) {
    precondition(ranges[slot] == nil && (1...config.maximumTokens).contains(tokenLimit))
    let count = blocks(frames)
    if isIdle, count * blockBytes > audio.count {
      audio = ByteBuffer(count: count * blockBytes, inHugePages: true)
    }
    guard let start = gap(count) else { preconditionFailure("no room for the frames") }
    ranges[slot] = start..<start + count
    open(slot: slot, tokenLimit: tokenLimit)
  }

  /// Makes room for tokens alone in a `slot` that has no audio of its own.
  mutating func open(slot: Int, tokenLimit: Int) {
    precondition((1...config.maximumTokens).contains(tokenLimit))
    tokenLimits[slot] = tokenLimit
    for layer in 0..<config.layers {
      tokenScales(slot, layer).update(repeating: 0, count: 2 * config.heads * tokenCapacity)
    }
  }

  /// Gives a slot the keys and values of the tokens of another one with the same limit.
  func copyTokens(from: Int, to: Int) {
    precondition(tokenLimits[from] == tokenLimits[to])
    let capacity = vk_memory_capacity(tokenLimits[from])
    let layers = config.layers
    let slotBytes = layers * tokenCapacity * 2 * config.hidden
    (tokens.base + to * slotBytes).update(
      from: tokens.base + from * slotBytes, count: layers * capacity * 2 * config.hidden)
    for layer in 0..<layers {
      tokenScales(to, layer).update(
        from: tokenScales(from, layer), count: 2 * config.heads * capacity)
    }
  }

  /// Frees the slot; what it held is lost.
  mutating func close(slot: Int) { ranges[slot] = nil }

  /// Keys and values of the `frames` frames of a segment.
  func audio(slot: Int, layer: Int, frames: Int) -> vk_memory {
    guard let range = ranges[slot], blocks(frames) == range.count else {
      preconditionFailure("not the segment of this slot")
    }
    let capacity = range.count * Self.block
    let start = range.lowerBound * blockBytes + layer * 2 * config.hidden * capacity
    let scales = scales(slot, layer)
    return memory(
      audio.base + start, rows: frames, capacity: capacity, keyScales: scales,
      valueScales: scales + config.hidden, valueOffsets: scales + 2 * config.hidden)
  }

  /// Keys and values of the first `count` tokens of a segment.
  func tokens(slot: Int, layer: Int, count: Int) -> vk_memory {
    precondition((1...tokenLimits[slot]).contains(count))
    let capacity = vk_memory_capacity(tokenLimits[slot])
    let start = (slot * config.layers * tokenCapacity + layer * capacity) * 2 * config.hidden
    let scales = tokenScales(slot, layer)
    return memory(
      tokens.base + start, rows: count, capacity: capacity, keyScales: scales,
      valueScales: scales + config.heads * capacity, valueOffsets: nil)
  }

  /// Forgets all tokens of a segment from the position `start` on.
  func forget(slot: Int, from start: Int) {
    forget(slot: slot, tokens: start...tokenLimits[slot] - 1)
  }

  /// Forgets `tokens` of a segment, the last ones. The keys and values of others do not depend on what is
  /// behind them, but the largest scale is looked for in whole blocks.
  func forget(slot: Int, tokens: ClosedRange<Int>) {
    let capacity = vk_memory_capacity(tokenLimits[slot])
    precondition(tokens.lowerBound >= 0 && tokens.upperBound < tokenLimits[slot])
    for layer in 0..<config.layers {
      for row in 0..<2 * config.heads {
        (tokenScales(slot, layer) + row * capacity + tokens.lowerBound)
          .update(repeating: 0, count: tokens.count)
      }
    }
  }

  private func memory(
    _ base: UnsafeMutablePointer<UInt8>, rows: Int, capacity: Int,
    keyScales: UnsafeMutablePointer<Float>, valueScales: UnsafeMutablePointer<Float>,
    valueOffsets: UnsafeMutablePointer<Float>?
  ) -> vk_memory {
    let values = base + capacity * config.hidden
    return vk_memory(
      rows: rows, capacity: capacity, heads: config.heads, dim: config.headSize, keys: base,
      values: UnsafeMutableRawPointer(values).assumingMemoryBound(to: Int8.self),
      key_scales: keyScales, value_scales: valueScales, value_offsets: valueOffsets)
  }

  private func scales(_ slot: Int, _ layer: Int) -> UnsafeMutablePointer<Float> {
    precondition(ranges.indices.contains(slot) && (0..<config.layers).contains(layer))
    let count = grids.count / (ranges.count * config.layers)
    return grids.base + (slot * config.layers + layer) * count
  }

  private func tokenScales(_ slot: Int, _ layer: Int) -> UnsafeMutablePointer<Float> {
    scales(slot, layer) + 3 * config.hidden
  }

  private var isIdle: Bool { ranges.allSatisfy { $0 == nil } }
  private var blockBytes: Int { Self.block * config.bytesPerFrame }

  private func blocks(_ frames: Int) -> Int { vk_memory_capacity(frames) / Self.block }

  /// Start of the first gap of `count` blocks.
  private func gap(_ count: Int) -> Int? {
    var start = 0
    for range in ranges.compactMap(\.self).sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if range.lowerBound - start >= count { return start }
      start = range.upperBound
    }
    return (start + count) * blockBytes <= audio.count ? start : nil
  }
}
