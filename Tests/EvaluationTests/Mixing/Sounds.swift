import Demux
import Foundation
import Support

@testable import Evaluation

/// Sounds and files for tests; everything is computed.
enum Sounds {
  static let rate = deliveredSampleRate

  /// A sine of so many hertz.
  static func sine(_ frequency: Double, seconds: Double, amplitude: Double = 1) -> [Float] {
    (0..<Int(seconds * Double(rate))).map {
      Float(amplitude * sin(2 * .pi * frequency * Double($0) / Double(rate)))
    }
  }

  /// Something like speech: noise in syllables of four a second, with pauses.
  static func speech(seconds: Double, seed: UInt64, amplitude: Float = 0.1) -> [Float] {
    var random = NoiseRandom(seed: seed, utterance: "speech", noise: "")
    let noise = ColouredNoise.white(count: Int(seconds * Double(rate)), random: &random)
    return noise.enumerated().map { index, sample in
      let time = Double(index) / Double(rate)
      let isPause = time.truncatingRemainder(dividingBy: 2) > 1.4
      let syllable = Float(pow(sin(.pi * 4 * time), 2))
      return isPause ? 0 : amplitude * syllable * sample / 4
    }
  }

  static func silence(seconds: Double) -> [Float] {
    [Float](repeating: 0, count: Int(seconds * Double(rate)))
  }
}

extension AudioConditions.Sound {
  /// What is heard where channels are heard as one.
  var samples: [Float] { lanes.count == 1 ? lanes[0] : [] }
}

/// A folder that goes away with its owner.
final class ScratchFolder: Sendable {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appending(path: "viseme-eval-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a WAV file and returns its path.
  @discardableResult
  func wave(_ name: String, _ samples: [Float]) throws -> String {
    try write(name, Data(WaveFile.bytes(samples)))
  }

  /// Writes a WAV file of several channels and returns its path.
  func wave(_ name: String, channels: [[Float]]) throws -> String {
    try write(name, Data(WaveFile.bytes(channels: channels)))
  }

  /// Writes a text file and returns its path.
  @discardableResult
  func text(_ name: String, _ text: String) throws -> String {
    try write(name, Data(text.utf8))
  }

  @discardableResult
  func write(_ name: String, _ data: Data) throws -> String {
    let file = "\(path)/\(name)"
    try FileManager.default.createDirectory(
      atPath: FileName.folder(file), withIntermediateDirectories: true)
    try data.write(to: URL(filePath: file))
    return file
  }

  func bytes(_ name: String) -> Data? { FileManager.default.contents(atPath: "\(path)/\(name)") }

  /// Files below a folder of this one, in the order of their names, without this one's path.
  func files(_ folder: String) -> [String] {
    FolderListing(of: "\(path)/\(folder)").files.map { String($0.dropFirst(path.count + 1)) }
  }
}
