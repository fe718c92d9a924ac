import Demux
import LipEncoder
import Speakers
import Transcript

/// Makes one recording's transcript of what was read in it: the one place where words, tracks and faces
/// become segments with speakers.
///
/// Readings come in the order of starts, and readers know nothing of one another: here faces get their
/// numbers and tracks the names of those who speak in them. What is known of the whole
/// recording only, as voices are, is joined to the segments at the end: then words may still be divided
/// again among segments and speakers. A word takes some 100 bytes, ten hours of them 10 to 30 MB.
struct TranscriptAssembly {
  /// When segments leave.
  enum Release: Sendable {
    /// Each as soon as it was read.
    case atOnce
    /// All when the recording has ended.
    case atEnd
  }

  /// A segment that waits for the end, with the faces of strangers that were in view.
  private struct Held {
    var segment: Segment
    /// By their numbers.
    var fits: [Int: FaceFit]
  }

  private let release: Release
  /// Seconds; what is said before belongs to nobody.
  private let start: Double
  /// Names by audio track, from 1; by 1 more than the lane's number where channels are apart.
  private let speakers: [Int: String]
  private var faces = FaceRoll()
  private var jury = FaceJury()
  private var held: [Held] = []
  /// What looking at the recording came to.
  private(set) var account: LipAccount
  /// Stretches with a voice, but for those all of whose words were said before the start.
  private(set) var voice = SoundAccount()
  /// What asking a second model came to.
  private(set) var opinions = OpinionUse()

  /// An assembly for a recording in whose tracks (from 1) `speakers` speak; `account` is what is known of
  /// its picture beforehand. Words whose middle lies before `start` (seconds) are left out.
  init(
    release: Release, speakers: [Int: String] = [:], account: LipAccount = LipAccount(),
    start: Double = 0
  ) {
    self.release = release
    self.start = start
    self.speakers = speakers
    self.account = account
  }

  /// Takes the next reading of the recording; returns the segment that is settled with it, if any.
  mutating func add(_ reading: Reading) -> Segment? {
    if case .final(let sighting?) = reading.round { account.add(sighting) }
    opinions.add(reading.opinion)
    guard var segment = reading.words else {
      voice.addVoice(hasWords: false)
      return nil
    }
    guard segment.begin(at: start) else { return nil }
    voice.addVoice(hasWords: true)
    segment.speaker = speakers[segment.track]
    let lane = AudioLane(number: segment.track - 1)
    segment.track = lane.track + 1
    segment.channel = lane.channel.map { $0 + 1 }
    var strangers: [Int: FaceFit] = [:]
    if let face = reading.face {
      show(face, as: faces.number(face), in: &segment)
    } else if case .final(let sighting?) = reading.round, let fits = sighting.fits {
      for fit in fits { strangers[faces.number(fit.place)] = fit }
      showSpeaker(among: strangers, in: &segment)
    }
    guard release == .atEnd else { return segment }
    held.append(Held(segment: segment, fits: strangers))
    return nil
  }

  /// Ends the recording; returns the segments that were held, in the order of starts.
  mutating func finish() -> [Segment] {
    defer { held = [] }
    return held.map(\.segment)
  }

  /// Ends a recording with speaker diarization of its lanes (`AudioLane.number`): the segments that were
  /// held, divided where the voice changes, and all turns. Voices are numbered through the lanes and
  /// called as `names` says, or as `book` knows them, or "Speaker 1" and so on. They are joined with the
  /// faces of strangers (`VoiceFaces`).
  mutating func finish(
    lanes: [Int: Diarization], names: [Int: String], book: VoiceBook? = nil
  ) -> HeardVoices {
    let lanes = lanes.mapValues { $0.clipped(to: start) }
    let firsts = VoiceRoll.firsts(lanes).firsts
    let parts = parts(of: lanes, firsts)
    var seen = VoiceFaces()
    for part in parts where part.isWhole {
      if let voice = part.voice { seen.add(voice: voice, fits: part.fits.mapValues(\.ratio)) }
    }
    let roll = VoiceRoll(lanes, names: names, book: book, same: seen.samePerson)
    let segments = parts.map { part in
      var segment = part.segment
      guard let voice = part.voice else { return segment }
      segment.speaker = roll.name(voice)
      if let sight = seen.sight(of: voice) { correct(&segment, sight, part.fits) }
      return segment
    }
    account.segmentsWithSpeakingFace = zip(segments, parts).count { segment, part in
      !part.fits.isEmpty && segment.mouth != nil
    }
    let turns = lanes.flatMap { lane, heard in
      heard.turns.map { turn in
        let voice = (firsts[lane] ?? 1) + turn.speaker
        return VoiceTurn(
          speaker: roll.name(voice), track: AudioLane(number: lane).track + 1,
          start: turn.start, end: turn.end, sight: seen.sight(of: voice))
      }
    }
    return HeardVoices(
      segments: segments.sorted { ($0.start, $0.track) < ($1.start, $1.track) },
      turns: turns.sorted { ($0.start, $0.track, $0.end) < ($1.start, $1.track, $1.end) },
      known: roll.known)
  }

  /// A segment that one voice says, or a part of one.
  private struct Part {
    let segment: Segment
    /// Its number in the `VoiceRoll`; nil where nobody is near.
    let voice: Int?
    let isWhole: Bool
    let fits: [Int: FaceFit]
  }

  /// The held segments, divided where the voice changes.
  private mutating func parts(of lanes: [Int: Diarization], _ firsts: [Int: Int]) -> [Part] {
    defer { held = [] }
    let splits = lanes.mapValues { SpeakerSplit(turns: $0.turns) }
    return held.flatMap { held -> [Part] in
      let channel = held.segment.channel.map { $0 - 1 }
      let lane = AudioLane(track: held.segment.track - 1, channel: channel).number
      guard let split = splits[lane] else {
        return [Part(segment: held.segment, voice: nil, isWhole: true, fits: held.fits)]
      }
      let parts = split.parts(of: held.segment)
      return parts.map { part in
        Part(
          segment: part.segment, voice: part.speaker.map { (firsts[lane] ?? 1) + $0 },
          isWhole: parts.count == 1, fits: held.fits)
      }
    }
  }

  /// Gives a segment the face of its voice where that is in view, and takes another one away. Where lips were
  /// read (`fits` is empty), that stays.
  private func correct(_ segment: inout Segment, _ sight: VoiceSight, _ fits: [Int: FaceFit]) {
    guard !fits.isEmpty else { return }
    segment.mouth = nil
    for index in segment.words.indices { segment.words[index].lips = nil }
    if case .face(let face) = sight, let fit = fits[face] {
      show(fit.place, as: face, in: &segment)
    }
  }

  /// Puts the number and the place of the face whose lips were read into a segment.
  private func show(_ face: FacePlace, as number: Int, in segment: inout Segment) {
    for index in segment.words.indices {
      segment.words[index].lips = WordLips(
        face: number, gate: segment.words[index].lips?.gate ?? 0)
    }
    segment.mouth = MouthPosition(x: Double(face.share.x), y: Double(face.share.y))
  }

  /// Finds the face among strangers that speaks in a segment, by what all segments so far have shown.
  private mutating func showSpeaker(among fits: [Int: FaceFit], in segment: inout Segment) {
    let speaker = jury.speaker(fits.sorted { $0.key < $1.key }.map { ($0.key, $0.value.ratio) })
    guard let speaker, let fit = fits[speaker] else { return }
    account.segmentsWithSpeakingFace += 1
    show(fit.place, as: speaker, in: &segment)
  }
}

extension Segment {
  /// Leaves out words whose middle lies before `time` (seconds); false where none is left.
  fileprivate mutating func begin(at time: Double) -> Bool {
    guard start < time else { return true }
    words.removeAll { ($0.start + $0.end) / 2 < time }
    guard let first = words.first else { return false }
    words[0].start = max(first.start, time)
    words[0].end = max(first.end, time)
    start = max(start, time)
    end = max(end, start)
    return true
  }
}

extension Diarization {
  /// What of it is not before `time` (seconds).
  fileprivate func clipped(to time: Double) -> Diarization {
    guard time > 0 else { return self }
    let later = turns.filter { $0.end > time }
    return Diarization(
      later.map { SpeakerTurn(speaker: $0.speaker, start: max($0.start, time), end: $0.end) },
      prints: prints)
  }
}
