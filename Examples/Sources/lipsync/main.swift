import Foundation
import Viseme

// Tells of each recording how its picture lies to its sound, by the lips that are seen.
let transcriber = Transcriber()
for path in CommandLine.arguments.dropFirst() {
  do {
    let recording = try Recording(path: path)
    guard recording.hasVideo else {
      print("\(path): no picture")
      continue
    }
    guard let sync = try transcriber.lipSync(of: recording) else {
      print("\(path): no networks that read lips")
      continue
    }
    if let offset = sync.offset {
      print("\(path): the picture is \(Int(offset * 1000)) ms later than the sound")
    } else {
      // The bundled networks know one face; Training/adapt trains them on others.
      print("\(path): \(sync.faces) faces, \(Int(sync.knownSpeech)) s of known lips: not clear")
    }
  } catch {
    print("\(path): \(error)")
  }
}
