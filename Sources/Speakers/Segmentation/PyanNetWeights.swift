import NN

/// Sizes of pyannote's speaker segmentation network, segmentation-3.0 (Bredin 2023; Plaquet and
/// Bredin 2023).
package enum PyanNetConfig {
  /// Samples a second.
  package static let sampleRate = 16_000
  /// Samples of a window: ten seconds.
  package static let window = 160_000
  /// Frames of a window.
  package static let frames = 589
  /// Samples from a frame to the next, and from the window's start to the middle of its first frame.
  package static let frameStep = 270
  package static let frameMiddle = 495
  /// Speakers of a window that are told apart; at most two of them at a time.
  package static let speakers = 3

  /// Taps and step of the sinc filters.
  static let filterTaps = 251
  static let filterStep = 10
  /// Channels of the three convolutions; every pool takes three positions.
  static let channels = [80, 60, 60]
  /// Taps of the second and the third convolution.
  static let taps = 5
  /// Layers and hidden values of the LSTM, in each direction.
  static let layers = 4
  static let hidden = 128
  /// Below zero rectifiers have this slope.
  static let slope: Float = 0.01
  /// Added to the variance by the instance normalisations.
  static let epsilon = 1e-5
}

/// The weights of the segmentation network, packed; read-only and shared.
package struct PyanNetWeights: Sendable {
  /// Scale and shift of the normalised wave.
  let waveScale: Float
  let waveShift: Float
  /// `[80, 251]`: cosines, then sines. In f32: the logarithms of the classes are told to 0.003 then, in
  /// integers to 0.06, since a window's quiet parts are normalised to its loud ones' level.
  let filters: PackedMatrix
  let convolutions: [Convolution]
  let norms: [InstanceNorm]
  let layers: [BidirectionalLayer]
  let linear: [Linear]
  let classifier: Linear

  /// Loads the tensors of `speaker-segmentation`; none may be missing or left over.
  package init(_ scope: WeightScope) throws(WeightError) {
    typealias C = PyanNetConfig
    waveScale = try scope.f32("wave_norm.weight", shape: [1]).elements[0]
    waveShift = try scope.f32("wave_norm.bias", shape: [1]).elements[0]
    filters = PackedMatrix(
      f32: try scope.f32("sinc.weight", shape: [C.channels[0], C.filterTaps]),
      outputs: C.channels[0], inputs: C.filterTaps)
    var convolutions: [Convolution] = []
    var norms: [InstanceNorm] = []
    for index in C.channels.indices {
      norms.append(try InstanceNorm(scope["norms"][index], channels: C.channels[index]))
      guard index > 0 else { continue }
      let (inputs, outputs) = (C.channels[index - 1], C.channels[index])
      let convolution = scope["convolutions"][index - 1]
      let weight = try convolution.f32("weight", shape: [outputs, inputs, C.taps])
      convolutions.append(
        Convolution(
          kernel: C.taps, step: 1,
          linear: Linear(
            weights: PackedMatrix(i16: weight, outputs: outputs, inputs: inputs, taps: C.taps),
            bias: try convolution.f32("bias", shape: [outputs]).elements)))
    }
    self.convolutions = convolutions
    self.norms = norms
    var layers: [BidirectionalLayer] = []
    for index in 0..<C.layers {
      layers.append(
        try BidirectionalLayer(
          scope["lstm"][index], inputs: index == 0 ? C.channels[2] : 2 * C.hidden,
          hidden: C.hidden))
    }
    self.layers = layers
    linear = [
      try Linear(pairs: scope["linear"][0], inputs: 2 * C.hidden, outputs: C.hidden, hasBias: true),
      try Linear(pairs: scope["linear"][1], inputs: C.hidden, outputs: C.hidden, hasBias: true),
    ]
    classifier = try Linear(
      scope["classifier"], inputs: C.hidden, outputs: PowersetClass.allCases.count, hasBias: true)
    try scope.finish()
  }
}

/// Who of a window's three speakers is heard in a frame. The raw values are the network's classes.
package enum PowersetClass: UInt8, Sendable, CaseIterable {
  case none, first, second, third, firstAndSecond, firstAndThird, secondAndThird

  /// The speakers heard, as bits 0 to 2.
  package var speakers: UInt8 {
    switch self {
    case .none: 0b000
    case .first: 0b001
    case .second: 0b010
    case .third: 0b100
    case .firstAndSecond: 0b011
    case .firstAndThird: 0b101
    case .secondAndThird: 0b110
    }
  }
}
