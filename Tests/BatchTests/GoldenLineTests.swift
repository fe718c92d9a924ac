import Demux
import Foundation
import LipEncoder
import Testing
import Transcript

@testable import Batch
@testable import Pipeline

/// What is kept in files, byte for byte: the lines and records that version 0.1.0 wrote must go on being
/// read as what they are, and what is written now must not change unnoticed. Who changes a format raises its
/// version, so that what was kept is made again.
@Suite("Lines that are kept")
struct GoldenLineTests {
  private static let fingerprint = "147d7465d37d8ff6644ddeeeb8687d4a"

  /// The journal of 0.1.0, whose keys stand in any order: a first reading, a first one that went round in
  /// circles, one with lips and a known face, one without words, and one of an unreadable picture.
  private static let old = #"""
    viseme segments 2 147d7465d37d8ff6644ddeeeb8687d4a
    e7958006e4b57e7c 0 1 1632 294208 {"words":{"start":0.358,"end":0.91,"words":[{"end":0.55,\#
    "confidence":0.5926163196563721,"start":0.358,"text":"And"},{"end":0.91,\#
    "confidence":0.38679343461990356,"start":0.55,"text":"throw"}],"track":1},"recording":0,\#
    "grade":{"isLoop":false,"confidence":-0.38642789627199314},"startSample":1632}
    d2a44c2255b46267 1 1 300640 201536 {"startSample":300640,"grade":{"isLoop":true},"recording":0}
    b3fbcb0dcb7f4c78 2 2 11872 324928 {"startSample":11872,"face":{"mouth":{"x":163.02805,\#
    "y":212.10892},"appearance":{"values":[0.2819523,-0.041121688,-0.041320812]},\#
    "share":{"y":0.7364684,"x":0.4528557},"size":57.00891},"words":{"end":23.118,"start":22.11,\#
    "track":2,"words":[{"start":22.11,"lips":{"face":0,"gate":0},"end":22.517999999999997,\#
    "confidence":0.03642858564853668,"text":"na\u00efve"},{"start":22.517999999999997,\#
    "lips":{"gate":0.25,"face":0},"end":23.118,"confidence":0.2675655782222748,\#
    "text":"\"L7\""}]},"recording":0,"sighting":{"isDamaged":false,"faces":2,\#
    "isKnownFace":true,"offset":0.2}}
    c14c3e1c73522466 3 1 900000 16000 {"recording":0,"startSample":900000}
    3f211d97cbf9da56 4 1 1000000 20000 {"sighting":{"faces":0,\#
    "fault":{"unreadable":{"_0":{"notFound":{}}}},"isDamaged":true,"isKnownFace":false},\#
    "recording":0,"startSample":1000000}

    """#

  /// The same readings as they are written now.
  private static let new = #"""
    d7feb6c9d5750c25 0 1 1632 294208 {"grade":{"confidence":-0.38642789627199314,"isLoop":false},\#
    "recording":0,"startSample":1632,"words":{"end":0.91,"start":0.358,"track":1,"words":[\#
    {"confidence":0.5926163196563721,"end":0.55,"start":0.358,"text":"And"},\#
    {"confidence":0.38679343461990356,"end":0.91,"start":0.55,"text":"throw"}]}}
    9917124031b34ec3 1 1 300640 201536 {"grade":{"isLoop":true},"recording":0,"startSample":300640}
    896ebd3d9009a208 2 2 11872 324928 {"face":{"appearance":{"values":[0.2819523,-0.041121688,\#
    -0.041320812]},"mouth":{"x":163.02805,"y":212.10892},"share":{"x":0.4528557,"y":0.7364684},\#
    "size":57.00891},"recording":0,"sighting":{"faces":2,"isDamaged":false,"isKnownFace":true,\#
    "offset":0.2},"startSample":11872,"words":{"end":23.118,"start":22.11,"track":2,"words":[\#
    {"confidence":0.03642858564853668,"end":22.517999999999997,"lips":{"face":0,"gate":0},\#
    "start":22.11,"text":"naïve"},{"confidence":0.2675655782222748,"end":23.118,\#
    "lips":{"face":0,"gate":0.25},"start":22.517999999999997,"text":"\"L7\""}]}}
    c14c3e1c73522466 3 1 900000 16000 {"recording":0,"startSample":900000}
    0689ea6365e48242 4 1 1000000 20000 {"recording":0,"sighting":{"faces":0,\#
    "fault":{"unreadable":{"_0":{"notFound":{}}}},"isDamaged":true,"isKnownFace":false},\#
    "startSample":1000000}

    """#

  private static let places = [
    (0, 1, 1_632, 294_208), (1, 1, 300_640, 201_536), (2, 2, 11_872, 324_928),
    (3, 1, 900_000, 16_000), (4, 1, 1_000_000, 20_000),
  ].map {
    SegmentTask.Place(number: $0.0, track: $0.1, startSample: Int64($0.2), sampleCount: $0.3)
  }

  /// What the lines say.
  private static func readings() throws -> [Reading] {
    var face = FacePlace(mouth: Point(x: 163.02805, y: 212.10892), size: 57.00891)
    face.share = Point(x: 0.4528557, y: 0.7364684)
    face.appearance = try JSONDecoder().decode(
      Appearance.self, from: Data(#"{"values":[0.2819523,-0.041121688,-0.041320812]}"#.utf8))
    var seen = Sighting(faces: 2, fault: nil, isDamaged: false, isKnownFace: true)
    seen.offset = 0.2
    let words = [
      Word(text: "And", start: 0.358, end: 0.55, confidence: 0.5926163196563721),
      Word(text: "throw", start: 0.55, end: 0.91, confidence: 0.38679343461990356),
    ]
    let lipWords = [
      Word(
        text: "naïve", start: 22.11, end: 22.517999999999997, confidence: 0.03642858564853668,
        lips: WordLips(face: 0, gate: 0)),
      Word(
        text: "\"L7\"", start: 22.517999999999997, end: 23.118, confidence: 0.2675655782222748,
        lips: WordLips(face: 0, gate: 0.25)),
    ]
    let grades = [
      ReadingGrade(isLoop: false, confidence: -0.38642789627199314),
      ReadingGrade(isLoop: true, confidence: nil),
    ]
    let blind = Sighting(faces: 0, fault: .unreadable(.notFound), isDamaged: true)
    return [
      Reading(
        recording: 0, startSample: 1_632,
        words: Segment(start: 0.358, end: 0.91, track: 1, words: words), face: nil,
        round: .first(grades[0])),
      Reading(
        recording: 0, startSample: 300_640, words: nil, face: nil, round: .first(grades[1])),
      Reading(
        recording: 0, startSample: 11_872,
        words: Segment(start: 22.11, end: 23.118, track: 2, words: lipWords), face: face,
        round: .final(seen)),
      Reading(recording: 0, startSample: 900_000, words: nil, face: nil, round: .final(nil)),
      Reading(
        recording: 0, startSample: 1_000_000, words: nil, face: nil, round: .final(blind)),
    ]
  }

  @Test
  func whatAReaderOf010HasLeftIsTakenUp() throws {
    let folder = try TemporaryFolder()
    let state = StateFolder(outputs: folder.url.path + "/")
    let claim = try #require(try Claims(lease: 30).take(state, stem: "a"))
    try Data(Self.old.utf8).write(to: URL(filePath: state.segments("a")))
    let journal = ReadingJournal(claim, fingerprint: Self.fingerprint)
    for (place, reading) in zip(Self.places, try Self.readings()) {
      #expect(journal.restore(place) == reading, "\(place.number)")
    }
  }

  @Test
  func aReadingIsWrittenToTheByteAsTheFormatSays() throws {
    let head = ReadingLine.head(Self.fingerprint)
    #expect(String(decoding: head, as: UTF8.self) == "viseme segments 2 \(Self.fingerprint)\n")
    let written = zip(Self.places, try Self.readings()).compactMap {
      ReadingLine.data($0, $1, head)
    }
    #expect(String(decoding: written.reduce(Data(), +), as: UTF8.self) == Self.new)
    for (line, reading) in zip(written, try Self.readings()) {
      #expect(ReadingLine(line, head)?.reading == reading)
    }
  }

  private static let done = ReportLine(
    input: "lips.mkv", status: .done, outputs: ["out/lips.json", "out/lips.srt"], audio: 52.4735,
    resumed: 20.25, seconds: 125.2912, rtf: 2.3877, words: 52,
    notes: ["the picture is \"late\" by 0.2 s"], attempts: 1, model: "moonshine-tiny-en 0.0.49",
    program: "viseme 0.1.0", fingerprint: "147d7465d37d8ff6644ddeeeb8687d4a", shard: "2/4",
    finished: "2026-11-30T11:07:51Z")

  private static let record = #"""
    {
      "content" : {
        "hash" : "a44b39c945292776",
        "identity" : {
          "changed" : 1796036734968057096,
          "inode" : 16367859,
          "modified" : 1796036734968057097,
          "size" : 6140004
        }
      },
      "line" : {
        "attempts" : 1,
        "audio" : 52.4735,
        "fingerprint" : "147d7465d37d8ff6644ddeeeb8687d4a",
        "finished" : "2026-11-30T11:07:51Z",
        "input" : "lips.mkv",
        "model" : "moonshine-tiny-en 0.0.49",
        "notes" : [
          "the picture is \"late\" by 0.2 s"
        ],
        "outputs" : [
          "out/lips.json",
          "out/lips.srt"
        ],
        "program" : "viseme 0.1.0",
        "resumed" : 20.25,
        "rtf" : 2.3877,
        "seconds" : 125.2912,
        "shard" : "2/4",
        "status" : "done",
        "words" : 52
      },
      "owned" : [
        "json",
        "srt"
      ],
      "worker" : "14012-1-1xkl1bu4giz0d"
    }
    """#

  @Test
  func theRecordOfARecordingIsReadAndWrittenAs010Did() throws {
    let folder = try TemporaryFolder()
    let state = StateFolder(outputs: folder.url.path + "/")
    let claim = try #require(try Claims(lease: 30).take(state, stem: "a"))
    let record = Record(
      content: InputContent(
        identity: .init(
          size: 6_140_004, modified: 1_796_036_734_968_057_097,
          changed: 1_796_036_734_968_057_096, inode: 16_367_859), hash: "a44b39c945292776"),
      worker: "14012-1-1xkl1bu4giz0d", owned: [.json, .srt], line: Self.done)
    try Data(Self.record.utf8).write(to: URL(filePath: state.record("old")))
    #expect(state.read("old") == record)
    try state.write(record, "new", nonce: claim.text.nonce)
    #expect(folder.read(".viseme/new.json") == Self.record)
  }

  @Test
  func aLineOfTheReportIsWrittenAs010Did() throws {
    let failed = ReportLine(
      input: "a b.mp4", status: .failed, error: .unknownCodec, cause: "no codec", attempts: 2,
      model: "m 1", program: "viseme 0.1.0", finished: "2026-11-30T11:07:51Z")
    let lines = [
      (
        Self.done,
        #"""
        {"attempts":1,"audio":52.4735,"fingerprint":"147d7465d37d8ff6644ddeeeb8687d4a",\#
        "finished":"2026-11-30T11:07:51Z","input":"lips.mkv","model":"moonshine-tiny-en 0.0.49",\#
        "notes":["the picture is \"late\" by 0.2 s"],"outputs":["out/lips.json","out/lips.srt"],\#
        "program":"viseme 0.1.0","resumed":20.25,"rtf":2.3877,"seconds":125.2912,"shard":"2/4",\#
        "status":"done","words":52}

        """#
      ),
      (
        failed,
        #"""
        {"attempts":2,"cause":"no codec","error":"unknown_codec","finished":"2026-11-30T11:07:51Z",\#
        "input":"a b.mp4","model":"m 1","program":"viseme 0.1.0","status":"failed"}

        """#
      ),
    ]
    for (line, text) in lines {
      #expect(String(decoding: line.data, as: UTF8.self) == text)
      #expect(try JSONDecoder().decode(ReportLine.self, from: Data(text.utf8)) == line)
    }
  }
}
