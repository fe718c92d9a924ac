import NN

/// A face in a picture.
package struct DetectedFace: Sendable, Hashable {
  package let box: FaceBox
  /// Probability of a face, by the last network.
  package let score: Float
  /// The eye at the left of the picture, the other eye, the nose's tip, the left and the right
  /// corner of the mouth.
  package let landmarks: [Point]
  /// The square that the last network saw.
  package let view: FaceBox
}

/// The three networks of the face detector, packed once and shared.
package struct FaceDetectorNetworks: Sendable {
  let proposal: CascadeNetwork
  let refinement: CascadeNetwork
  let output: CascadeNetwork

  /// Packs the weights.
  package init(_ weights: FaceDetectorWeights) {
    let config = weights.config.networks
    precondition(weights.networks.count == 3 && config.count == 3, "a cascade of three networks")
    proposal = CascadeNetwork(weights.networks[0], config: config[0])
    refinement = CascadeNetwork(weights.networks[1], config: config[1])
    output = CascadeNetwork(weights.networks[2], config: config[2])
  }
}

/// Finds faces by a cascade of three networks (MTCNN; Zhang et al. 2016), with the decisions of
/// facenet-pytorch 2.6.0; docs/lab/MODEL.md has every step.
package struct FaceDetector: ~Copyable {
  /// What counts as a face.
  package struct Options: Sendable, Hashable {
    /// Pixels across of the smallest face looked for.
    package var smallestFace: Float = 24
    /// Probabilities from which on the three networks pass a box.
    package var proposalThreshold: Float = 0.6
    package var refinementThreshold: Float = 0.7
    package var outputThreshold: Float = 0.7

    package init() {}
  }

  package let options: Options
  private let networks: FaceDetectorNetworks
  private var scratch = CascadeScratch()

  /// Scales of the pyramid, one to the next.
  private static let factor = 0.709
  /// Pixels across of what the first network sees at a position, and between two positions.
  private static let (cell, stride) = (12, 2)
  /// Rows of positions of the first network done at a time: their features stay in the cache.
  private static let band = 24

  /// A detector with scratch memory of its own.
  package init(_ networks: FaceDetectorNetworks, options: Options = Options()) {
    self.networks = networks
    self.options = options
  }

  /// All faces of a picture, the surest first.
  ///
  /// - Parameters:
  ///   - picture: where faces are looked for.
  ///   - reduction: how many times smaller the picture is that the first network sees; faces are looked
  ///     for from as many times `smallestFace` up.
  /// - Returns: the faces with places in `picture`.
  package mutating func detect(in picture: Picture, reducedBy reduction: Int = 1) -> [DetectedFace]
  {
    let small = reduction > 1 ? picture.reduced(by: reduction) : picture
    let scale = Float(reduction)
    let proposals = proposals(in: small).map { $0.squared.resized(scale, scale) }
    let refined = refine(proposals, in: picture)
    let faces = examine(refined, in: picture)
    let kept = suppress(
      faces.map { ($0.box, $0.score) }, above: 0.7, border: 1, ofSmaller: true)
    return kept.map { faces[$0] }
  }

  /// The third network on square boxes: the faces among them, in the order of the boxes.
  package mutating func examine(_ boxes: [FaceBox], in picture: Picture) -> [DetectedFace] {
    examinations(of: boxes, in: picture).compactMap { face in
      face.flatMap { $0.score > options.outputThreshold ? $0 : nil }
    }
  }

  /// What the third network says of each square box; nil for a box outside the picture.
  mutating func examinations(of boxes: [FaceBox], in picture: Picture) -> [DetectedFace?] {
    let output = classify(boxes, in: picture, side: 48, by: networks.output)
    return zip(boxes, output).map { box, output in
      guard let output else { return nil }
      let (across, tall) = (box.width + 1, box.height + 1)
      let landmarks = (0..<5).map { index in
        Point(
          x: across * output[6 + index] + box.left - 1, y: tall * output[11 + index] + box.top - 1)
      }
      return output.withUnsafeBufferPointer { values in
        guard let base = values.baseAddress else { return nil }
        return DetectedFace(
          box: box.moved(by: base + 2, border: 1), score: CascadeNetwork.probability(base),
          landmarks: landmarks, view: box)
      }
    }
  }

  /// The second network: of square boxes those that pass, moved, square again.
  private mutating func refine(_ boxes: [FaceBox], in picture: Picture) -> [FaceBox] {
    let output = classify(boxes, in: picture, side: 24, by: networks.refinement)
    var passed: [(box: FaceBox, score: Float)] = []
    var moved: [FaceBox] = []
    for (box, output) in zip(boxes, output) {
      output?.withUnsafeBufferPointer { values in
        guard let base = values.baseAddress else { return }
        let score = CascadeNetwork.probability(base)
        guard score > options.refinementThreshold else { return }
        passed.append((box, score))
        moved.append(box.moved(by: base + 2, border: 1).squared)
      }
    }
    return suppress(passed, above: 0.7).map { moved[$0] }
  }

  /// The heads' outputs of a network for what lies in each box; nil outside the picture.
  private mutating func classify(
    _ boxes: [FaceBox], in picture: Picture, side: Int, by network: CascadeNetwork
  ) -> [[Float]?] {
    let regions = boxes.map { $0.region(width: picture.width, height: picture.height) }
    let count = regions.count { $0 != nil }
    guard count > 0 else { return regions.map { _ in nil } }
    let features = network.features
    scratch.examples.reserve(count * features)
    scratch.input.reserve(side * side * 3)
    scratch.output.reserve(count * network.outputs)
    for (index, region) in regions.compactMap({ $0 }).enumerated() {
      picture.resample(
        region, height: side, width: side, band: 0..<side, into: scratch.input.base,
        sums: &scratch.sums)
      let input = FeatureMap(base: scratch.input.base, height: side, width: side, channels: 3)
      let map = network.convolve(input, scratch: &scratch)
      precondition(map.count == features)
      CascadeNetwork.flatten(map, into: scratch.examples.base + index * features)
    }
    let output = scratch.output.matrix(count, network.outputs)
    network.classify(
      scratch.examples.matrix(count, features), into: output, scratch: &scratch)
    var rows = (0..<count).makeIterator()
    return regions.map { region in
      guard region != nil, let row = rows.next() else { return nil }
      return Array(UnsafeBufferPointer(start: output.row(row), count: network.outputs))
    }
  }

  /// The first network over a pyramid of scales: boxes moved, best first.
  private mutating func proposals(in picture: Picture) -> [FaceBox] {
    var found: [Proposal] = []
    var scale = Double(Self.cell) / Double(options.smallestFace)
    var side = Double(min(picture.width, picture.height)) * scale
    while side >= Double(Self.cell) {
      let all = proposals(in: picture, scale: scale)
      found += suppress(all.map { ($0.cell, $0.score) }, above: 0.5).map { all[$0] }
      scale *= Self.factor
      side *= Self.factor
    }
    return suppress(found.map { ($0.cell, $0.score) }, above: 0.7).map { found[$0].moved }
  }

  /// A position of the first network that may show a face.
  private struct Proposal {
    /// What the network saw, and the same moved by its second head.
    let cell: FaceBox
    let moved: FaceBox
    let score: Float
  }

  /// The first network at one scale, a band of rows at a time.
  private mutating func proposals(in picture: Picture, scale: Double) -> [Proposal] {
    let height = Int(Double(picture.height) * scale + 1)
    let width = Int(Double(picture.width) * scale + 1)
    var found: [Proposal] = []
    var top = 0
    while top + Self.cell <= height {
      // A band sees what its last position needs, and all that is left when it is the last.
      let isLast = top + 2 * Self.stride * Self.band + Self.cell > height
      let rows = isLast ? height - top : Self.stride * (Self.band - 1) + Self.cell
      scratch.input.reserve(rows * width * 3)
      picture.resample(
        picture.bounds, height: height, width: width, band: top..<top + rows,
        into: scratch.input.base, sums: &scratch.sums)
      let input = FeatureMap(base: scratch.input.base, height: rows, width: width, channels: 3)
      let map = networks.proposal.convolve(input, scratch: &scratch)
      scratch.output.reserve(map.height * map.width * networks.proposal.outputs)
      let output = scratch.output.matrix(map.height * map.width, networks.proposal.outputs)
      networks.proposal.applyHeads(to: map, into: output, scratch: scratch.gathered)
      collect(output, columns: map.width, firstRow: top / Self.stride, scale, into: &found)
      if isLast { break }
      top += Self.stride * Self.band
    }
    return found
  }

  private func collect(
    _ output: MatrixView, columns: Int, firstRow: Int, _ scale: Double,
    into found: inout [Proposal]
  ) {
    let scale = Float(scale)
    for index in 0..<output.rows {
      let values = output.row(index)
      // A probability of at least 0.5 needs the larger logit; most positions stop here.
      guard options.proposalThreshold < 0.5 || values[1] > values[0] else { continue }
      let score = CascadeNetwork.probability(values)
      guard score >= options.proposalThreshold else { continue }
      let (y, x) = index.quotientAndRemainder(dividingBy: columns)
      let (left, top) = (Float(Self.stride * x), Float(Self.stride * (y + firstRow)))
      let cell = FaceBox(
        left: ((left + 1) / scale).rounded(.down), top: ((top + 1) / scale).rounded(.down),
        right: ((left + Float(Self.cell)) / scale).rounded(.down),
        bottom: ((top + Float(Self.cell)) / scale).rounded(.down))
      found.append(Proposal(cell: cell, moved: cell.moved(by: values + 2, border: 0), score: score))
    }
  }
}
