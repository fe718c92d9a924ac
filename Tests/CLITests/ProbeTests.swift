import Foundation
import Testing

/// What `viseme probe` tells of recordings.
@Suite("Probe", .enabled(if: Fixtures.hasFFmpeg, "needs the ffmpeg command to make recordings"))
struct ProbeTests {
  @Test
  func tracksAreNumberedAsTranscribeCountsThem() throws {
    let path = try Fixtures.twoTracks.get().path
    let run = try CommandRun(["probe", path])
    #expect(run.code == 0)
    #expect(run.errors == "")
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("\(path): matroska,webm, 0:03"))
    #expect(lines[1].contains(/audio +1 +\w+ +\d+ Hz, 1 channel +eng/))
    #expect(lines[2].contains(/audio +2 +\w+ +\d+ Hz, 1 channel +deu/))
  }

  @Test
  func jsonHoldsOneObjectALine() throws {
    let paths = try [Fixtures.video.get().path, Fixtures.flac.get().path]
    let run = try CommandRun(["probe", "--json", paths[0], "/nowhere", paths[1]])
    #expect(run.code == 66)
    #expect(run.errors == "viseme: /nowhere: no such file\n")
    let objects = try run.output.split(separator: "\n").map { line in
      try #require(
        JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
    #expect(objects.map { $0["file"] as? String } == paths)
    let streams = try #require(objects[0]["streams"] as? [[String: Any]])
    #expect(streams.map { $0["kind"] as? String } == ["video", "audio"])
    #expect(streams[0]["width"] as? Int == 160)
    #expect(streams[1]["track"] as? Int == 1)
    #expect(streams[1]["codec"] as? String == "aac")
    #expect(streams[1]["decodable"] as? Bool == true)
    #expect((objects[0]["duration"] as? Double).map { abs($0 - 20) < 0.2 } == true)
  }
}
