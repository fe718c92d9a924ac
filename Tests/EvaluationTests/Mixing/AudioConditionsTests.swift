import Demux
import Foundation
import Testing

@testable import Evaluation

@Suite("Conditions")
struct AudioConditionsTests {
  /// Recordings of four people, two each, and some noise.
  private final class Room: Sendable {
    let folder: ScratchFolder
    let utterances: [Utterance]

    init() throws {
      folder = try ScratchFolder()
      var utterances: [Utterance] = []
      for number in 0..<8 {
        let name = "p\(number / 2)/\(number).wav"
        let path = try folder.wave(
          name, Sounds.speech(seconds: 3 + Double(number) / 4, seed: UInt64(number)))
        var utterance = Utterance(id: name, path: path, reference: .text("words"))
        utterance.speaker = "p\(number / 2)"
        utterances.append(utterance)
      }
      self.utterances = utterances
      try folder.wave("hum.wav", Sounds.sine(120, seconds: 20, amplitude: 0.3))
      try folder.wave("short.wav", Sounds.sine(770, seconds: 0.3, amplitude: 0.3))
      try folder.wave("silent.wav", Sounds.silence(seconds: 5))
      try folder.wave("noises/a.wav", Sounds.sine(200, seconds: 1))
      try folder.wave("noises/b.wav", Sounds.sine(400, seconds: 1))
      try folder.wave("noises/c.wav", Sounds.silence(seconds: 1))
      try folder.text("noises/d.txt", "no sound")
    }

    func conditions(
      seed: UInt64 = 1, treatment: AudioConditions.Treatment = .init()
    ) -> AudioConditions {
      AudioConditions(
        seed: seed, talkers: utterances.map(NoiseBank.Talker.init), treatment: treatment)
    }

    func noise(_ text: String) throws -> NamedNoise {
      let path = text.hasSuffix("wav") || text == "noises" ? "\(folder.path)/\(text)" : text
      return try #require(NamedNoise.list([try NoiseKind(path)]).first)
    }
  }

  private let room: Room
  init() throws { room = try Room() }

  @Test
  func withoutNoiseARecordingStaysAsItIsDecoded() throws {
    let utterance = room.utterances[0]
    let sound = try room.conditions().sound(of: utterance, in: nil)
    #expect(sound.gains == nil)
    #expect(try RecordingCache.read(.init(path: utterance.path)) == sound.lanes)
  }

  @Test(arguments: ["babble", "babble:3", "white", "pink", "hum.wav", "short.wav", "noises"])
  func everyKindOfNoiseHasTheRatioAskedFor(_ name: String) throws {
    let conditions = room.conditions()
    let noise = try room.noise(name)
    try conditions.check(noise, for: room.utterances)
    let utterance = room.utterances[3]
    let speech = try conditions.sound(of: utterance, in: nil).samples
    let level = try #require(ActiveLevel(speech)).active
    for ratio in [20.0, 0, -5] {
      let sound = try conditions.sound(of: utterance, in: (noise, ratio))
      let gains = try #require(sound.gains)
      let rest = zip(sound.samples, speech).map { $0 - Float(gains.overall) * $1 }
      let measured = level + 20 * log10(gains.overall) - decibels(power: meanSquare(rest))
      #expect(abs(measured - ratio) < 0.1)
    }
  }

  @Test
  func theSameSeedGivesTheSameSamplesWhateverWasHeardBeforeAnotherOneDoesNot() throws {
    let noise = try room.noise("babble")
    let utterance = room.utterances[5]
    let first = try room.conditions().sound(of: utterance, in: (noise, 5)).samples
    let other = room.conditions()
    for utterance in room.utterances.reversed() {
      _ = try other.sound(of: utterance, in: (noise, -5))
    }
    #expect(try other.sound(of: utterance, in: (noise, 5)).samples == first)
    let seeded = try room.conditions(seed: 2).sound(of: utterance, in: (noise, 5)).samples
    #expect(seeded != first)
  }

  @Test
  func nobodyMurmursOverHimself() throws {
    // All but p1 hum at one pitch of their own; p1's is not to be heard in p1's babble.
    let folder = try ScratchFolder()
    var utterances: [Utterance] = []
    for number in 0..<6 {
      let path = try folder.wave(
        "\(number).wav", Sounds.sine(Double(1 + number / 2) * 500, seconds: 2, amplitude: 0.1))
      var utterance = Utterance(id: "\(number)", path: path, reference: .text("a"))
      utterance.speaker = "p\(number / 2)"
      utterances.append(utterance)
    }
    let bank = NoiseBank(
      seed: 1, talkers: utterances.map(NoiseBank.Talker.init), cache: RecordingCache(megabytes: 8))
    let babble = NamedNoise(kind: .babble(talkers: 8, folder: nil), name: "babble")
    let murmur = try bank.section(babble, for: utterances[2], count: 16_000).samples
    let power = [500.0, 1_000, 1_500].map { frequency in
      let wave = Sounds.sine(frequency, seconds: 1)
      let quadrature = Sounds.sine(frequency, seconds: 1.25).dropFirst(4_000)
      let both = [wave[...], quadrature].map { wave in
        zip(murmur, wave).reduce(0.0) { $0 + Double($1.0) * Double($1.1) } / 8_000
      }
      return both[0] * both[0] + both[1] * both[1]
    }
    #expect(power[1] < 1e-4 * min(power[0], power[2]))
  }

  @Test
  func babbleOfNobodyIsRefused() throws {
    var only = room.utterances
    for index in only.indices { only[index].speaker = "the same" }
    let conditions = AudioConditions(seed: 1, talkers: only.map(NoiseBank.Talker.init))
    let noise = try room.noise("babble")
    #expect(throws: InputFault.Cause.noise(name: "babble", .noTalkers)) {
      try conditions.sound(of: only[0], in: (noise, 5))
    }
    #expect(throws: NoiseError.noTalkers) { try conditions.check(noise, for: only) }
    only[7].speaker = "another"
    try AudioConditions(seed: 1, talkers: only.map(NoiseBank.Talker.init))
      .check(noise, for: only)
  }

  @Test
  func silentAndUnreadableNoiseIsRefused() throws {
    let conditions = room.conditions()
    let silent = try room.noise("silent.wav")
    #expect(throws: NoiseError.silent(path: "\(room.folder.path)/silent.wav")) {
      try conditions.check(silent, for: room.utterances)
    }
    let text = try room.folder.text("text.wav", "this is no sound, though it is called so")
    let noise = NamedNoise(kind: .file(text), name: "text")
    #expect(throws: NoiseError.unreadable(path: text, .notRecognised)) {
      try conditions.check(noise, for: room.utterances)
    }
    let empty = NamedNoise(kind: .folder("\(room.folder.path)/none"), name: "none")
    #expect(throws: NoiseError.emptyFolder(path: "\(room.folder.path)/none")) {
      try conditions.check(empty, for: room.utterances)
    }
  }

  @Test
  func aLongRecordingOfNoiseIsNotHeardWhereItIsSilent() throws {
    // One second of noise in a minute of silence.
    let path = try room.folder.wave(
      "rare.wav",
      Sounds.silence(seconds: 30) + Sounds.sine(300, seconds: 2)
        + Sounds.silence(seconds: 30))
    let noise = NamedNoise(kind: .file(path), name: "rare")
    let bank = NoiseBank(seed: 1, talkers: [], cache: RecordingCache(megabytes: 8))
    for utterance in room.utterances {
      let section = try bank.section(noise, for: utterance, count: 48_000).samples
      #expect(meanSquare(section) > 1e-4)
    }
  }

  @Test
  func silentSpeechIsRefusedUnlessNobodyIsSaidToSpeak() throws {
    let path = "\(room.folder.path)/silent.wav"
    let said = Utterance(id: "s", path: path, reference: .text("hello"))
    let conditions = room.conditions()
    #expect(throws: InputFault.Cause.silent) { try conditions.sound(of: said, in: nil) }
    let empty = Utterance(id: "s", path: path, reference: .text(" "))
    let noise = try room.noise("white")
    let sound = try conditions.sound(of: empty, in: (noise, 10))
    // Noise 10 dB below speech at the nominal level of -26 dB.
    #expect(abs(decibels(power: meanSquare(sound.samples)) + 36) < 0.1)
    #expect(sound.gains?.speechLevel == -26)
  }

  @Test
  func aSpanIsHeardAloneAndOneWithoutAudioIsRefused() throws {
    var utterance = room.utterances[0]
    let whole = try room.conditions().sound(of: utterance, in: nil).samples
    utterance.start = 0.5
    utterance.end = 1.25
    let part = try room.conditions().sound(of: utterance, in: nil).samples
    #expect(part == Array(whole[8_000..<20_000]))
    utterance.start = 100
    utterance.end = 101
    #expect(throws: InputFault.Cause.emptySpan) {
      try room.conditions().sound(of: utterance, in: nil)
    }
  }

  @Test
  func theRoomIsInTheSpeechAndNotInTheNoiseTheLinkComesLast() throws {
    let response: [Float] = [1] + [Float](repeating: 0, count: 1_599) + [0.6]
    let utterance = room.utterances[1]
    let dry = try room.conditions().sound(of: utterance, in: nil).samples
    let wet = room.conditions(treatment: .init(response: response))
    let clean = try wet.sound(of: utterance, in: nil)
    let reverberation = try #require(Reverberation(response: response))
    #expect(clean.samples == Mixture.stored(reverberation.apply(to: dry)))
    #expect(clean.gains?.noise == nil)
    let noise = try room.noise("white")
    let noisy = try wet.sound(of: utterance, in: (noise, 0))
    let plain = try room.conditions().sound(of: utterance, in: (noise, 0))
    let rest = { (sound: AudioConditions.Sound, speech: [Float]) in
      zip(sound.samples, speech).map { $0 - Float(sound.gains?.overall ?? 1) * $1 }
    }
    let scale = Float(try #require(noisy.gains?.noise) / #require(plain.gains?.noise))
    // The same noise at nearly the same gain; two roundings apart.
    let pairs = zip(rest(noisy, clean.samples), rest(plain, dry))
    #expect(pairs.allSatisfy { abs($0 - scale * $1) < 1e-4 })
    guard OpusLink.isSupported else { return }
    let call = room.conditions(treatment: .init(response: response, bitRate: 12_000))
    let heard = try call.sound(of: utterance, in: (noise, 0)).samples
    #expect(heard == Mixture.stored(try OpusLink.pass(noisy.samples, bitRate: 12_000)))
  }
}
