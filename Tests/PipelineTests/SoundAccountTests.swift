import Foundation
import Testing

@testable import Pipeline

/// How loud a recording is.
@Suite struct SoundAccountTests {
  /// Blocks of every length around the eight samples that are taken at once, from within a larger array.
  @Test(arguments: 1...33)
  func everySampleCounts(count: Int) throws {
    for loud in 0..<count {
      var samples = (0..<count + 3).map { Float($0 % 5) / 100 - 0.02 }
      samples[3 + loud] = loud.isMultiple(of: 2) ? 0.75 : -0.75
      var account = SoundAccount()
      account.add(samples[3...])
      #expect(account.peak == 0.75)
      let power = samples[3...].reduce(0) { $0 + Double($1) * Double($1) } / Double(count)
      // Sums of at most 33 squares in f32.
      #expect(abs(try #require(account.loudest) - 10 * log10(power)) < 1e-4)
    }
  }

  @Test
  func nothingIsDigitalSilence() {
    var account = SoundAccount()
    account.add([][...])
    account.add([Float](repeating: 0, count: 20)[...])
    #expect(account.peak == 0 && account.loudest == nil)
  }
}
