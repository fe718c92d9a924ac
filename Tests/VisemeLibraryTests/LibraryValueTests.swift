import Foundation
import Pipeline
import Testing
import Transcript

@testable import Viseme

/// The parts of the library that need no models.
@Suite("Library values")
struct LibraryValueTests {
  @Test
  func aRecordingTellsItsTracks() throws {
    let recording = try Recording(path: Recordings.meeting)
    #expect(recording.container.contains("mp4"))
    #expect(recording.hasVideo)
    #expect(recording.duration.map { 60...90 ~= $0 } == true)
    let track = try #require(recording.audioTracks.first)
    #expect(recording.audioTracks.count == 1)
    #expect(track.number == 1 && track.isDecodable)
    #expect(track.sampleRate.map { $0 > 0 } == true)
  }

  @Test
  func whatIsNoRecordingIsATypedError() async throws {
    try await Recordings.inFolder { folder in
      let missing = folder.appending(path: "missing.wav").path
      #expect(throws: VisemeError.recording(path: missing, .notFound)) {
        try Recording(path: missing)
      }
      #expect(throws: VisemeError.recording(path: folder.path, .isDirectory)) {
        try Recording(path: folder.path)
      }
      let text = folder.appending(path: "a.mp4")
      try Data("no recording at all, but some text".utf8).write(to: text)
      #expect(throws: VisemeError.recording(path: text.path, .notRecognised)) {
        try Recording(path: text.path)
      }
    }
  }

  @Test
  func everyFormatOfTheProgramIsOneOfTheLibrary() {
    #expect(OutputFormat.allCases.map(\.rawValue) == TranscriptFormat.allCases.map(\.rawValue))
    for format in OutputFormat.allCases {
      #expect(format.format.rawValue == format.rawValue)
      #expect(OutputFormat(fileName: "a.\(format.fileExtension)") == format)
    }
    #expect(OutputFormat(fileName: "a.mp4") == nil)
  }

  typealias Change = @Sendable (inout TranscriptionOptions) -> Void

  static let impossible: [(option: VisemeError.Option, change: Change)] = [
    (.start, { $0.start = -1 }), (.start, { $0.start = .nan }),
    (.end, { ($0.start, $0.end) = (3, 2) }), (.language, { $0.language = "not a code" }),
    (.audioTrack, { $0.audioTrack = .number(0) }), (.threads, { $0.threads = 0 }),
    (.speakers, { $0.speakers = .between(5, 2) }), (.speakers, { $0.speakers = .between(0, 0) }),
    (.speakers, { $0.speakers = .tracks([]) }), (.speakers, { $0.speakers = .tracks(["auto"]) }),
    (.speakers, { $0.speakers = .tracks(["Anna,Ben"]) }),
    (.speakerNames, { $0.speakerNames = [1: "Anna"] }),
    (.speakerNames, { ($0.speakers, $0.speakerNames) = (.automatic, [0: "Anna"]) }),
    (.context, { $0.context = [String(repeating: "a", count: 101)] }),
  ]

  @Test(arguments: impossible)
  func anOptionThatCannotBeIsNamed(
    option: VisemeError.Option, change: Change
  ) throws {
    var options = TranscriptionOptions()
    change(&options)
    let recording = try Recording(path: Recordings.meeting)
    let error = #expect(throws: VisemeError.self) {
      _ = try options.request(recording, lipModel: .bundled)
    }
    guard case .option(let named, _) = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(named == option)
  }

  @Test
  func optionsAreThoseOfTheCommandLine() throws {
    var options = TranscriptionOptions()
    let recording = try Recording(path: Recordings.meeting)
    let plain = try options.request(recording, lipModel: .bundled)
    #expect(plain.options == .init())
    #expect(plain.input == Recordings.meeting)
    options.speakers = .between(2, 5)
    options.speakerNames = [2: "Ben", 1: "Anna"]
    options.context = ["Zorblax", "Ann Example"]
    (options.language, options.lips, options.channels) = ("de", .never, .separate)
    let chosen = try options.request(recording, lipModel: .none).options
    #expect(chosen.speakers == "2-5" && chosen.names == "S1=Anna,S2=Ben")
    #expect(chosen.context.terms == ["Zorblax", "Ann Example"])
    #expect(chosen.language == .code("de") && chosen.lips == .never)
    #expect(chosen.channels == .separate && chosen.lipModel == .none)
  }
}
