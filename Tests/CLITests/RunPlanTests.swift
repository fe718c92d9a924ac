import Demux
import Pipeline
import Testing
import Transcript

@testable import VisemeCommand

@Suite("Arguments and plan")
struct RunPlanTests {
  private func arguments(_ line: String) throws -> TranscribeArguments {
    let command = try Command.parse(["transcribe"] + line.split(separator: " ").map(String.init))
    guard case .transcribe(let arguments) = command else { throw UsageError.noCommand }
    return arguments
  }

  private func plan(_ line: String) throws -> RunPlan { try RunPlan(arguments(line)) }

  private func outputs(_ line: String) throws -> [[String]] {
    try plan(line).jobs.map { job in
      job.outputs.map { output in
        if case .file(let path) = output.destination { path } else { "-:\(output.format.rawValue)" }
      }
    }
  }

  @Test
  func allFormsOfOptionsAreRead() throws {
    let read = try arguments(
      "-q --start=1:00 --end 90 -fsrt,SRT,json -t 3 -a de b.mp4 --max-lines 1 -- -c.mp4 --x")
    #expect(read.isQuiet)
    #expect(read.recognition.start == 60)
    #expect(read.recognition.end == 90)
    #expect(read.formats == [.srt, .json])
    #expect(read.threads == 3)
    #expect(read.recognition.track == .language("de"))
    #expect(read.inputs == ["b.mp4", "-c.mp4", "--x"])
    #expect(try arguments("-qv a").isVerbose)
    #expect(try arguments("-o - a").output == "-")
    #expect(try arguments("a -t 1 -t 2").threads == 2)
    #expect(try arguments("a -a all").recognition.track == .all)
    #expect(try arguments("a -a 2").recognition.track == .number(2))
    #expect(try arguments("-").inputs == ["-"])
    #expect(try arguments("a").recognition == RecognitionOptions())
    #expect(try arguments("a --lips always --lip-model x").recognition.lipModel == .file("x"))
    #expect(try plan("a --lips never --lip-model none").jobs[0].request.options.lips == .never)
    #expect(try plan("a --lip-model none").jobs[0].request.options.lipModel == .none)
  }

  @Test(
    arguments: [
      ("m.mp4", [["m.srt", "m.vtt"]]),
      ("a/m.tar.mp4 .hidden", [["a/m.tar.srt", "a/m.tar.vtt"], [".hidden.srt", ".hidden.vtt"]]),
      ("m.mp4 --output-dir out", [["out/m.srt", "out/m.vtt"]]),
      ("/x/m.mp4 --output-dir out/ -f json,txt", [["out/m.json", "out/m.txt"]]),
      ("m.mp4 -o s.VTT", [["s.VTT"]]), ("m.mp4 -o s -f json", [["s"]]), ("m.mp4 -o -", [["-:txt"]]),
      ("m.mp4 -o - -f vtt", [["-:vtt"]]), ("a b -o -", [["-:txt"], ["-:txt"]]), ("-", [[]]),
      (
        "x/a.wav y/a.wav a.mp3 b.mp3 --output-dir d -f srt",
        [["d/a.wav.srt"], ["d/a.wav-2.srt"], ["d/a.mp3.srt"], ["d/b.srt"]]
      ),
      ("a.wav a.mp3 x/a.wav -f txt", [["a.wav.txt"], ["a.mp3.txt"], ["x/a.txt"]]),
      ("- -f srt", [["stdin.srt"]]), ("d/- --output-dir o", [["o/-.srt", "o/-.vtt"]]),
    ] as [(String, [[String]])])
  func outputsHaveTheirPlaces(line: String, expected: [[String]]) throws {
    #expect(try outputs(line) == expected)
  }

  @Test(arguments: [
    ("m.mp4", true, false), ("m.mp4 -q", false, false), ("m.mp4 --output-dir o", true, false),
    ("m.mp4 -f srt", false, false), ("m.mp4 -f srt --force", false, true),
    ("m.mp4 -o s.srt", false, true),
  ])
  func showingAndReplacingFollowFromTheOptions(line: String, shows: Bool, replaces: Bool) throws {
    let plan = try plan(line)
    #expect(plan.showsTranscript == shows)
    #expect(plan.replacesOutputs == replaces)
  }

  @Test
  func theSubtitleProfileIsSetInAnyOrder() throws {
    #expect(try plan("a").profile == .standard)
    let far = try plan("a --min-cue 8 --max-cue 9 --frame-rate 30000/1001 --max-cps 15").profile
    #expect(far.minDuration == 8)
    #expect(far.maxDuration == 9)
    #expect(far.frameRate == 30000.0 / 1001)
    #expect(far.maxReadingSpeed == 15)
    let near = try plan("a --max-cue 0.5 --min-cue 0.2 --max-line-length 32 --cue-gap 0").profile
    #expect(near.minDuration == 0.2)
    #expect(near.maxDuration == 0.5)
    #expect(near.maxLineLength == 32)
    #expect(near.gapFrames == 0)
  }
}
