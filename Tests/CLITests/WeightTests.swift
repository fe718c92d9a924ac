import Foundation
import Testing

/// Weights that are whole by their checksums but hold numbers with which nothing can be computed.
@Suite(
  "Weights of no use",
  .enabled(if: Fixtures.hasFFmpeg, "needs the ffmpeg command to make recordings"),
  .enabled(if: Fixtures.models != nil, "needs the models: viseme models install"))
struct WeightTests {
  /// A store in which the first numbers of every norm of the speech model are `value`.
  private static func spoil(_ value: Float, in folder: TemporaryFolder) throws {
    let source = URL(filePath: try #require(Fixtures.models))
    let models = folder.url.appending(path: "m")
    try FileManager.default.createDirectory(at: models, withIntermediateDirectories: false)
    for name in ["moonshine-tiny-en", "silero-vad"] {
      try FileManager.default.copyItem(
        at: source.appending(path: name), to: models.appending(path: name))
    }
    let model = models.appending(path: "moonshine-tiny-en")
    let file = model.appending(path: "model.safetensors")
    var bytes = try Data(contentsOf: file)
    let length = bytes.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    let header = try #require(
      try JSONSerialization.jsonObject(with: bytes[8..<8 + length]) as? [String: Any])
    var count = 0
    for (name, entry) in header where name.hasSuffix("norm.weight") {
      let entry = try #require(entry as? [String: Any])
      let offsets = try #require(entry["data_offsets"] as? [Int])
      let place = 8 + length + offsets[0]
      let pattern = value.bitPattern.littleEndian
      withUnsafeBytes(of: pattern) { bytes.replaceSubrange(place..<place + 4, with: $0) }
      count += 1
    }
    #expect(count > 0)
    let manifest = model.appending(path: "manifest.json")
    let before = try Fixtures.shell(["sha256sum", file.path]).prefix(64)
    try bytes.write(to: file)
    let after = try Fixtures.shell(["sha256sum", file.path]).prefix(64)
    let text = try String(contentsOf: manifest, encoding: .utf8)
    try text.replacing(before, with: after).write(to: manifest, atomically: true, encoding: .utf8)
  }

  /// What is no number is found when it is loaded, and what is too large to be computed with.
  @Test(arguments: [.nan, .infinity, 3e38] as [Float])
  func areToldByName(value: Float) throws {
    let folder = try TemporaryFolder()
    try Self.spoil(value, in: folder)
    let run = try CommandRun(
      [
        "transcribe", Fixtures.flac.get().path, "-q", "-o", "out.srt", "--models", "m",
      ], in: folder.url)
    #expect(run.code == 69, "\(run.errors)")
    #expect(
      run.errors
        == "viseme: this viseme cannot use the weights of model moonshine-tiny-en; "
        + "remove its folder and run: viseme models install\n")
    #expect(try folder.names() == ["m"])
  }
}
