import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Viseme

/// A service that transcribes what is posted to it; `Examples/README.md` shows how it is asked.
@main
struct Service {
  let settings: Settings
  let transcriber = Transcriber()
  let queue: JobQueue
  /// Where recordings lie until they are transcribed.
  let folder: URL

  static func main() async {
    do {
      let settings = try Settings(ProcessInfo.processInfo.environment)
      let folder = FileManager.default.temporaryDirectory.appending(
        path: "viseme-service-\(UUID().uuidString)", directoryHint: .isDirectory)
      try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
      defer { try? FileManager.default.removeItem(at: folder) }
      try await Service(settings, folder: folder).runUntilSignalled()
    } catch {
      FileHandle.standardError.write(Data("service: \(error)\n".utf8))
      exit(1)
    }
  }

  init(_ settings: Settings, folder: URL) {
    self.settings = settings
    self.folder = folder
    queue = JobQueue(running: settings.running, waiting: settings.waiting)
  }

  /// Serves until SIGINT or SIGTERM comes; what is at work then is stopped, and its recordings are removed.
  func runUntilSignalled() async throws {
    // Loads the models, so that a missing one is told now and not to the first client.
    let languages = try transcriber.languages()
    let serving = Task { try await serve(languages: languages) }
    let sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler { serving.cancel() }
      source.resume()
      return source
    }
    defer { sources.forEach { $0.cancel() } }
    do { try await serving.value } catch is CancellationError {}
  }

  private func serve(languages: [String]) async throws {
    let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .bind(host: settings.host, port: settings.port) { [settings] channel in
        channel.eventLoop.makeCompletedFuture {
          try Exchange.connection(on: channel, patience: settings.patience)
        }
      }
    let address = "http://\(settings.host):\(server.channel.localAddress?.port ?? 0)"
    FileHandle.standardOutput.write(Data("listening on \(address)\n".utf8))
    try await server.executeThenClose { arriving in
      await withTaskGroup(of: Void.self) { group in
        var open = 0
        do {
          for try await connection in arriving {
            // No more are accepted until one has ended; the others wait in the system's queue.
            if open == settings.connections, await group.next() != nil { open -= 1 }
            group.addTask { await Exchange(self, connection, languages: languages).run() }
            open += 1
          }
        } catch {}
        group.cancelAll()
      }
    }
  }
}
