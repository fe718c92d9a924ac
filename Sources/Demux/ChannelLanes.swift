/// The channels of a track, delivered each by itself as if it were a track.
struct ChannelLanes {
  private var blocks: [BlockAssembler]
  /// Nil where leakage is left in.
  private var gate: CrosstalkGate?

  /// Lanes of `count` channels of the track `ordinal`, over a range of positions at 16 kHz.
  init(track ordinal: Int, count: Int, range: Range<Int64>, start: Int64?, isGated: Bool) {
    blocks = (0..<count).map { channel in
      BlockAssembler(
        track: AudioLane(track: ordinal, channel: channel).number, range: range, start: start)
    }
    gate = isGated ? CrosstalkGate(channels: count) : nil
  }

  /// Takes in samples of all channels. Where the stream has others than it began with, or one alone,
  /// `mix` goes into all lanes.
  mutating func append(
    _ mix: UnsafeBufferPointer<Float>, _ parts: ChannelSamples?, at position: Int64
  ) {
    guard let parts, parts.channels == blocks.count else {
      flush()
      for lane in blocks.indices { blocks[lane].append(mix, at: position) }
      return
    }
    if gate == nil {
      for lane in blocks.indices { blocks[lane].append(parts[lane], at: position) }
    } else {
      gate?.append(parts, at: position) { blocks[$0].append($1, at: $2) }
    }
  }

  /// Puts silence up to a position.
  mutating func silence(to position: Int64) {
    flush()
    for lane in blocks.indices { blocks[lane].silence(to: position) }
  }

  /// Hands on what the gate holds.
  mutating func flush() { gate?.flush { blocks[$0].append($1, at: $2) } }

  /// Ends all lanes.
  mutating func finish() {
    flush()
    for lane in blocks.indices { blocks[lane].flush() }
  }

  /// The next block that is whole.
  mutating func pop() -> AudioBlock? {
    for lane in blocks.indices {
      if let block = blocks[lane].pop() { return block }
    }
    return nil
  }
}

/// An audio track, or one channel of it, that is delivered by itself.
package struct AudioLane: Sendable, Hashable {
  /// Ordinal among the recording's audio streams, from 0.
  package let track: Int
  /// Ordinal of the channel, from 0; nil where the track is delivered as a whole.
  package let channel: Int?

  package init(track: Int, channel: Int? = nil) {
    self.track = track
    self.channel = channel
  }

  /// The lane of an `AudioBlock.track`.
  package init(number: Int) {
    track = number % Self.stride
    channel = number < Self.stride ? nil : number / Self.stride - 1
  }

  /// What stands for it in `AudioBlock.track`: the track's ordinal where it is delivered as a whole.
  package var number: Int { track + Self.stride * ((channel ?? -1) + 1) }

  /// More than a container has streams.
  private static let stride = 1_024
  /// Channels that are delivered each by itself at most.
  static let most = 8
}

extension ChannelDelivery {
  /// The channels of a stream to deliver each by itself; nil where it is delivered as a whole.
  func lanes(_ stream: StreamInfo) -> (count: Int, isGated: Bool)? {
    guard case .apart(let gated) = self, let count = stream.audio?.channels,
      (2...AudioLane.most).contains(count)
    else { return nil }
    return (count, gated)
  }
}
