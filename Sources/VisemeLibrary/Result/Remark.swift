internal import Demux
internal import Pipeline
internal import Transcript

/// What is to be known of a transcript beside its words: damage of the recording, doubt, and what was
/// found or put right.
///
/// The description is short and for a report; it stands in the notes of the formats that have a place.
public enum Remark: Sendable, Hashable {
  /// The file ends before its container says; seconds that were reached, and of how many.
  case truncated(reached: Double, of: Double?)
  case corruptPackets(Int)
  /// Seconds of silence in place of audio that is missing.
  case missingAudio(seconds: Double)
  /// Seconds of audio that were there twice.
  case overlap(seconds: Double)
  /// Jumps in the timestamps, which were closed.
  case timestampJumps(Int)
  /// Seconds in which channels of opposite phase would have cancelled each other.
  case oppositePhase(seconds: Double)
  /// The loudest half second, in decibels of full scale; speech was raised, words may be missing.
  case quiet(level: Double)
  /// The span that was asked for holds no audio.
  case noAudio
  /// Every sample is zero.
  case digitalSilence
  /// No voice was found.
  case noSpeech
  /// There may be speech, and none of it was understood.
  case noWords
  /// No words came, and these audio tracks carry sound.
  case otherTracksCarrySound([Int])
  /// Channels carry different voices and were transcribed each by itself.
  case channelsSeparated
  /// Separate channels were asked for, and there is one.
  case oneChannel
  /// Lips were to be read: no picture of the recording can be seen.
  case pictureUnreadable
  /// Lips were to be read, and the networks for them belong to another speech model.
  case otherLipModel
  /// Lips were to be read, and no face was seen.
  case noFace
  /// Lips were to be read, and no face is known to the networks.
  case noKnownFace
  /// Seconds by which the picture is later than the sound, negative where it is earlier; it was allowed for.
  case pictureOffset(seconds: Double)
  /// There is not one name for each of the tracks, so words have no speakers.
  case speakerNames(Int, tracks: Int)
  /// Fewer voices were heard than were asked for.
  case fewerVoices(Int, asked: Int)
  /// Names of voices that were not heard.
  case voicesNotHeard([String])
  /// The language was found in the first speech, with this probability.
  case languageFound(String, probability: Double)
}

extension Remark: CustomStringConvertible {
  /// Short, in English, without the name of the recording.
  public var description: String {
    switch self {
    case .truncated(let reached, let whole):
      "truncated: transcribed up to \(Self.number(reached)) s"
        + (whole.map { " of \(Self.number($0)) s" } ?? "")
    case .corruptPackets(let count): "corrupt packets skipped: \(count)"
    case .missingAudio(let seconds): "audio missing: \(Self.number(seconds)) s"
    case .overlap(let seconds): "overlapping audio dropped: \(Self.number(seconds)) s"
    case .timestampJumps(let count): "jumps in the timestamps closed: \(count)"
    case .oppositePhase(let seconds): "channels in opposite phase: \(Self.number(seconds)) s"
    case .quiet(let level): "very quiet: \(Self.number(level)) dBFS at its loudest"
    case .noAudio: "no speech: no audio in what was asked for"
    case .digitalSilence: "no speech: digital silence"
    case .noSpeech: "no speech was found"
    case .noWords: "no words were recognised in what may be speech"
    case .otherTracksCarrySound(let tracks):
      "other audio tracks carry sound: \(tracks.map(String.init).joined(separator: ", "))"
    case .channelsSeparated: "the channels carry different voices: transcribed each by itself"
    case .oneChannel: "there is one channel: nothing to transcribe by itself"
    case .pictureUnreadable: "the picture cannot be seen: transcribed from the audio"
    case .otherLipModel:
      "the networks for lips belong to another speech model: transcribed from the audio"
    case .noFace: "no face was seen: transcribed from the audio"
    case .noKnownFace: "no face is known to the lip model: transcribed from the audio"
    case .pictureOffset(let seconds):
      "the picture is \(Self.number(abs(seconds) * 1000)) ms \(seconds < 0 ? "earlier" : "later") "
        + "than the sound: allowed for"
    case .speakerNames(let names, let tracks):
      "\(names) speaker names for \(tracks) tracks: words have no speakers"
    case .fewerVoices(let heard, let asked): "voices asked for: \(asked), heard: \(heard)"
    case .voicesNotHeard(let names): "no voice for \(names.joined(separator: ", "))"
    case .languageFound(let code, let probability):
      "language by the first speech: \(code) (\(Self.number(probability * 100)) %)"
    }
  }

  /// With one decimal, if any.
  private static func number(_ value: Double) -> String {
    let tenths = (value * 10).rounded() / 10
    return tenths == tenths.rounded() ? String("\(tenths)".dropLast(2)) : "\(tenths)"
  }
}
