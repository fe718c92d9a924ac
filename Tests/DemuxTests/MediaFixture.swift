import Foundation
import Testing

@testable import Demux

/// Media made by the `ffmpeg` command line when a test first asks for it, kept in a directory of
/// this process.
enum MediaFixture {
  /// A directory that the first test makes and the end of the process leaves to the system.
  static let directory: URL = {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("viseme-demux-tests-\(getpid())", isDirectory: true)
    try? FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    atexit { try? FileManager.default.removeItem(at: MediaFixture.directory) }
    return url
  }()

  /// What has been made; touched only while `lock` is held. (The thread sanitizer sees into NSLock but
  /// not into `Synchronization.Mutex`, where it reports races that are none.)
  nonisolated(unsafe) private static var made: Set<String> = []
  private static let lock = NSLock()

  /// Path of a file in the directory, made by ffmpeg from these arguments (all but the output).
  static func make(_ name: String, _ arguments: [String]) throws -> String {
    let path = directory.appendingPathComponent(name).path
    try lock.withLock {
      guard !made.contains(name) else { return }
      _ = try run("ffmpeg", ["-y", "-nostdin", "-v", "error"] + arguments + [path])
      made.insert(name)
    }
    return path
  }

  /// Path of a file in the directory with these bytes.
  static func write(_ name: String, _ bytes: some Collection<UInt8>) throws -> String {
    let url = directory.appendingPathComponent(name)
    try Data(bytes).write(to: url)
    return url.path
  }

  static func bytes(_ path: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// Standard output of a command, which must succeed.
  @discardableResult
  static func run(_ command: String, _ arguments: [String]) throws -> Data {
    let (output, status) = try ChildProcess.run([command] + arguments)
    try #require(status == 0, "\(command) \(arguments)")
    return Data(output)
  }

  /// The samples that ffmpeg itself makes of a file's audio at 16 kHz mono.
  static func reference(_ path: String, _ before: [String] = []) throws -> [Float] {
    let filter = "aresample=16000:ocl=mono:out_sample_fmt=flt:rematrix_maxval=1.0"
    let data = try run(
      "ffmpeg",
      ["-nostdin", "-v", "error"] + before
        + ["-i", path, "-map", "0:a:0", "-af", filter, "-ac", "1", "-f", "f32le", "-"])
    return data.withUnsafeBytes { [Float]($0.bindMemory(to: Float.self)) }
  }
}

/// Everything that a demuxer delivered.
struct Delivered {
  var info: MediaInfo
  var tracks: [Int] = []
  var starts: [Int: Int64] = [:]
  var audio: [Int: [Float]] = [:]
  var frames: [VideoFrame] = []
  var damage = DemuxDamage()

  /// Reads a file to its end, checking on the way that every block follows the one before.
  init(_ path: String, _ options: DemuxOptions = DemuxOptions()) throws {
    var demuxer = try Demuxer(path: path, options: options)
    info = demuxer.info
    tracks = demuxer.lanes.map(\.number)
    while let item = try demuxer.next() {
      switch item {
      case .audio(let block):
        let sofar = audio[block.track, default: []].count
        let start = starts[block.track] ?? block.startSample
        starts[block.track] = start
        #expect(block.startSample == start + Int64(sofar))
        #expect((1...8_000).contains(block.samples.count))
        audio[block.track, default: []] += block.samples
      case .video(let frame): frames.append(frame)
      }
    }
    #expect(try demuxer.next() == nil)
    damage = demuxer.damage
  }

  /// Samples of the only track.
  var samples: [Float] { audio.count == 1 ? audio.first?.value ?? [] : [] }
  /// Position of their first.
  var start: Int64 { starts.first?.value ?? -1 }

  /// Seconds from time zero at which the track first gets louder than `level`, after `from`.
  func onset(above level: Float = 0.2, track: Int? = nil, from: Double = 0) -> Double? {
    let key = track ?? starts.keys.min() ?? 0
    guard let samples = audio[key], let start = starts[key] else { return nil }
    let skipped = max(0, Int(from * 16_000) - Int(start))
    guard let index = samples.indices.dropFirst(skipped).first(where: { abs(samples[$0]) > level })
    else { return nil }
    return Double(start + Int64(index)) / 16_000
  }

  /// Seconds from time zero to the end of the track.
  var end: Double { Double(start + Int64(samples.count)) / 16_000 }
}

/// Sources for fixtures.
enum Source {
  /// A tone burst of 0.2 s at each given second, in silence. Its first sine crest lies 0.25 ms in.
  static func bursts(
    at times: [Double], length: Double = 6, rate: Int = 44_100, channels: Int = 1
  ) -> [String] {
    let sum = times.map { "between(t,\($0),\($0 + 0.2))" }.joined(separator: "+")
    let expression = Array(repeating: "0.8*sin(2*PI*1000*t)*(\(sum))", count: channels)
    return [
      "-f", "lavfi", "-i",
      "aevalsrc='\(expression.joined(separator: "|"))':s=\(rate):d=\(length)",
    ]
  }

  /// A signal that sounds different at every moment: a chirp with noise.
  static func chirp(length: Double = 6, rate: Int = 44_100) -> [String] {
    [
      "-f", "lavfi", "-i",
      "aevalsrc='0.4*sin(2*PI*(200*t+150*t*t))+0.1*(random(0)-0.5)':s=\(rate):d=\(length)",
    ]
  }

  static func video(length: Double = 6, size: String = "96x64", rate: Int = 25) -> [String] {
    ["-f", "lavfi", "-i", "testsrc=s=\(size):r=\(rate):d=\(length)"]
  }
}

/// Greatest difference between two runs of samples over what both hold.
func greatestDifference(_ first: some Sequence<Float>, _ second: some Sequence<Float>) -> Float {
  zip(first, second).reduce(0) { max($0, abs($1.0 - $1.1)) }
}

/// The error that reading a file to its end gives, if any.
func failure(of path: String, _ options: DemuxOptions = DemuxOptions()) -> DemuxError? {
  do {
    _ = try Delivered(path, options)
    return nil
  } catch {
    return error as? DemuxError
  }
}
