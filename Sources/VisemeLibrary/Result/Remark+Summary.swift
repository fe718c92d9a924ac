internal import Demux
internal import Pipeline
internal import Speakers
internal import Transcript

extension Remark {
  /// Seconds below which missing, double or cancelled audio is no news.
  private static let notable = 1.0

  /// All remarks on a run, damage first.
  static func all(
    _ summary: Pipeline.TranscriptionSummary, _ options: RecognitionOptions
  ) -> [Remark] {
    let damage = damage(summary)
    // Where nothing was heard for a reason that is told, that is all there is to say.
    let isExplained = summary.audioDuration == 0 && !damage.isEmpty
    return damage + (isExplained ? [] : sound(summary))
      + [
        summary.separation.map { _ in .channelsSeparated },
        options.channels == .separate && summary.tracks == 1 ? .oneChannel : nil,
        picture(summary.lips), names(options.speakerNames.count, tracks: summary.tracks),
        summary.language.flatMap { language in
          language.probability.map { .languageFound(language.code, probability: $0) }
        },
      ].compactMap(\.self) + voices(summary.voices, options)
  }

  private static func damage(_ summary: Pipeline.TranscriptionSummary) -> [Remark] {
    let damage = summary.damage
    var remarks: [Remark] = []
    if damage.isTruncated {
      let whole = summary.duration.flatMap { $0 > summary.reached ? $0 : nil }
      remarks.append(.truncated(reached: summary.reached, of: whole))
    }
    if damage.corruptPackets > 0 { remarks.append(.corruptPackets(damage.corruptPackets)) }
    if damage.insertedSilence >= notable {
      remarks.append(.missingAudio(seconds: damage.insertedSilence))
    }
    if damage.trimmedOverlap >= notable {
      remarks.append(.overlap(seconds: damage.trimmedOverlap))
    }
    if damage.oppositePhase >= notable {
      remarks.append(.oppositePhase(seconds: damage.oppositePhase))
    }
    if damage.timestampJumps > 0 { remarks.append(.timestampJumps(damage.timestampJumps)) }
    return remarks
  }

  private static func sound(_ summary: Pipeline.TranscriptionSummary) -> [Remark] {
    let sound = summary.sound
    let quiet = sound.loudest.flatMap { $0 < SoundAccount.faint ? Remark.quiet(level: $0) : nil }
    if sound.segments > 0 { return [quiet].compactMap(\.self) }
    let others: Remark? =
      sound.otherTracks.isEmpty ? nil : .otherTracksCarrySound(sound.otherTracks)
    let reason: Remark =
      if summary.audioDuration <= 0 {
        .noAudio
      } else if sound.loudest == nil {
        .digitalSilence
      } else {
        sound.stretches > 0 ? .noWords : .noSpeech
      }
    return [reason, quiet, others].compactMap(\.self)
  }

  private static func picture(_ account: LipAccount?) -> Remark? {
    guard let account else { return nil }
    if account.blindSegments == account.segments, let fault = account.fault {
      return fault == .otherSpeechModel ? .otherLipModel : .pictureUnreadable
    }
    if account.segmentsWithFace == 0 { return .noFace }
    if account.segmentsWithKnownFace == 0 { return .noKnownFace }
    return account.offset.flatMap { $0 == 0 ? nil : .pictureOffset(seconds: $0) }
  }

  private static func names(_ count: Int, tracks: Int) -> Remark? {
    count > 0 && count != tracks ? .speakerNames(count, tracks: tracks) : nil
  }

  private static func voices(_ turns: [VoiceTurn]?, _ options: RecognitionOptions) -> [Remark] {
    guard let turns else { return [] }
    let heard = Set(turns.map(\.speaker))
    var remarks: [Remark] = []
    if case .between(let fewest, _) = options.voices, heard.count < fewest {
      remarks.append(.fewerVoices(heard.count, asked: fewest))
    }
    let missing = options.voiceNames.values.filter { !heard.contains($0) }.sorted()
    if !missing.isEmpty { remarks.append(.voicesNotHeard(missing)) }
    return remarks
  }
}
