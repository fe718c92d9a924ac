import Demux

/// A WAV file (RIFF, PCM) of 16 bits, mono, 16 kHz.
package enum WaveFile {
  /// The file's bytes; values beyond full scale are clipped.
  package static func bytes(_ samples: [Float]) -> [UInt8] {
    let size = UInt32(clamping: 2 * samples.count)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(44 + 2 * samples.count)
    func append(_ text: String) { bytes += Array(text.utf8) }
    func append<Number: FixedWidthInteger>(_ number: Number) {
      withUnsafeBytes(of: number.littleEndian) { bytes += Array($0) }
    }
    append("RIFF")
    append(size + 36)
    append("WAVEfmt ")
    append(UInt32(16))
    append(UInt16(1))  // PCM
    append(UInt16(1))  // channels
    append(UInt32(deliveredSampleRate))
    append(UInt32(2 * deliveredSampleRate))  // bytes a second
    append(UInt16(2))  // bytes a sample
    append(UInt16(16))  // bits
    append("data")
    append(size)
    for sample in samples {
      let value = UInt16(bitPattern: Int16(min(max((sample * 32_768).rounded(), -32_768), 32_767)))
      bytes.append(UInt8(truncatingIfNeeded: value))
      bytes.append(UInt8(truncatingIfNeeded: value >> 8))
    }
    return bytes
  }
}
