import Demux
import Transcript

/// What is known when a recording has been transcribed, beside its segments.
package struct TranscriptionSummary: Sendable, Hashable {
  /// What was wrong in the recording.
  package var damage: DemuxDamage
  /// Seconds of audio read, summed over tracks.
  package var audioDuration: Double
  /// Why the channels were transcribed each by itself, where nobody had asked for it.
  package var separation: ChannelSurvey?
  /// Audio tracks that were transcribed, or channels where each was by itself.
  package var tracks = 1
  /// Time of the end of the last audio, in seconds from time zero.
  package var reached: Double
  /// The recording's length in seconds, where its container tells.
  package var duration: Double?
  /// The time that each stage took.
  package var stages: [StageTime]
  /// What was heard, whether or not words came of it.
  package var sound = SoundAccount()
  /// The language that was found; nil where it was known before.
  package var language: SpokenLanguage?
  /// What asking a second model came to; nil without one.
  package var opinions: OpinionAccount?
  /// What looking at it came to; nil where it was not looked at.
  package var lips: LipAccount?
  /// Who spoke when; nil without speaker diarization.
  package var voices: [VoiceTurn]?
  /// Names that the voice book gave to voices.
  package var knownVoices: [String] = []

  /// Gathers the facts.
  package init(
    damage: DemuxDamage, audioDuration: Double, reached: Double, duration: Double?,
    stages: [StageTime]
  ) {
    self.damage = damage
    self.audioDuration = audioDuration
    self.reached = reached
    self.duration = duration
    self.stages = stages
  }
}
