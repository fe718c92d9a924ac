import Testing

@testable import Demux

/// Which tracks are chosen, and several at once.
@Suite struct TrackTests {
  /// Three tracks: English from 1 s, German from 2 s (the default), French from 3 s, and a video.
  private static func threeTracks() throws -> String {
    try MediaFixture.make(
      "tracks.mkv",
      Source.bursts(at: [1], length: 4) + Source.bursts(at: [2], length: 4)
        + Source.bursts(at: [3], length: 4, rate: 48_000) + Source.video(length: 4)
        + ["-map", "3:v", "-map", "0:a", "-map", "1:a", "-map", "2:a"]
        + ["-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=ger"]
        + ["-metadata:s:a:2", "language=fre", "-metadata:s:a:2", "title=Traduction"]
        + ["-disposition:a:0", "0", "-disposition:a:1", "default"]
        + ["-c:a", "flac", "-c:v", "mpeg4"])
  }

  @Test(arguments: [
    (AudioTrackSelection.automatic, 1), (.number(1), 0), (.number(3), 2), (.language("en"), 0),
    (.language("eng"), 0), (.language("de"), 1), (.language("deu"), 1), (.language("GER"), 1),
    (.language("fr-FR"), 2),
  ])
  func oneIsChosen(selection: AudioTrackSelection, ordinal: Int) throws {
    let delivered = try Delivered(Self.threeTracks(), DemuxOptions(audio: selection))
    #expect(delivered.tracks == [ordinal])
    #expect(Array(delivered.audio.keys) == [ordinal])
    let onset = try #require(delivered.onset(track: ordinal))
    #expect(abs(onset - Double(ordinal + 1)) < 0.002)
  }

  @Test func allComeInOnePass() throws {
    let delivered = try Delivered(
      Self.threeTracks(), DemuxOptions(audio: .all, video: VideoRequest(format: .gray8)))
    #expect(delivered.tracks == [0, 1, 2])
    for ordinal in 0..<3 {
      let onset = try #require(delivered.onset(track: ordinal))
      #expect(abs(onset - Double(ordinal + 1)) < 0.002)
      #expect(delivered.audio[ordinal]?.count == 64_000)
    }
    #expect(delivered.frames.count == 100)
    #expect(delivered.info.audioStreams.map(\.language) == ["eng", "ger", "fre"])
    #expect(delivered.info.audioStreams.map(\.isDefault) == [false, true, false])
    #expect(delivered.info.audioStreams.map(\.title) == [nil, nil, "Traduction"])
  }

  @Test(arguments: [AudioTrackSelection.number(4), .number(0), .number(-1), .language("ja")])
  func missingTracksAreNamed(_ selection: AudioTrackSelection) throws {
    let path = try Self.threeTracks()
    let labels = [
      DemuxError.TrackLabel(number: 1, language: "eng", title: nil),
      DemuxError.TrackLabel(number: 2, language: "ger", title: nil),
      DemuxError.TrackLabel(number: 3, language: "fre", title: "Traduction"),
    ]
    #expect(throws: DemuxError.noSuchTrack(requested: selection, available: labels)) {
      try Delivered(path, DemuxOptions(audio: selection))
    }
  }

  @Test(arguments: [
    ("en", "eng", true), ("EN_us", "eng", true), ("ger", "deu", true), ("zh", "chi", true),
    ("en", "enm", false), ("", "eng", false), ("xx", "xx", true), ("de", "en", false),
  ])
  func languageTags(first: String, second: String, same: Bool) {
    #expect(LanguageCode.areSame(first, second) == same)
    #expect(LanguageCode.areSame(second, first) == same)
  }
}
