import Support

// What a cell's result depends on.
extension Fingerprint {
  /// The program and the model that do the work.
  init(program: String, model: String) {
    self.init()
    add(program)
    add(model)
  }

  /// Takes in an utterance, of its reference only whether it is empty: that alone touches the sound.
  mutating func add(_ utterance: Utterance) {
    add(utterance.id)
    add(file: utterance.path)
    add("\(utterance.start ?? -1) \(utterance.end ?? -1) \(utterance.reference.isEmpty)")
  }

  /// Takes in a noise and, for babble, who talks.
  mutating func add(_ noise: NamedNoise, talkers utterances: [Utterance]) {
    add(noise.name)
    switch noise.kind {
    case .white, .pink: return
    case .file(let path): add(file: path)
    case .folder(let path): addFolder(path)
    case .babble(let talkers, let folder):
      add(String(talkers))
      if let folder { return addFolder(folder) }
      for utterance in utterances {
        add(utterance)
        add(utterance.speaker ?? "")
      }
    }
  }

  private mutating func addFolder(_ path: String) {
    for file in FolderListing(of: path).files { add(file: file) }
  }
}
