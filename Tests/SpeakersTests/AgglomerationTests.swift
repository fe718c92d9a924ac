import Testing

@testable import Speakers

@Suite struct AgglomerationTests {
  /// `count` directions near the axis `axis` of `width`.
  private func near(_ axis: Int, count: Int, width: Int, first: Int) -> [VoiceCluster] {
    (0..<count).map { index in
      var vector = [Float](repeating: 0, count: width)
      vector[axis] = 1
      vector[(axis + 1 + index % (width - 1)) % width] += 0.2
      let length = cosineSum(vector, vector).squareRoot()
      return VoiceCluster(vector.map { $0 / length }, member: first + index)
    }
  }

  // 700 of each are more than are compared each with each.
  @Test(arguments: [3, 40, 700]) func directionsApartStayApart(count: Int) {
    let clusters = (0..<3).flatMap { near($0, count: count, width: 8, first: $0 * count) }
    let joined = Agglomeration.join(clusters, distance: 0.5)
    #expect(joined.count == 3)
    let members = joined.map { Set($0.members) }
    for axis in 0..<3 { #expect(members.contains(Set(axis * count..<(axis + 1) * count))) }
  }

  @Test func nothingAndOneStayAsTheyAre() {
    #expect(Agglomeration.join([], distance: 1).isEmpty)
    #expect(Agglomeration.join(near(0, count: 1, width: 4, first: 0), distance: 1).count == 1)
  }

  @Test func speakersAreNumberedByFirstAppearance() {
    let result = Diarization([
      SpeakerTurn(speaker: 4, start: 2, end: 3), SpeakerTurn(speaker: 9, start: 0, end: 1),
      SpeakerTurn(speaker: 4, start: 5, end: 6),
    ])
    #expect(result.speakers == 2)
    #expect(result.turns.map(\.speaker) == [0, 1, 1])
  }
}
