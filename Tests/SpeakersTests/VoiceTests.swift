import Testing

@testable import Speakers

/// Voices as directions: near the axis `axis` with a share of others, which differs from piece to piece.
private func direction(_ axis: Int, other: Int = 0, share: Float = 0) -> [Float] {
  var vector = [Float](repeating: 0, count: VoicePrint.width)
  vector[axis] = 1
  vector[100 + other % 90] += share
  let length = cosineSum(vector, vector).squareRoot()
  return vector.map { $0 / length }
}

@Suite("Voices by name") struct VoiceNamingTests {
  private func print(_ values: (axis: Int, share: Float)..., seconds: Double = 20) throws
    -> VoicePrint
  {
    var vector = [Float](repeating: 0, count: VoicePrint.width)
    for (axis, share) in values { vector[axis] = share }
    return try #require(VoicePrint(vector, seconds: seconds))
  }

  @Test func printsHaveLengthOneOrAreNone() throws {
    let print = try #require(
      VoicePrint([Float](repeating: 3, count: VoicePrint.width), seconds: 1))
    #expect(abs(print.likeness(print) - 1) < 1e-5)
    #expect(VoicePrint([Float](repeating: 0, count: VoicePrint.width), seconds: 1) == nil)
    #expect(VoicePrint([Float](repeating: .nan, count: VoicePrint.width), seconds: 1) == nil)
    #expect(VoicePrint([1, 0], seconds: 1) == nil)
    #expect(VoicePrint(print.vector, seconds: 0) == nil)
    #expect(VoicePrint(print.vector, seconds: .infinity) == nil)
  }

  @Test func whoIsMuchAlikeIsNamedAndStrangersAreNot() throws {
    let naming = VoiceNaming([
      ("Anna", [try print((0, 1))]), ("Ben", [try print((9, 1)), try print((1, 1))]),
    ])
    let names = naming.names(of: [
      1: try print((0, 0.8), (5, 0.6)), 2: try print((1, 0.7), (6, 0.6)),
      3: try print((7, 1)), 4: try print((0, 0.5), (8, 1)),
    ])
    #expect(names == [1: "Anna", 2: "Ben"])
  }

  @Test func betweenTwoPeopleWhoSoundAlikeNobodyIsChosen() throws {
    let naming = VoiceNaming([("Anna", [try print((0, 1))]), ("Ben", [try print((1, 1))])])
    #expect(naming.names(of: [1: try print((0, 1), (1, 0.95))]) == [:])
  }

  @Test func nobodyHasTwoVoices() throws {
    let naming = VoiceNaming([("Anna", [try print((0, 1))])])
    let voices = [1: try print((0, 0.8), (5, 0.6)), 2: try print((0, 0.9), (6, 0.4))]
    #expect(naming.names(of: voices) == [2: "Anna"])
    #expect(naming.names(of: voices, taken: ["Anna"]) == [:])
  }

  @Test func aVoiceThatIsHardlyHeardIsNotNamed() throws {
    let naming = VoiceNaming([("Anna", [try print((0, 1))])])
    #expect(naming.names(of: [1: try print((0, 1), seconds: 2)]) == [:])
    #expect(VoiceNaming([]).names(of: [1: try print((0, 1))]) == [:])
  }
}

@Suite("Voices that are asked for") struct VoiceCountTests {
  /// Pieces of voices in turns of `cells`, each of which differs from its voice by as much as pieces do.
  private func pieces(_ voices: [Int], cells: Int = 40) -> VoicePieces {
    var pieces = VoicePieces()
    for (turn, voice) in voices.enumerated() {
      for cell in 0..<cells {
        pieces.append(direction(voice, other: turn * 7 + cell / 2, share: 0.8), steps: 72)
      }
    }
    return pieces
  }

  private func found(_ voices: [Int], _ count: SpeakerCount) -> Int {
    let pieces = pieces(voices)
    return VoiceClustering(pieces: pieces, count: count, duration: pieces.count * VoicePieces.cell)
      .voices().count
  }

  @Test func oneVoiceStaysOneWhateverIsAskedFor() {
    for count in [
      SpeakerCount.automatic, .between(1, 1), .between(2, 2), .between(3, 3), .between(2, 5),
    ] {
      #expect(found([0, 0, 0], count) == 1, "\(count)")
    }
  }

  @Test func voicesThatAreThereAreFoundAndNoMore() {
    #expect(found([0, 1, 2, 0, 1], .automatic) == 3)
    #expect(found([0, 1, 2, 0, 1], .between(3, 3)) == 3)
    #expect(found([0, 1, 2, 0, 1], .between(5, 5)) == 3)
    #expect(found([0, 1, 2, 0, 1], .between(1, 2)) == 2)
    #expect(found([0, 1, 2, 0, 1], .between(1, 1)) == 1)
  }

  /// Two voices so alike that they are one where nobody asks.
  @Test func alikeVoicesAreDividedWhereTwoAreAskedFor() {
    var pieces = VoicePieces()
    for turn in 0..<4 {
      for cell in 0..<40 {
        var vector = direction(turn % 2, other: turn * 7 + cell / 2, share: 0.2)
        vector[50] = 0.75
        pieces.append(vector, steps: 72)
      }
    }
    let duration = pieces.count * VoicePieces.cell
    func count(_ count: SpeakerCount) -> Int {
      VoiceClustering(pieces: pieces, count: count, duration: duration).voices().count
    }
    #expect(count(.automatic) == 1)
    #expect(count(.between(2, 2)) == 2)
  }

  @Test func prints() throws {
    let pieces = pieces([0, 1])
    let first = try #require(pieces.print { $0 < 40 * VoicePieces.cell })
    #expect(abs(first.seconds - 40 * 0.24) < 1e-9)
    #expect(first.vector[0] > 0.9 && abs(first.vector[1]) < 0.01)
    #expect(pieces.print { _ in false } == nil)
  }
}
