import Demux
import Pipeline
import Testing

@testable import VisemeCommand

@Suite("What is told of lips")
struct LipTextTests {
  private func account(
    _ segments: Int, blind: Int = 0, _ fault: PictureFault? = nil, faces: Int = 0, known: Int = 0,
    damaged: Int = 0, offset: Double? = nil
  ) -> LipAccount {
    var account = LipAccount(fault: fault)
    account.segments = segments
    account.blindSegments = blind
    account.segmentsWithFace = faces
    account.segmentsWithKnownFace = known
    account.damagedSegments = damaged
    account.offset = offset
    return account
  }

  @Test
  func nothingIsToldWhereNobodyLookedOrAllIsWell() {
    #expect(LipText.note(nil, lips: .auto) == nil)
    #expect(LipText.note(account(3, faces: 2, known: 1, offset: 0), lips: .auto) == nil)
    // Some of the picture could not be decoded, but lips were read.
    #expect(
      LipText.note(account(3, blind: 1, .undecodable, faces: 2, known: 2), lips: .always) == nil)
  }

  @Test
  func aReasonIsTold() {
    let cases: [(LipAccount, String)] = [
      (account(2, blind: 2, .undecodable), "the picture is damaged and cannot be decoded"),
      (account(0, .pipe), "the picture of a pipe cannot be looked at"),
      (
        account(1, blind: 1, .unreadable(.unknownCodec("vvc"))),
        "the picture cannot be decoded (vvc)"
      ),
      (
        account(1, blind: 1, .unreadable(.limitExceeded(.dimensions(width: 9, height: 8)))),
        "a picture of 9 x 8 is too large"
      ),
      (account(1, blind: 1, .unreadable(.notFound)), "the picture cannot be read"),
      (account(2, blind: 1, .undecodable), "no face was seen where the sound is noisy"),
      (
        account(2, damaged: 1), "the picture is damaged and shows no face where the sound is noisy"
      ),
      (account(2, faces: 1), "no face seen where the sound is noisy is known to the lip model"),
    ]
    for (account, reason) in cases {
      #expect(LipText.note(account, lips: .auto) == reason + ": transcribed from the audio")
    }
  }

  @Test
  func anOffsetIsToldWithItsSide() {
    let late = account(1, faces: 1, known: 1, offset: 0.1204)
    let early = account(1, faces: 1, known: 1, offset: -0.08)
    #expect(
      LipText.note(late, lips: .auto)
        == "the picture is 120 ms later than the sound: allowed for in reading lips")
    #expect(LipText.note(early, lips: .auto)?.hasPrefix("the picture is 80 ms earlier") == true)
  }

  @Test
  func wordsFromTheAudioAndFacesByAgreementAreTold() {
    var account = account(2, faces: 2, offset: 0.2)
    account.segmentsWithSpeakingFace = 1
    #expect(
      LipText.note(account, lips: .always)
        == "no face seen is known to the lip model: words from the audio, faces by how lips and "
        + "sound agree (the picture is 200 ms later)")
  }
}
