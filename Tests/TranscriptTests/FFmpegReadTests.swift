import Foundation
import Testing

@testable import Transcript

/// FFmpeg as a second reader of our subtitles.
@Suite struct FFmpegReadTests {
  private static let ffmpeg = ["/usr/bin/ffmpeg", "/usr/local/bin/ffmpeg"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  @Test(
    .enabled(if: ffmpeg != nil, "the ffmpeg command is not installed"),
    arguments: [
      (TranscriptFormat.srt, Meeting.segments), (.vtt, Meeting.segments), (.vtt, Meeting.seen),
    ])
  func ffmpegReadsEveryCue(format: TranscriptFormat, segments: [Segment]) throws {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "viseme-\(UUID().uuidString).\(format.rawValue)")
    defer { try? FileManager.default.removeItem(at: file) }
    var written = ""
    Transcript(header: Meeting.header, segments: segments).write(format, to: &written)
    try Data(written.utf8).write(to: file)
    let process = Process()
    process.executableURL = URL(filePath: try #require(Self.ffmpeg))
    process.arguments = ["-v", "error", "-i", file.path, "-f", "webvtt", "-"]
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    let complaint = try errors.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(complaint.isEmpty, "\(String(decoding: complaint, as: UTF8.self))")
    let found = String(decoding: text, as: UTF8.self).matches(of: /(\S+) --> (\S+)/)
    let cues = CueLayout.cues(for: segments)
    // FFmpeg leaves out hours that are zero.
    let short = { (time: String) in time.hasPrefix("00:") ? String(time.dropFirst(3)) : time }
    #expect(found.map { String($0.1) } == cues.map { short(timestamp($0.start, point: ".")) })
    #expect(found.map { String($0.2) } == cues.map { short(timestamp($0.end, point: ".")) })
  }
}
