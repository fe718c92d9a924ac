import Testing

import Support

/// Names of files that need not be UTF-8.
@Suite("Bytes of file names")
struct FileBytesTests {
  private func bytes(_ text: String) -> [UInt8] {
    text.fileBytes.dropLast().map { UInt8(bitPattern: $0) }
  }

  @Test
  func everyNameComesBackAsItWas() {
    var generator = SystemRandomNumberGenerator()
    let special: [[UInt8]] = [
      [], Array("März.wav".utf8), Array("M".utf8) + [0xE4] + Array("rz.wav".utf8),
      [0xF4, 0x8F, 0xB9, 0xA4], [0xF4, 0x8F, 0xBB], [0xC3], [0x80, 0xFF, 0xC3, 0xA4],
      Array("e\u{301}".utf8), [0xED, 0xA0, 0x80], [0xF4],
    ]
    let random = (0..<500).map { _ in
      (0..<Int.random(in: 1...12, using: &generator)).map { _ in
        UInt8.random(in: 1...255, using: &generator)
      }
    }
    for name in special + random { #expect(bytes(String(fileBytes: name)) == name) }
  }

  @Test
  func validNamesAreTheTextsThatTheyWere() {
    for name in ["", "a/b.wav", "日本.mp4", "\u{10FFFD}"] {
      #expect(String(fileBytes: Array(name.utf8)) == name)
      #expect(name.readableFileName == name)
    }
  }

  @Test
  func otherBytesAreTold() {
    let name = String(fileBytes: [0x4D, 0xE4, 0x72, 0x7A])
    #expect(name.readableFileName == "M\\xe4rz")
    #expect(name.holdsFileEscapes)
    // A zero would end the path early, and name another file.
    #expect("a\0b".fileBytes == [0])
  }
}
