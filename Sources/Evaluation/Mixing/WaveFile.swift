import Demux

/// A WAV file (RIFF, PCM) of 16 bits, 16 kHz.
package enum WaveFile {
  /// The bytes of a mono file; values beyond full scale are clipped.
  package static func bytes(_ samples: [Float]) -> [UInt8] { bytes(channels: [samples]) }

  /// The bytes of a file with these channels, which are equally long; values beyond full scale are
  /// clipped.
  package static func bytes(channels: [[Float]]) -> [UInt8] {
    let count = channels.map(\.count).min() ?? 0
    let size = UInt32(clamping: 2 * count * channels.count)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(44 + 2 * count * channels.count)
    func append(_ text: String) { bytes += Array(text.utf8) }
    func append<Number: FixedWidthInteger>(_ number: Number) {
      withUnsafeBytes(of: number.littleEndian) { bytes += Array($0) }
    }
    append("RIFF")
    append(size + 36)
    append("WAVEfmt ")
    append(UInt32(16))
    append(UInt16(1))  // PCM
    append(UInt16(clamping: channels.count))
    append(UInt32(deliveredSampleRate))
    append(UInt32(clamping: 2 * channels.count * deliveredSampleRate))  // bytes a second
    append(UInt16(clamping: 2 * channels.count))  // bytes of a sample of all channels
    append(UInt16(16))  // bits
    append("data")
    append(size)
    for n in 0..<count {
      for samples in channels {
        let value = Int16(min(max((samples[n] * 32_768).rounded(), -32_768), 32_767))
        bytes.append(UInt8(truncatingIfNeeded: value))
        bytes.append(UInt8(truncatingIfNeeded: value >> 8))
      }
    }
    return bytes
  }
}
