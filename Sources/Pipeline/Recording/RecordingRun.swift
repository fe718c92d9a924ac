import Decoding
import SpeechModels
import Support

/// The facts of one recording that is being transcribed, one reference for all that is made of it.
final class RecordingRun: Sendable {
  /// Its ordinal among the recordings whose readings wait in the same place, from 0. They come one after
  /// another.
  let ordinal: Int
  /// What was asked for.
  let options: RecognitionOptions
  /// What is delivered as a track: tracks, ordinals from 0, or their channels (`AudioLane.number`).
  let tracks: [Int]
  /// What can be seen; the offset of the picture, once it is known, is there too.
  let picture: PictureSource?
  /// What it is expected to speak of; nil where nothing is.
  let terms: TermTree?
  /// The same for the model that gives a second opinion.
  let secondTerms: TermTree?
  /// What was read of it before, and who keeps what is read now; nil where nothing is kept.
  let checkpoints: Checkpoints?
  /// What is said in its segments, where somebody knows already; they are then read for the times alone.
  let given: GivenText?
  /// Who hears its voices; nil where nobody does.
  let listener: VoiceListener?
  /// Where what is read waits, under the numbers of its tasks.
  let readings: ReorderBuffer<Reading>
  private let spoken: Guarded<SpokenLanguage?>

  /// The language that is spoken; undetermined until it is known.
  var language: SpokenLanguage { spoken.withLock { $0 } ?? .undetermined }
  /// The language that is written.
  var writtenLanguage: String { options.task == .translate ? "en" : language.code }
  /// Whether the language is to be found.
  var needsLanguage: Bool { spoken.withLock { $0 == nil } }

  /// A recording of which nothing is read yet; `language` is nil where it must be found.
  init(
    ordinal: Int = 0, options: RecognitionOptions = RecognitionOptions(), tracks: [Int] = [0],
    picture: PictureSource?, terms: TermTree?, secondTerms: TermTree? = nil,
    checkpoints: Checkpoints? = nil,
    given: GivenText? = nil, listener: VoiceListener? = nil,
    language: SpokenLanguage? = SpokenLanguage("en"),
    readings: ReorderBuffer<Reading>
  ) {
    spoken = Guarded(language)
    self.ordinal = ordinal
    self.options = options
    self.tracks = tracks
    self.picture = picture
    self.terms = terms
    self.secondTerms = secondTerms
    self.checkpoints = checkpoints
    self.given = given
    self.listener = listener
    self.readings = readings
  }

  /// Takes the language that was found in its speech.
  func found(_ language: SpokenLanguage) { spoken.withLock { $0 = language } }
}
