/// What seed 7 gave for utterance "x/1.wav" in "babble" when it was recorded.
enum RecordedNoise {
  static let first: UInt64 = 9_140_939_493_483_869_985
  static let digits = [4, 8, 0, 8, 2, 6, 5, 9]
  static let order = [3, 0, 4, 1, 5, 2]
}
