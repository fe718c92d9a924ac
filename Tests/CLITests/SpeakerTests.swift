import Foundation
import Pipeline
import Testing
import Transcript

@testable import VisemeCommand

/// A recording with an audio track for each person, as a user names them.
@Suite(
  "Speakers", .enabled(if: Fixtures.hasFFmpeg, "needs the ffmpeg command to make recordings"),
  .enabled(if: Fixtures.models != nil, "needs the models: viseme models install"))
struct SpeakerTests {
  private static let sample = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "samples/meeting.mp4").path
  /// Maya's first words in one track, then Daniel's in another.
  private static let call = Result {
    try Fixtures.ffmpeg(
      "call.mka",
      ["-ss", "5", "-t", "6", "-i", sample, "-ss", "11", "-t", "6.6", "-i", sample]
        + ["-filter_complex", "[1:a]adelay=6000[b]", "-map", "0:a", "-map", "[b]", "-c:a", "flac"])
  }

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.copyItem(at: try Self.call.get(), to: URL(filePath: path("call.mka")))
  }

  private func path(_ name: String) -> String { folder.path(name) }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: path(name), encoding: .utf8)
  }

  private func transcribe(_ arguments: String...) throws -> CommandRun {
    try CommandRun(["transcribe", "call.mka"] + arguments, in: folder.url)
  }

  @Test
  func everyFormatNamesThem() throws {
    let run = try transcribe(
      "-a", "all", "--speakers", "Maya, Dan & Co", "-f", "srt,vtt,txt,json")
    #expect(run.code == 0)
    #expect(run.errors == "viseme: wrote call.srt, call.vtt, call.txt, call.json\n")
    let srt = try text("call.srt")
    #expect(srt.contains(/^1\r\n.* --> .*\r\nMaya: Good morning/))
    #expect(srt.ranges(of: "Maya: ").count == 1 && srt.ranges(of: "Dan & Co: ").count == 1)
    let vtt = try text("call.vtt")
    #expect(vtt.ranges(of: " --> ").count == vtt.ranges(of: /\n<v (Maya|Dan &amp; Co)>/).count)
    #expect(
      try text("call.txt").contains(/^Maya: Good morning[^:]+\n\nDan & Co: Good morning[^:]+$/))
    let json = try text("call.json")
    #expect(json.contains("\"speakers\": \"Maya, Dan & Co\""))
    #expect(json.contains("\"track\": 1, \"speaker\": \"Maya\", "))
    #expect(json.contains("\"track\": 2, \"speaker\": \"Dan & Co\", "))
    #expect(json.contains("\"notes\": []"))
    let shown = try transcribe("-a", "all", "--speakers", "Maya,Dan", "--force")
    #expect(shown.output.contains("[0:00 Maya] Good morning"))
    #expect(shown.output.contains(/\[0:06 Dan\] Good morning/))
  }

  @Test
  func aWrongNumberOfNamesIsNotedAndNamesNobody() throws {
    let note = "3 speaker names for 1 audio track: words are not given to speakers"
    let run = try transcribe("-a", "2", "--speakers", "A,B,C", "-f", "txt,json")
    #expect(run.code == 0)
    #expect(run.errors == "viseme: call.mka: \(note)\nviseme: wrote call.txt, call.json\n")
    #expect(try text("call.txt").hasPrefix("Good morning"))
    let json = try text("call.json")
    #expect(json.contains("\"notes\": [\"\(note)\"]") && !json.contains("\"speaker\":"))
    #expect(
      SpeakerText.note(names: 1, tracks: 2)
        == "1 speaker name for 2 audio tracks: words are not given to speakers")
    #expect(SpeakerText.note(names: 0, tracks: 2) == nil)
  }

  @Test func oneChannelIsNotTakenApart() {
    #expect(
      SoundText.single(asked: .separate, tracks: 1)
        == "there is one channel: nothing to transcribe by itself")
    #expect(SoundText.single(asked: .separate, tracks: 2) == nil)
    #expect(SoundText.single(asked: .auto, tracks: 1) == nil)
  }

  @Test func namesThatNoVoiceBearsAreTold() {
    let turns = [VoiceTurn(speaker: "Anna", track: 1, start: 0, end: 1)]
    #expect(
      SpeakerText.note(voices: turns, names: [1: "Anna", 9: "Ben", 4: "Eve"])
        == "no voice for S4=Eve, S9=Ben")
    #expect(SpeakerText.note(voices: turns, names: [1: "Anna"]) == nil)
    // That no voice was heard at all is said elsewhere.
    #expect(SpeakerText.note(voices: [], names: [1: "Anna"]) == nil)
    #expect(SpeakerText.note(voices: nil, names: [:]) == nil)
  }

  @Test
  func aManifestNamesThemAsTheOptionDoes() throws {
    let list = """
      path\ttrack\tspeakers\toutput
      call.mka\tall\tMaya, Dan\tnamed
      call.mka\t1\tMaya,Dan\tone
      call.mka\t1\tMaya,\tbad

      """
    try Data(list.utf8).write(to: URL(filePath: path("list.tsv")))
    let run = try CommandRun(
      ["batch", "--manifest", "list.tsv", "-f", "srt,json"], in: folder.url)
    #expect(run.code == 65)
    #expect(run.errors.contains("list.tsv:4: speakers: 'Maya,' cannot be used\n"))
    let report = try text("report.jsonl").split(separator: "\n")
    let note = "2 speaker names for 1 audio track: words are not given to speakers"
    #expect(report.count { $0.contains("\"notes\":[\"\(note)\"]") } == 1)
    #expect(report.count { $0.contains("\"error\":\"bad_manifest\"") } == 1)
    #expect(try transcribe("-a", "all", "--speakers", "Maya, Dan", "-f", "srt,json").code == 0)
    for ending in ["srt", "json"] {
      #expect(try text("named.\(ending)") == text("call.\(ending)"))
    }
    #expect(try !text("one.srt").contains("Maya"))
  }
}
