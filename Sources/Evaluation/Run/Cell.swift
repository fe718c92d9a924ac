import Foundation

/// One condition under which every utterance is heard.
package struct Cell: Sendable, Hashable {
  package let mode: ListeningMode
  /// Nil without noise.
  package let noise: NamedNoise?
  package let level: SNRLevel
  /// Nil where the mode does not see.
  package let picture: PictureCondition?

  /// All cells, in the order in which they are run: mode by mode, without noise first.
  ///
  /// Without noise there is one cell however many kinds of noise there are.
  package static func list(
    modes: [ListeningMode], noises: [NamedNoise], levels: [SNRLevel], pictures: [PictureCondition]
  ) -> [Cell] {
    var cells: [Cell] = []
    for mode in modes {
      for picture in mode.sees ? pictures.map(Optional.some) : [nil] {
        if levels.contains(.clean) {
          cells.append(Cell(mode: mode, noise: nil, level: .clean, picture: picture))
        }
        for noise in noises {
          for level in levels where level != .clean {
            cells.append(Cell(mode: mode, noise: noise, level: level, picture: picture))
          }
        }
      }
    }
    return cells
  }

  /// The noise and how far below the speech it lies, in decibels.
  var mixing: (kind: NamedNoise, ratio: Double)? {
    guard let noise, case .decibels(let ratio) = level else { return nil }
    return (noise, ratio)
  }

  /// Names the sound of the cell in file names: "clean", "babble_-5dB".
  var soundName: String {
    guard let (noise, ratio) = mixing else { return "clean" }
    let number = ratio == ratio.rounded() ? String(Int(ratio)) : String(ratio)
    return "\(SafeName.of(noise.name))_\(number)dB"
  }

  /// Names the cell in file names: "audio_clean", "fused_babble_-5dB_blur".
  var name: String {
    ([mode.rawValue, soundName] + (picture.map { [$0.rawValue] } ?? [])).joined(separator: "_")
  }
}

/// Names that every file system takes.
enum SafeName {
  /// The name with everything but letters, digits, dots and dashes replaced, at most 80 long.
  static func of(_ name: String) -> String {
    let safe = name.unicodeScalars.map { scalar -> Character in
      let isKept =
        scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      return isKept || scalar == "." || scalar == "-" ? Character(scalar) : "-"
    }
    return String(safe.suffix(80))
  }
}
