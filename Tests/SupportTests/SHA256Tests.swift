import Foundation
import Testing

@testable import Support

@Suite struct SHA256Tests {
  // Examples of FIPS 180-4 (NIST's example values for SHA-256) and the empty message.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
        + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
    (
      String(repeating: "a", count: 1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
  ]) func published(message: String, digest: String) {
    #expect(SHA256.hexDigest(of: Data(message.utf8)) == digest)
  }

  @Test func piecesOfAnyLengthMakeTheSameDigest() {
    // Of a linear congruential generator (Numerical Recipes).
    var state: UInt32 = 7
    for length in 0..<200 {
      let message = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      var hash = SHA256()
      var rest = message[...]
      while !rest.isEmpty {
        state = state &* 1_664_525 &+ 1_013_904_223
        let piece = rest.prefix(Int(state >> 16) % 81)
        piece.withUnsafeBytes { hash.update($0) }
        rest = rest.dropFirst(piece.count)
      }
      #expect(hash.finish() == SHA256.hexDigest(of: Data(message)))
    }
  }
}
