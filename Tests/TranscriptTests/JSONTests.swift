import Foundation
import Testing

@testable import Transcript

@Suite struct JSONTests {
  private struct File: Decodable, Equatable {
    struct Model: Decodable, Equatable { let name, version: String }
    struct Source: Decodable, Equatable {
      let file, container: String
      let duration: Double?
    }
    struct Word: Decodable, Equatable {
      let text: String
      let start, end, confidence: Double
    }
    struct Segment: Decodable, Equatable {
      let start, end, confidence: Double
      let track: Int
      let text: String
      let words: [Word]
    }
    let schema: String
    let version: Int
    let program, model: Model
    let source: Source
    let language: String
    let segments: [Segment]
    let notes: [String]
  }

  private func text(_ transcript: Transcript) -> String {
    var text = ""
    transcript.write(.json, to: &text)
    return text
  }

  private func parsed(_ transcript: Transcript) throws -> File {
    try JSONDecoder().decode(File.self, from: Data(text(transcript).utf8))
  }

  @Test func whatIsWrittenCanBeRead() throws {
    let file = try parsed(Meeting.transcript)
    #expect(file.schema == "viseme.transcript" && file.version == 1)
    #expect(file.program == .init(name: "Viseme", version: "1.0"))
    #expect(file.model == .init(name: "moonshine-tiny-en", version: "0.0.49"))
    #expect(file.source.file == "meeting \"one\".mp4" && file.source.duration == 3601.25)
    #expect(file.notes == ["3 corrupt packets skipped"])
    #expect(file.segments.map(\.text) == Meeting.segments.map(\.text))
    #expect(
      file.segments.map { $0.words.map(\.text) } == Meeting.segments.map { $0.words.map(\.text) })
  }

  @Test func settingsKeepTheirTypesAndTheLastOfANameCounts() throws {
    var header = Meeting.header
    header.settings += [
      Setting(name: "batch", value: .integer(16)), Setting(name: "nan", value: .number(.nan)),
    ]
    let object = try JSONSerialization.jsonObject(with: Data(text(Transcript(header: header)).utf8))
    let settings = (object as? [String: Any])?["settings"] as? [String: Any]
    #expect(settings?.count == 5)
    #expect(settings?["batch"] as? Int == 16)
    #expect(settings?["audio_track"] as? String == "1")
    #expect(settings?["threshold"] as? Double == 0.5)
    #expect(settings?["lips"] as? Bool == false)
    #expect(settings?["nan"] is NSNull)
  }

  @Test func everyCharacterSurvives() throws {
    // All of the first planes' parts where escapes matter, and samples of the rest.
    let values = Array(0...0x2FF) + Array(0x2000...0x20FF) + Array(0xD7F0...0xD7FF)
    let more = Array(0xE000...0xE00F) + Array(0xFFF0...0xFFFF) + [0x1F600, 0x10FFFF]
    for value in (values + more).compactMap({ Unicode.Scalar(UInt32($0)) }) {
      let text = "a\(value)b"
      let segment = Segment([Word(text, 0, 1)])
      let file = try parsed(Transcript(header: Meeting.header, segments: [segment], notes: [text]))
      // As scalars: as characters, different ones can be equal.
      let found = file.segments.first?.words.first?.text
      #expect(found.map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
      #expect(file.notes.first.map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func brokenTimesAndConfidencesStillMakeAValidFile(seed: UInt64) throws {
    let segments = brokenSpeech(seed: seed, words: 100).map { segment in
      var segment = segment
      for index in segment.words.indices {
        segment.words[index].confidence = [.nan, -1, 2, .infinity, 0.12345][index % 5]
      }
      return segment
    }
    let file = try parsed(Transcript(header: Meeting.header, segments: segments))
    #expect(file.segments.count == segments.count)
    let words = file.segments.flatMap(\.words)
    #expect(words.map(\.text) == segments.flatMap(\.words).map(\.text))
    #expect(words.allSatisfy { 0 <= $0.start && $0.start <= $0.end })
    #expect(words.allSatisfy { [0, 1, 0.123].contains($0.confidence) })
  }

  @Test func timesAreRoundedToMillisecondsAndConfidencesToThreeDigits() throws {
    let word = Word(text: "a", start: 1.23449, end: 1.2345, confidence: 0.99951)
    let file = try parsed(Transcript(header: Meeting.header, segments: [Segment([word])]))
    #expect(file.segments[0].words == [.init(text: "a", start: 1.234, end: 1.235, confidence: 1)])
  }

  @Test func whatLipsDidStandsBesideTheWordsThatTheyWereLookedAtFor() throws {
    var seen = Word(text: "seen", start: 0, end: 1, confidence: 1)
    seen.lips = WordLips(face: 2, gate: 0.51249)
    let words = [seen, Word(text: "heard", start: 1, end: 2, confidence: 1)]
    let object = try JSONSerialization.jsonObject(
      with: Data(text(Transcript(header: Meeting.header, segments: [Segment(words)])).utf8))
    let segments = (object as? [String: Any])?["segments"] as? [[String: Any]]
    let written = try #require(segments?.first?["words"] as? [[String: Any]])
    #expect(written[0]["face"] as? Int == 2)
    #expect(written[0]["gate"] as? Double == 0.512)
    #expect(written[1]["face"] == nil && written[1]["gate"] == nil)
  }

  @Test func anEmptyTranscriptIsAValidFile() throws {
    var header = Meeting.header
    header.source.duration = nil
    header.settings = []
    let file = try parsed(Transcript(header: header))
    #expect(file.segments.isEmpty && file.notes.isEmpty && file.source.duration == nil)
  }
}
