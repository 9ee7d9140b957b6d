import Foundation
import Glibc
import Synchronization

/// Control sockets in a folder of their own that answer whatever a test wants, and remember what they were asked.
final class MockTunnels: Sendable {
  /// The folder that stands for /var/run/wireguard.
  let folder: String
  private let sockets = Mutex<[Int32]>([])
  private let asked = Mutex<[String]>([])
  private let replies = Mutex<[String: [UInt8]]>([:])

  init() throws {
    folder = "/tmp/needletail-mock-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit {
    for socket in sockets.withLock({ $0 }) {
      shutdown(socket, Int32(SHUT_RDWR))
      close(socket)
    }
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// The requests since this was asked last.
  func takeRequests() -> [String] {
    asked.withLock { list in
      defer { list = [] }
      return list
    }
  }

  /// From here on the tunnel answers a get with `get`, and a set with `set`.
  func answer(_ name: String, get: String, set: String = "errno=0\n\n") throws {
    let isThere = replies.withLock { $0["get " + name] != nil }
    replies.withLock {
      $0["get " + name] = Array(get.utf8)
      $0["set " + name] = Array(set.utf8)
    }
    if !isThere { try listen(name) }
  }

  /// From here on the tunnel answers an observation with `reply`.
  func tell(_ name: String, _ reply: String) { replies.withLock { $0["observe " + name] = Array(reply.utf8) } }

  /// A socket file that nobody listens to.
  func leaveStaleSocket(_ name: String) throws { close(try bound(name)) }

  private func bound(_ name: String) throws -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = "\(folder)/\(name).sock"
    // SAFETY: the path is shorter than the field, which was all zeros.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    // SAFETY: an address of a Unix socket is an address, and it lives for the call.
    let isBound = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
    guard isBound else { throw CocoaError(.fileWriteUnknown) }
    return socket
  }

  private func listen(_ name: String) throws {
    let socket = try bound(name)
    guard Glibc.listen(socket, 64) == 0 else { throw CocoaError(.fileWriteUnknown) }
    sockets.withLock { $0.append(socket) }
    Thread.detachNewThread { [weak self] in
      while true {
        let connection = accept(socket, nil, nil)
        if connection < 0 { return }
        self?.serve(name, connection)
        close(connection)
      }
    }
  }

  private func serve(_ name: String, _ connection: Int32) {
    var request: [UInt8] = []
    while !request.suffix(2).elementsEqual([10, 10]) {
      var chunk = [UInt8](repeating: 0, count: 4096)
      // SAFETY: the array has room for as much as is said.
      let count = unsafe recv(connection, &chunk, chunk.count, 0)
      if count <= 0 { return }
      request += chunk[..<count]
    }
    let text = String(decoding: request, as: UTF8.self)
    // As a server does that does not know the question.
    if text.hasPrefix("observe"), replies.withLock({ $0["observe " + name] }) == nil { return }
    asked.withLock { $0.append(text) }
    let key = (["get ", "observe "].first { text.hasPrefix($0.dropLast()) } ?? "set ") + name
    guard let reply = replies.withLock({ $0[key] }) else { return }
    var sent = 0
    while sent < reply.count {
      let rest = Array(reply[sent...])
      // SAFETY: the array is as long as is said.
      let count = unsafe send(connection, rest, rest.count, Int32(MSG_NOSIGNAL))
      if count <= 0 { return }
      sent += count
    }
  }
}
