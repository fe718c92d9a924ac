import Testing

@testable import Batch

@Suite("Shards")
struct ShardTests {
  @Test(arguments: ["0/4", "5/4", "1/0", "1", "/", "a/b", "1/2/3", "", "-1/4", "1/-4"])
  func refusesWhatIsNoShare(text: String) {
    #expect(Shard(text) == nil)
  }
}
