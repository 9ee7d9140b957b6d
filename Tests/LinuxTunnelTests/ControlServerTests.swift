import CLinuxTunnel
import Foundation
import Glibc
import Octets
import Synchronization
import Testing

@testable import LinuxTunnel

/// Answers every line with as many times its first byte as its length says in decimal; "bye" ends the conversation.
private struct EchoConversation: ControlConversation, ~Copyable {
  static let ends = Mutex<[String: Int]>([:])
  let name: String
  var gathered: [UInt8] = []
  var owed = 0
  var isOver = false
  var hasEnded = false

  init(_ name: String) { self.name = name }

  @_lifetime(output: copy output)
  mutating func receive(_ input: RawSpan, inputEnds: Bool, into output: inout OutputSpan<UInt8>) -> ControlStep {
    if inputEnds && !hasEnded { Self.ends.withLock { $0[name, default: 0] += 1 } }
    hasEnded = inputEnds
    var used = 0
    while true {
      while owed > 0 {
        if output.freeCapacity == 0 { return ControlStep(consumed: used, wants: .room) }
        output.append(UInt8(ascii: "x"))
        owed -= 1
      }
      if isOver { return ControlStep(consumed: input.byteCount, wants: .close) }
      guard used < input.byteCount else { return ControlStep(consumed: used, wants: .input) }
      let octet = input.octet(at: used)
      used += 1
      if octet != 10 {
        gathered.append(octet)
        continue
      }
      let line = String(decoding: gathered, as: UTF8.self)
      gathered = []
      if line == "bye" { isOver = true } else { owed = Int(line) ?? 0 }
    }
  }
}

/// A server on a thread of its own.
private final class ServerRig: Sendable {
  var isRemoved: Bool { wasRemoved.load(ordering: .relaxed) }
  let directory: String
  let name = InterfaceName("nlx4")!
  let label = UUID().uuidString
  private let isStopped = Atomic<Bool>(false)
  private let wake: CInt
  let wasRemoved = Atomic<Bool>(false)
  private let done = DispatchSemaphore(value: 0)
  var path: String { ControlSocket.path(of: name, in: directory) }

  init() throws {
    directory = NSTemporaryDirectory() + "nlx-" + UUID().uuidString.prefix(8)
    wake = linux_wake_open()
    let socket = try ControlSocket(name, in: directory)
    let box = Mutex<ControlSocket?>(consume socket)
    Thread.detachNewThread { [label] in
      guard let set = try? WaitSet(), let socket = box.withLock({ $0.take() }) else { return }
      set.put(self.wake, tag: 1)
      var server = ControlServer(socket, firstTag: 10, in: set) { EchoConversation(label) }
      while !self.isStopped.load(ordering: .relaxed) {
        for tag in set.wait() where tag != 1 {
          if server.serve(tag, in: set) == .removed { self.wasRemoved.store(true, ordering: .relaxed) }
        }
      }
      server.end()
      self.done.signal()
    }
  }

  func stop() {
    isStopped.store(true, ordering: .relaxed)
    linux_wake(wake)
    done.wait()
    _ = close(wake)
    try? FileManager.default.removeItem(atPath: directory)
  }

  func connect() throws -> CInt {
    let number = ControlSocket.connect(path)
    if number < 0 { throw NetworkSpace.Failure(what: "connect: \(-number)") }
    _ = fcntl(number, F_SETFL, 0)
    return number
  }

  var ends: Int { EchoConversation.ends.withLock { $0[label] ?? 0 } }
}

@Suite struct ControlServerTests {
  private static func write(_ text: String, to number: CInt) {
    let bytes = Array(text.utf8)
    _ = unsafe send(number, bytes, bytes.count, CInt(MSG_NOSIGNAL))
  }

  /// Reads `count` bytes, or to the end.
  private static func read(_ count: Int = .max, from number: CInt) -> Int {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    var all = 0
    while all < count {
      let step = unsafe Glibc.read(number, &buffer, min(buffer.count, count - all))
      if step <= 0 { break }
      all += step
    }
    return all
  }

  private static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  @Test func `requests follow one another on a connection, in pieces and ahead of time`() throws {
    let rig = try ServerRig()
    defer { rig.stop() }
    let number = try rig.connect()
    Self.write("1", to: number)
    usleep(2000)
    Self.write("0\n", to: number)
    #expect(Self.read(10, from: number) == 10)
    Self.write("3\n4\nbye\n9\n", to: number)
    #expect(Self.read(from: number) == 7, "what follows the end is not answered")
    _ = close(number)
  }

  @Test func `a long reply reaches a slow reader whole and holds up nobody`() throws {
    let rig = try ServerRig()
    defer { rig.stop() }
    let slow = try rig.connect()
    Self.write("5000000\nbye\n", to: slow)
    for _ in 0..<20 {
      let quick = try rig.connect()
      Self.write("7\nbye\n", to: quick)
      #expect(Self.read(from: quick) == 7)
      _ = close(quick)
    }
    #expect(Self.read(from: slow) == 5_000_000)
    _ = close(slow)
  }

  @Test func `every conversation hears that its input ended, however it ended`() throws {
    let rig = try ServerRig()
    let probe = try rig.connect()
    _ = close(probe)
    let half = try rig.connect()
    Self.write("12", to: half)
    _ = close(half)
    let deaf = try rig.connect()
    Self.write("3000000\n", to: deaf)
    usleep(5000)
    _ = close(deaf)
    let shut = try rig.connect()
    Self.write("5\n", to: shut)
    _ = shutdown(shut, CInt(SHUT_WR))
    #expect(Self.read(from: shut) == 5)
    _ = close(shut)
    let open = try rig.connect()
    Self.write("1\n", to: open)
    #expect(Self.read(1, from: open) == 1)
    rig.stop()
    #expect(rig.ends == 5)
    _ = close(open)
  }

  @Test func `more connections than the limit end the idlest`() throws {
    let rig = try ServerRig()
    defer { rig.stop() }
    let numbers = try (0..<40).map { _ in
      let number = try rig.connect()
      Self.write("1\n", to: number)
      #expect(Self.read(1, from: number) == 1)
      return number
    }
    for (index, number) in numbers.enumerated() {
      Self.write("1\n", to: number)
      #expect(Self.read(1, from: number) == (index < 8 ? 0 : 1))
      _ = close(number)
    }
  }

  @Test func `only the owner may use the socket, and everybody may look for it`() throws {
    let rig = try ServerRig()
    defer { rig.stop() }
    let mode = { (path: String) in
      (try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int) ?? 0
    }
    #expect(mode(rig.path) & 0o077 == 0)
    #expect(mode(rig.directory) == 0o755)
  }

  @Test func `a socket in use is an error, and one that nobody serves is taken over`() throws {
    let rig = try ServerRig()
    #expect(ControlSocket.isServed(rig.name, in: rig.directory))
    do throws(SystemError) {
      _ = try ControlSocket(rig.name, in: rig.directory)
      Issue.record("took over a socket in use")
    } catch {
      #expect(error == SystemError(.openControlSocket, number: EADDRINUSE))
    }
    rig.stop()
    #expect(!Self.exists(rig.path), "the end removes the name")

    try FileManager.default.createDirectory(atPath: rig.directory, withIntermediateDirectories: true)
    let stale = unsafe linux_control_listen(rig.path)
    #expect(stale >= 0)
    _ = close(stale)
    #expect(Self.exists(rig.path) && !ControlSocket.isServed(rig.name, in: rig.directory))
    let socket = try ControlSocket(rig.name, in: rig.directory)
    #expect(ControlSocket.isServed(rig.name, in: rig.directory))
    socket.remove()
    #expect(!Self.exists(rig.path))
    try FileManager.default.removeItem(atPath: rig.directory)
  }

  @Test(arguments: ["remove", "rename", "replace"])
  func `the end of the name is noticed, and a stranger's name is not removed`(_ how: String) throws {
    let rig = try ServerRig()
    try "".write(toFile: rig.directory + "/other", atomically: false, encoding: .utf8)
    try FileManager.default.removeItem(atPath: rig.directory + "/other")
    usleep(20_000)
    #expect(!rig.isRemoved)
    switch how {
    case "remove": try FileManager.default.removeItem(atPath: rig.path)
    case "rename": try FileManager.default.moveItem(atPath: rig.path, toPath: rig.path + "x")
    default:
      try FileManager.default.removeItem(atPath: rig.path)
      try "mine".write(toFile: rig.path, atomically: false, encoding: .utf8)
    }
    for _ in 0..<100 where !rig.isRemoved { usleep(5000) }
    #expect(rig.isRemoved)
    let number = ControlSocket.connect(rig.path)
    #expect(number < 0)
    let strangers = FileIdentity(rig.path) != nil
    #expect(strangers == (how == "replace"))
    rig.stop()
  }

  @Test func `an inherited socket is served, and anything else is refused`() throws {
    let directory = NSTemporaryDirectory() + "nlx-" + UUID().uuidString.prefix(8)
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let path = directory + "/nlx5.sock"
    let adopted = try ControlSocket(adopting: unsafe linux_control_listen(path))
    let own = adopted.path
    #expect(own == path)
    adopted.remove()
    let other = linux_wake_open()
    do throws(SystemError) {
      _ = try ControlSocket(adopting: other)
      Issue.record("adopted a stranger")
    } catch {
      #expect(error.operation == .adoptControlSocket)
    }
    _ = close(other)
    try FileManager.default.removeItem(atPath: directory)
  }
}
