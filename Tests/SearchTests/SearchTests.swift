import Testing
@testable import Search
@Test func ok() { #expect(SearchPiece.pieces("Well-known,").map(\.folded) == ["well", "known"]) }
