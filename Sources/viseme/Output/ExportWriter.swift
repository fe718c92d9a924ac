import Demux
import LipEncoder
import ModelStore
import NN
import Pipeline
import Support

/// Gathers the lip frames and the sound of one recording and writes a file for each face.
///
/// Crops and sound wait on the disk; what is kept in memory is 40 bytes a lip frame and face.
struct ExportWriter: ~Copyable {
  /// A face seen for fewer lip frames than this, half a second, is not worth a file.
  private static let fewestFrames = 12

  private struct Track {
    var indices: [Int] = []
    /// Places of the crops in the spool.
    var places: [Int] = []
    var qualities: [LipQuality] = []
  }

  private let stem: String
  private let source: String
  private let replaces: Bool
  private var output: AtomicFile?
  private var crops: ExportSpool
  private var audio: ExportSpool
  private var tracks: [Int: Track] = [:]

  private init(
    stem: String, source: String, replaces: Bool, output: consuming AtomicFile,
    crops: consuming ExportSpool, audio: consuming ExportSpool
  ) {
    self.stem = stem
    self.source = source
    self.replaces = replaces
    self.output = consume output
    self.crops = crops
    self.audio = audio
  }

  /// Makes the first output, so that a place that cannot be written is found before the work.
  static func begin(
    stem: String, source: String, replacing: Bool
  ) throws(ExportError) -> ExportWriter {
    let path = ExportCommand.path(stem, place: 0)
    do throws(AtomicFileError) {
      let output = try AtomicFile(path: path, replacing: replacing)
      let crops = try ExportSpool(for: path)
      let audio = try ExportSpool(for: path)
      return ExportWriter(
        stem: stem, source: source, replaces: replacing, output: output, crops: crops,
        audio: audio)
    } catch {
      throw .run(.output(error))
    }
  }

  /// Seconds of sound so far.
  var seconds: Double {
    Double(audio.count / MemoryLayout<Float>.size) / Double(deliveredSampleRate)
  }

  /// Adds sound; what comes before time zero is left out, what is missing is silence.
  mutating func add(_ block: AudioBlock) {
    let size = MemoryLayout<Float>.size
    let start = Int(block.startSample)
    audio.append(zeros: max(0, start - audio.count / size) * size)
    let skipped = min(block.samples.count, max(0, audio.count / size - start))
    block.samples[skipped...].withUnsafeBytes { audio.append($0) }
  }

  /// Adds a lip frame; those of a track come in order.
  mutating func add(_ frame: LipFrame) {
    tracks[frame.track, default: Track()].indices.append(frame.index)
    tracks[frame.track, default: Track()].places.append(crops.count)
    tracks[frame.track, default: Track()].qualities.append(frame.quality)
    frame.crop.withUnsafeBytes { crops.append($0) }
  }

  /// Writes the files, that of the face seen longest first.
  ///
  /// - Returns: lip frames with a face, for each file.
  mutating func finish() throws(ExportError) -> [Int] {
    let chosen = tracks.filter { $0.value.indices.count >= Self.fewestFrames }
      .sorted { ($1.value.indices.count, $0.key) < ($0.value.indices.count, $1.key) }
    guard !chosen.isEmpty else { throw .noFace }
    for (place, track) in chosen.enumerated() {
      do throws(AtomicFileError) {
        try write(track.value, number: track.key, place: place)
      } catch {
        throw .run(.output(error))
      }
    }
    return chosen.map(\.value.indices.count)
  }

  private mutating func write(
    _ track: Track, number: Int, place: Int
  ) throws(AtomicFileError) {
    let path = ExportCommand.path(stem, place: place)
    var file: AtomicFile
    if let first = output.take() {
      file = first
    } else {
      file = try AtomicFile(path: path, replacing: replaces)
    }
    guard let first = track.indices.first, let last = track.indices.last else { return }
    let count = last - first + 1
    let samples = audio.count / MemoryLayout<Float>.size
    let header = SafetensorsWriter.header(
      of: [
        ("crops", .u8, [count, LipFrame.side, LipFrame.side]), ("first", .i64, [1]),
        ("quality", .f32, [count, LipQuality.count]), ("audio", .f32, [samples]),
      ],
      metadata: [
        "source": source, "track": String(number), "viseme": Program.version,
      ])
    try file.write(bytes: header)
    var qualities: [Float] = []
    var next = 0
    for index in first...last {
      if track.indices[next] == index {
        let place = track.places[next]
        try crops.copy(place..<place + LipFrame.absentCrop.count, to: &file)
        qualities += track.qualities[next].values
        next += 1
      } else {
        try file.write(bytes: LipFrame.absentCrop)
        qualities += LipQuality.absent.values
      }
    }
    try file.write(bytes: withUnsafeBytes(of: Int64(first).littleEndian) { Array($0) })
    try file.write(bytes: qualities.withUnsafeBytes { Array($0) })
    try audio.copy(0..<audio.count, to: &file)
    try file.commit()
  }
}
