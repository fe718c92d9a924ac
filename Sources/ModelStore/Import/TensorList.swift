/// Names and shapes of a model's tensors, in order of use.
typealias TensorList = [(name: String, shape: [Int])]

/// Orders `found` as `expected` lists them, when they are these and no others.
func arrange<Tensor>(
  _ found: [String: Tensor], as expected: TensorList, shape: (Tensor) -> [Int]
) throws(TensorFault) -> [(name: String, tensor: Tensor)] {
  var left = found
  var arranged: [(name: String, tensor: Tensor)] = []
  var missing: [String] = []
  for (name, expectedShape) in expected {
    guard let tensor = left.removeValue(forKey: name) else {
      missing.append(name)
      continue
    }
    guard shape(tensor) == expectedShape else {
      throw .shape(tensor: name, expected: expectedShape, found: shape(tensor))
    }
    arranged.append((name, tensor))
  }
  guard missing.isEmpty else { throw .missing(missing) }
  guard left.isEmpty else { throw .unknown(left.keys.sorted()) }
  return arranged
}

/// The tensors of Silero's voice activity detector at 16 kHz.
let sileroTensors: TensorList = [
  ("stft_conv.weight", [258, 1, 256]),
  ("conv1.weight", [128, 129, 3]), ("conv1.bias", [128]),
  ("conv2.weight", [64, 128, 3]), ("conv2.bias", [64]),
  ("conv3.weight", [64, 64, 3]), ("conv3.bias", [64]),
  ("conv4.weight", [128, 64, 3]), ("conv4.bias", [128]),
  ("lstm_cell.weight_ih", [512, 128]), ("lstm_cell.weight_hh", [512, 128]),
  ("lstm_cell.bias_ih", [512]), ("lstm_cell.bias_hh", [512]),
  ("final_conv.weight", [1, 128, 1]), ("final_conv.bias", [1]),
]

/// The tensors of MTCNN's three networks: layers in order of use, by the shapes of their weights;
/// a vector is the slopes of a PReLU, which has no bias.
let mtcnnTensors: TensorList = {
  let layers: [(String, [Int])] = [
    ("pnet.conv1", [10, 3, 3, 3]), ("pnet.prelu1", [10]),
    ("pnet.conv2", [16, 10, 3, 3]), ("pnet.prelu2", [16]),
    ("pnet.conv3", [32, 16, 3, 3]), ("pnet.prelu3", [32]),
    ("pnet.conv4_1", [2, 32, 1, 1]), ("pnet.conv4_2", [4, 32, 1, 1]),
    ("rnet.conv1", [28, 3, 3, 3]), ("rnet.prelu1", [28]),
    ("rnet.conv2", [48, 28, 3, 3]), ("rnet.prelu2", [48]),
    ("rnet.conv3", [64, 48, 2, 2]), ("rnet.prelu3", [64]),
    ("rnet.dense4", [128, 576]), ("rnet.prelu4", [128]),
    ("rnet.dense5_1", [2, 128]), ("rnet.dense5_2", [4, 128]),
    ("onet.conv1", [32, 3, 3, 3]), ("onet.prelu1", [32]),
    ("onet.conv2", [64, 32, 3, 3]), ("onet.prelu2", [64]),
    ("onet.conv3", [64, 64, 3, 3]), ("onet.prelu3", [64]),
    ("onet.conv4", [128, 64, 2, 2]), ("onet.prelu4", [128]),
    ("onet.dense5", [256, 1152]), ("onet.prelu5", [256]),
    ("onet.dense6_1", [2, 256]), ("onet.dense6_2", [4, 256]), ("onet.dense6_3", [10, 256]),
  ]
  return layers.flatMap { path, shape -> TensorList in
    let weight = (name: path + ".weight", shape: shape)
    return shape.count == 1 ? [weight] : [weight, (path + ".bias", [shape[0]])]
  }
}()
