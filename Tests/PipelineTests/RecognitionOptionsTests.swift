import AudioEncoder
import Demux
import Fusion
import SpeechModels
import Testing
import Transcript

@testable import Pipeline

/// What was asked for, told in transcripts and told apart in fingerprints.
@Suite("Recognition options")
struct RecognitionOptionsTests {
  private typealias Change = (
    field: String, set: @Sendable (inout RecognitionOptions) throws -> Void
  )

  private static let changes: [Change] = [
    ("track", { $0.track = .all }), ("track", { $0.track = .number(2) }),
    ("channels", { $0.channels = .separate }), ("channels", { $0.channels = .mix }),
    ("start", { $0.start = 1 }), ("start", { $0.start = 1.5 }), ("end", { $0.end = 1 }),
    ("speakers", { $0.speakers = "Ann,Ben" }), ("speakers", { $0.speakers = "Ann, Ben" }),
    ("speakers", { $0.speakers = "auto" }), ("speakers", { $0.speakers = "2-5" }),
    ("names", { $0.names = "S1=Ann" }), ("names", { $0.names = "S2=Ann" }),
    (
      "book",
      {
        $0.speakers = "auto"
        $0.book = VoiceBook()
      }
    ),
    ("lips", { $0.lips = .always }), ("lips", { $0.lips = .never }),
    ("fusion", { $0.fusion = .early }), ("fusion", { $0.fusion = .late }),
    ("fusion", { $0.fusion = .lipsOnly }),
    ("lipModel", { $0.lipModel = .none }), ("lipModel", { $0.lipModel = .file("/a") }),
    ("context", { $0.context = try ContextTerms(list: "Ann, Ben") }),
    // One term, which a transcript tells in the same way.
    ("context", { $0.context = try ContextTerms(lines: "Ann, Ben") }),
    ("segmenter", { $0.segmenter = cutting { $0.preferredSeconds = 10 } }),
    ("segmenter", { $0.segmenter = cutting { $0.maximumSeconds = 20 } }),
    ("language", { $0.language = .code("de") }), ("language", { $0.language = .code("en") }),
    ("task", { $0.task = .translate }),
    ("second", { $0.second = "whisper-base" }), ("second", { $0.second = "whisper-tiny-en" }),
  ]

  private static func cutting(_ change: (inout SegmenterConfig) -> Void) -> SegmenterConfig {
    var config = SegmenterConfig()
    change(&config)
    return config
  }

  @Test
  func everyChoiceHasItsIdentity() throws {
    var identities = [RecognitionOptions().identity]
    for change in Self.changes {
      var options = RecognitionOptions()
      try change.set(&options)
      identities.append(options.identity)
    }
    #expect(Set(identities).count == identities.count)
  }

  /// A field that is new fails here until it is told apart above, or stands among those of the model.
  @Test
  func noFieldIsForgotten() {
    let fields = Mirror(reflecting: RecognitionOptions()).children.compactMap(\.label)
    // Fingerprints take the model's name and version, wherever it lies.
    #expect(Set(fields) == Set(Self.changes.map(\.field)).union(["models", "model"]))
  }

  @Test
  func theModelIsNoPartOfIt() {
    var options = RecognitionOptions()
    options.model = "other"
    options.models = "/elsewhere"
    #expect(options.identity == RecognitionOptions().identity)
    #expect(options.settings == RecognitionOptions().settings)
  }

  @Test
  func transcriptsTellThem() throws {
    #expect(
      RecognitionOptions().settings == [
        Setting(name: "audioTrack", value: .text("automatic")),
        Setting(name: "lips", value: .text("auto")),
        Setting(name: "preferredSegment", value: .number(20)),
        Setting(name: "maximumSegment", value: .number(28)),
      ])
    var options = RecognitionOptions()
    options.track = .all
    options.channels = .mix
    options.start = 1
    options.end = 2
    options.lips = .never
    options.context = try ContextTerms(list: "Ann, Ben")
    options.speakers = "Cem"
    #expect(
      options.settings.map(\.name) == [
        "audioTrack", "start", "end", "channels", "lips", "preferredSegment", "maximumSegment",
        "context", "speakers",
      ])
  }
}
