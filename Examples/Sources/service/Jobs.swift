import Foundation
import Viseme

/// Recordings that wait, are transcribed, or are done. So many may wait, no more.
actor Jobs {
  enum State {
    case waiting
    case running(Double)
    case done(TranscriptionResult)
    case failed(String)
  }

  private let transcriber = Transcriber()
  private let most: Int
  private var states: [String: State] = [:]
  private var waiting: [(id: String, file: URL)] = []
  private var isRunning = false

  init(most: Int) {
    self.most = most
  }

  func state(_ id: String) -> State? { states[id] }

  /// Takes a file over and returns its number; nil where the queue is full.
  func add(_ file: URL) -> String? {
    guard waiting.count < most else { return nil }
    let id = UUID().uuidString
    waiting.append((id, file))
    states[id] = .waiting
    if !isRunning {
      isRunning = true
      Task { await run() }
    }
    return id
  }

  private func run() async {
    while !waiting.isEmpty {
      let (id, file) = waiting.removeFirst()
      states[id] = .running(0)
      do {
        let recording = try Recording(path: file.path)
        let result = try await transcriber.transcribe(recording) { progress in
          Task { await self.advance(id, to: progress.fraction ?? 0) }
        }
        states[id] = .done(result)
      } catch {
        states[id] = .failed("\(error)")
      }
      try? FileManager.default.removeItem(at: file)
    }
    isRunning = false
  }

  private func advance(_ id: String, to fraction: Double) {
    if case .running = states[id] { states[id] = .running(fraction) }
  }
}
