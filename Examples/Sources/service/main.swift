import Foundation
import Viseme

// A service that transcribes what is posted to it, one recording after the other:
//
//   curl --data-binary @meeting.mp4 http://127.0.0.1:8080/transcripts      -> a number
//   curl http://127.0.0.1:8080/transcripts/NUMBER.srt                      -> 202 until it is done
//
// It listens on this machine only and knows no users: what faces a network should stand before it. A real one
// would have Hummingbird or swift-nio in the place of Connection.swift and of what follows here.

let (mostWaiting, mostConnections, largest) = (8, 16, 8 << 30)
let jobs = Jobs(most: mostWaiting)

/// Serves a connection on the thread that calls.
func serve(_ descriptor: Int32) {
  let connection = Connection(descriptor)
  guard let request = connection.request() else { return }
  var file: URL?
  if request.method == "POST", let length = request.length, 1...largest ~= length {
    let posted = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    guard connection.save(length, to: posted) else {
      try? FileManager.default.removeItem(at: posted)
      return
    }
    file = posted
  }
  connection.send(waitFor { [file] in await jobs.answer(request, file: file) })
}

/// The result of asynchronous work, on a thread that may block.
func waitFor<Result: Sendable>(_ work: @escaping @Sendable () async -> Result) -> Result {
  let (done, box) = (DispatchSemaphore(value: 0), Box<Result>())
  Task {
    box.value = await work()
    done.signal()
  }
  done.wait()
  guard let value = box.value else { fatalError("signalled without a value") }
  return value
}

/// `@unchecked Sendable`: written before the semaphore is signalled and read after it was waited for.
final class Box<Value>: @unchecked Sendable {
  var value: Value?
}

func listen(on port: UInt16) -> Int32? {
  let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
  var yes: Int32 = 1
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
  let isBound = withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }
  return isBound == 0 && listen(listener, 16) == 0 ? listener : nil
}

let port = CommandLine.arguments.dropFirst().first.flatMap { UInt16($0) } ?? 8080
guard let listener = listen(on: port) else {
  print("port \(port) cannot be listened on: \(String(cString: strerror(errno)))")
  exit(1)
}
print("listening on http://127.0.0.1:\(port)")
let room = DispatchSemaphore(value: mostConnections)
let connections = DispatchQueue(label: "connections", attributes: .concurrent)
DispatchQueue(label: "listener").async {
  while true {
    room.wait()
    let descriptor = accept(listener, nil, nil)
    if descriptor < 0 {
      room.signal()
      continue
    }
    connections.async {
      serve(descriptor)
      room.signal()
    }
  }
}
dispatchMain()
