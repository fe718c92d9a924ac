import Foundation
import Testing

@testable import ModelStore

@Test func driver() throws {
  let store = ModelStore(root: URL(filePath: "/tmp/ms/store"))
  let clock = ContinuousClock()
  for name in ["moonshine_voice-0.0.49-py3-none-manylinux_2_34_x86_64.whl", "silero_vad-6.2.3-py3-none-any.whl", "facenet_pytorch-2.6.0-py3-none-any.whl"] {
    let t = try clock.measure { print(try store.import(path: "/tmp/wheels/" + name) { print(clock.now, $0) }) }
    print(name, t)
  }
  print(try store.list())
  print(clock.measure { _ = try? store.verifiedFile(model: "moonshine-tiny-en", file: "model.safetensors") })
}
