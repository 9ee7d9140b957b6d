import CLinuxTunnel
import Foundation
import Glibc
import Synchronization
import Testing

/// A network namespace that lives as long as the thread that made it, or a descriptor of it.
struct NetworkSpace {
  /// What does not work in a test's environment.
  struct Failure: Error { var what: String }

  /// Whether this process may make network namespaces and TUN devices.
  static let isAvailable: Bool = unsafe geteuid() == 0 && access("/dev/net/tun", R_OK | W_OK) == 0

  /// Runs `body` on a thread of its own in a fresh namespace whose loopback interface is up.
  static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) throws -> Value {
    try onThread {
      guard enterFreshSpace() == 0 else { throw Failure(what: "unshare: \(errno)") }
      try command("ip", "link", "set", "lo", "up")
      return try body()
    }
  }

  /// `unshare(CLONE_NEWNET)`, which the C library's module does not show to Swift.
  private static func enterFreshSpace() -> CInt {
    typealias Unshare = @convention(c) (CInt) -> CInt
    // SAFETY: the C library exports the function with this signature.
    let unshare = unsafe unsafeBitCast(dlsym(nil, "unshare"), to: Unshare.self)
    return unshare(0x4000_0000)
  }

  /// The path that names the namespace of this thread to other programs.
  static var path: String {
    let thread = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")
    return "/proc/\(thread ?? "")/ns/net"
  }

  /// Runs `body` on a thread of its own, in the namespace of the caller.
  static func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) throws -> Value {
    let done = DispatchSemaphore(value: 0)
    let result = Mutex<Result<Value, any Error>?>(nil)
    let thread = Thread {
      let value = Result { try body() }
      result.withLock { $0 = value }
      done.signal()
    }
    thread.stackSize = 4 << 20
    thread.start()
    done.wait()
    return try result.withLock { try $0!.get() }
  }

  /// Runs a program in the namespace of this thread and returns what it prints.
  @discardableResult
  static func command(_ arguments: String...) throws -> String { try command(arguments) }

  /// The same, with the program's arguments as an array.
  @discardableResult
  static func command(_ arguments: [String]) throws -> String {
    let line = arguments.map { "'\($0)'" }.joined(separator: " ") + " 2>&1"
    // SAFETY: the stream is used here alone and closed before the function returns; lines fit the buffer or come in parts.
    guard let stream = unsafe popen(line, "r") else { throw Failure(what: "\(arguments): \(errno)") }
    var text = ""
    var buffer = [CChar](repeating: 0, count: 4096)
    while unsafe fgets(&buffer, CInt(buffer.count), stream) != nil {
      text += String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    guard unsafe pclose(stream) == 0 else { throw Failure(what: "\(arguments): \(text)") }
    return text
  }
}

/// Something that runs on a thread of its own, in the namespace of the thread that started it.
final class Background<Value: Sendable>: Sendable {
  private let result = Mutex<Value?>(nil)
  private let done = DispatchSemaphore(value: 0)

  init(_ body: @escaping @Sendable () -> Value) {
    Thread.detachNewThread {
      let value = body()
      self.result.withLock { $0 = value }
      self.done.signal()
    }
  }

  func wait() -> Value {
    done.wait()
    return result.withLock { $0! }
  }
}
