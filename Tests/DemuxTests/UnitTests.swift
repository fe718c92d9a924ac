import Testing

@testable import Demux

@Suite struct ExactTimeTests {
  @Test func fractionsAreExact() {
    let third = ExactTime(1, per: 3)
    let sum = (third + third) + third
    #expect(sum == ExactTime(1, per: 1))
    #expect(ExactTime(1001, per: 30_000) + ExactTime(1, per: 44_100) > ExactTime(1001, per: 30_000))
    #expect(ExactTime(-1, per: 3) < .zero)
  }

  @Test(arguments: [
    (Int64(1), Int64(3), Int64(5_333), Int64(5_334)), (-1, 3, -5_333, -5_333), (1, 32_000, 1, 1),
    (-1, 32_000, 0, 0), (3, 1, 48_000, 48_000),
  ])
  func rounding(count: Int64, rate: Int64, nearest: Int64, ceiling: Int64) {
    let time = ExactTime(count, per: rate)
    #expect(time.nearest(at: 16_000) == nearest)
    #expect(time.ceiling(at: 16_000) == ceiling)
  }

  @Test func absurdTimestampsAreNone() {
    let base = MediaTime(value: 1, timescale: 1)
    #expect(base.seconds == 1)
    #expect(ExactTime(seconds: .infinity) == nil)
    #expect(ExactTime(seconds: .nan) == nil)
    #expect(ExactTime(seconds: 1e300) == nil)
  }

  /// Denominators without a common multiple that fits are rounded, not trapped on.
  @Test func hugeDenominatorsDoNotOverflow() {
    let first = ExactTime((1 << 31) * 2_147_483_647, per: 2_147_483_647)
    var sum = first + ExactTime(1, per: 2_147_483_629) + ExactTime(1, per: 2_147_483_587)
    for _ in 0..<20 { sum = sum + ExactTime(1, per: 2_147_483_563) }
    #expect(abs(sum.seconds - Double(1 << 31)) < 0.001)
    #expect(sum.nearest(at: 16_000) == (1 << 31) * 16_000)
    #expect(sum.mediaTime.timescale > 0)
  }

  @Test func mediaTimesAreCanonical() {
    #expect(MediaTime(value: 50, timescale: 100) == MediaTime(value: 1, timescale: 2))
    #expect(MediaTime(value: -1, timescale: 3) < MediaTime(value: 0, timescale: 7))
    #expect(MediaTime(value: .min, timescale: 2).value == Int64.min / 2)
  }
}

@Suite struct BlockAssemblerTests {
  private func append(_ values: [Float], at position: Int64, to blocks: inout BlockAssembler) {
    values.withUnsafeBufferPointer { blocks.append($0, at: position) }
  }

  private func drain(_ blocks: inout BlockAssembler) -> [AudioBlock] {
    var all: [AudioBlock] = []
    while let block = blocks.pop() { all.append(block) }
    return all
  }

  @Test func rangeAndOverlapAreCut() {
    var blocks = BlockAssembler(track: 2, range: 10..<20)
    append(Array(repeating: 1, count: 12), at: 0, to: &blocks)
    append(Array(repeating: 2, count: 6), at: 9, to: &blocks)
    append(Array(repeating: 3, count: 30), at: 17, to: &blocks)
    blocks.flush()
    #expect(blocks.isFull)
    let block = AudioBlock(
      track: 2, startSample: 10, samples: [1, 1, 2, 2, 2, 0, 0, 3, 3, 3])
    #expect(drain(&blocks) == [block])
  }

  /// Of a year of silence the beginning and the end are handed out, block by block.
  @Test func longSilenceIsLazy() {
    var blocks = BlockAssembler(track: 0, range: 0..<Int64.max)
    append([1], at: 5, to: &blocks)
    let year: Int64 = 16_000 * 86_400 * 365
    #expect(blocks.silence(to: year) == year - 6)
    append([2], at: year, to: &blocks)
    blocks.flush()
    #expect(blocks.pop() == AudioBlock(track: 0, startSample: 5, samples: [1]))
    let silent = [Float](repeating: 0, count: BlockAssembler.blockLength)
    #expect(blocks.pop() == AudioBlock(track: 0, startSample: 6, samples: silent))
    let rest = drain(&blocks)
    #expect(rest.contains { $0.startSample == year - BlockAssembler.deliveredSilence.after })
    #expect(rest.last == AudioBlock(track: 0, startSample: year, samples: [2]))
    #expect(rest.reduce(0) { $0 + $1.samples.count } < 500_000)
  }

  @Test func wildSamplesAreTamed() {
    var blocks = BlockAssembler(track: 0, range: 0..<100)
    append([0.5, .nan, .infinity, -1e30, 9, 1.5], at: 0, to: &blocks)
    blocks.flush()
    #expect(blocks.pop()?.samples == [0.5, 0, 0, -8, 8, 1.5])
  }
}
