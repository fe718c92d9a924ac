import CKernels
import CPeaks
import Foundation

/// What a product computes with.
enum Arithmetic: String, Encodable, CaseIterable { case f32, bf16, u8 }

/// A loop that keeps the multipliers busy and does nothing else.
struct PeakLoop {
  /// Rounds that take about a millisecond on a slow core.
  private static let rounds = 100_000

  let instructions: String
  let arithmetic: Arithmetic
  /// The lowest instruction set, by its place in `MachinePeaks.levels`.
  let level: Int
  private let operationsPerRound: Int
  private let body: @convention(c) (Int) -> Int32

  init?(_ loop: peak_loop) {
    guard let arithmetic = Arithmetic(rawValue: String(cString: loop.arithmetic)),
      let level = MachinePeaks.levels.firstIndex(of: String(cString: loop.isa)),
      let isSupported = loop.is_supported, let body = loop.run, isSupported() != 0
    else { return nil }
    instructions = String(cString: loop.name)
    self.arithmetic = arithmetic
    self.level = level
    operationsPerRound = loop.operations
    self.body = body
  }

  /// Operations of one run; a multiplication and an addition count as two.
  var operations: Double { Double(operationsPerRound * Self.rounds) }

  func run() { _ = body(Self.rounds) }
}

/// The limits of one core, measured.
struct MachinePeaks {
  /// The values of VISEME_ISA, each with all that those before it have.
  static let levels = ["baseline", "avx2", "avx512", "avx512vnni"]

  struct Rate: Encodable {
    let instructions: String
    let arithmetic: Arithmetic
    let isa: String
    /// Billions of operations a second.
    let gops: Double
  }

  struct Bandwidth: Encodable {
    let kilobytes: Int
    /// Billions of bytes read a second.
    let gigabytes: Double
  }

  /// The sizes that are read: about half of the first, second and third cache, and memory.
  private static let sizes = [32, 512, 8 << 10, 256 << 10]
  /// Weights and activations of a segment lie in the third cache.
  private static let working = 8 << 10

  private(set) var rates: [Rate] = []
  private(set) var bandwidths: [Bandwidth] = []
  /// The fastest loop that the instruction set in force may use.
  private let loops: [Arithmetic: PeakLoop]

  init(rounds: Int) {
    var count = 0
    let all = UnsafeBufferPointer(start: peak_loops(&count), count: count).compactMap(PeakLoop.init)
    let forced = ProcessInfo.processInfo.environment["VISEME_ISA"]
    let highest = forced.flatMap(Self.levels.firstIndex(of:)) ?? Self.levels.count - 1
    // Of one arithmetic, a higher level is faster.
    loops = Dictionary(grouping: all.filter { $0.level <= highest }, by: \.arithmetic)
      .compactMapValues { $0.max { $0.level < $1.level } }
    let times = Stopwatch.alternate(rounds: rounds, all.map { loop in loop.run })
    rates = zip(all, times).map { loop, time in
      Rate(
        instructions: loop.instructions, arithmetic: loop.arithmetic,
        isa: Self.levels[loop.level], gops: loop.operations / time / 1e9)
    }
    bandwidths = Self.sizes.map { Self.bandwidth(kilobytes: $0, rounds: rounds) }
  }

  private static func bandwidth(kilobytes: Int, rounds: Int) -> Bandwidth {
    let bytes = kilobytes << 10
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    defer { memory.deallocate() }
    memory.initializeMemory(as: UInt8.self, repeating: 1, count: bytes)
    let time = Stopwatch.alternate(rounds: rounds, [{ _ = peak_read(memory, bytes, 1) }])[0]
    return Bandwidth(kilobytes: kilobytes, gigabytes: Double(bytes) / time / 1e9)
  }

  /// The loop that kernels of `arithmetic` are held against; nil where the machine has none.
  func loop(_ arithmetic: Arithmetic) -> PeakLoop? { loops[arithmetic] }

  /// Whether products are made of u8 x s8 dot products.
  static let hasByteProducts = String(cString: vk_isa()) == levels.last
  /// Byte products for each product of a weight: an activation has two bytes there, and lies in one
  /// 16-bit value elsewhere.
  static let planes = hasByteProducts ? 2.0 : 1.0

  /// Seconds that `operations` take at least; infinite where the machine has no such arithmetic.
  func seconds(_ operations: Double, _ arithmetic: Arithmetic) -> Double {
    guard let loop = loops[arithmetic],
      let rate = rates.first(where: { $0.instructions == loop.instructions })
    else { return .infinity }
    return operations * (arithmetic == .u8 ? Self.planes : 1) / (rate.gops * 1e9)
  }

  /// Seconds that reading or writing `bytes` takes at least.
  func seconds(bytes: Double) -> Double {
    let rate = bandwidths.first { $0.kilobytes == Self.working }?.gigabytes ?? .infinity
    return bytes / (rate * 1e9)
  }
}
