import Testing

@testable import Speakers

@Suite struct MelFilterbankTests {
  @Test func framesAreWhole() {
    #expect(MelFilterbank.frames(samples: 399) == 0)
    #expect(MelFilterbank.frames(samples: 400) == 1)
    #expect(MelFilterbank.frames(samples: 719) == 2)
  }
}
