import ControlProtocol
import Foundation
import Glibc
import Synchronization

/// An interface for the stock tools: the control socket of a `MemoryTarget` where they look for it.
public final class StubInterface: Sendable {
  /// The interface's name, random so that tests may run at the same time.
  public let name: String
  private let socketPath: String
  private let descriptor: Int32
  private let state: Mutex<State>

  private struct State: Sendable {
    var target: MemoryTarget
    var requests: [[UInt8]] = []
    var random: Seeded

    /// Adds `bytes` to the request of one connection, whose place is made with its first bytes.
    mutating func note(_ bytes: ArraySlice<UInt8>, at place: inout Int?) {
      if place == nil {
        place = requests.count
        requests.append([])
      }
      if let place, place < requests.count { requests[place] += bytes }
    }
  }

  /// Opens the socket and answers on it until `close`.
  public init(_ target: MemoryTarget = MemoryTarget()) throws {
    name = "nt" + String(UInt32.random(in: 0...UInt32.max), radix: 36)
    socketPath = StockTool.socketFolder + "/" + name + ".sock"
    try FileManager.default.createDirectory(atPath: StockTool.socketFolder, withIntermediateDirectories: true)
    descriptor = try Self.listen(at: socketPath)
    state = Mutex(State(target: target, random: Seeded(seed: Environment.seed)))
    let thread = Thread { [self] in
      while true {
        let connection = Glibc.accept(descriptor, nil, nil)
        guard connection >= 0 else { break }
        serve(connection)
        _ = Glibc.close(connection)
      }
      // Closed here and not by `close()`: the number may be another socket's at once, and this thread would serve that.
      _ = Glibc.close(descriptor)
    }
    thread.start()
  }

  /// Ends the server and removes the socket.
  public func close() {
    _ = shutdown(descriptor, Int32(SHUT_RDWR))
    try? FileManager.default.removeItem(atPath: socketPath)
  }

  /// The interface behind the socket, as it is at this moment.
  public var target: MemoryTarget { state.withLock { $0.target } }

  /// What connections sent, one entry for each that sent something.
  public var requests: [String] { state.withLock { $0.requests }.map { String(decoding: $0, as: UTF8.self) } }

  private static func listen(at path: String) throws -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // SAFETY: the buffer is the field itself, and the path is cut to it.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { field in
      for (i, byte) in path.utf8.prefix(field.count - 1).enumerated() { unsafe field[i] = byte }
    }
    // SAFETY: a `sockaddr_un` is passed as the `sockaddr` it starts as, with its own size.
    let bound = unsafe withUnsafePointer(to: &address) { place in
      unsafe place.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard descriptor >= 0 && bound == 0 && Glibc.listen(descriptor, 16) == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
    return descriptor
  }

  /// Answers one connection, reading in pieces of random size.
  private func serve(_ connection: Int32) {
    let conversation = Conversation()
    var place: Int?
    var sent = 0
    while !conversation.closed {
      let size = state.withLock { Int.random(in: 1...4096, using: &$0.random) }
      var buffer = [UInt8](repeating: 0, count: size)
      // SAFETY: the buffer has `size` bytes.
      let count = unsafe read(connection, &buffer, size)
      state.withLock { state in
        // Noted before it is answered: the tool may be gone as soon as it has the answer.
        if count > 0 { state.note(buffer.prefix(count), at: &place) }
        conversation.send(Array(buffer.prefix(max(0, count))), ends: count <= 0, to: &state.target)
      }
      while sent < conversation.reply.count {
        let rest = Array(conversation.reply[sent...])
        // SAFETY: the array has this many bytes.
        let written = unsafe Glibc.send(connection, rest, rest.count, Int32(MSG_NOSIGNAL))
        guard written > 0 else { break }
        sent += written
      }
      if count <= 0 { break }
    }
  }
}
