import CPacketSocket
import Glibc
public import PacketCapture

/// Packets as they pass an interface, files that they go to, and rights that are given up before the first is looked at.
///
/// What is written, and how much of it, PacketCapture decides.

/// The system refused something: an error number.
public struct CaptureFault: Error, Equatable, Sendable {
  /// The number.
  public let number: Int32

  /// The system's words for it.
  public var words: String {
    // SAFETY: strerror returns a terminated string; only one thread of a command line's program calls it.
    unsafe String(cString: strerror(number))
  }

  /// Whether rights are missing.
  public var isRefusal: Bool { number == EPERM || number == EACCES }

  /// Whether something is there already.
  public var isPresence: Bool { number == EEXIST }
}

/// A socket that gets packets as they pass.
public final class PacketSocket {
  private let descriptor: Int32
  private var buffer: [UInt8]
  private var names: [UInt32: String] = [:]
  // SAFETY: the name is a terminated string for the call.
  private let loopback = unsafe if_nametoindex("lo")

  /// Bytes of packets that the kernel keeps for us.
  private static let room: UInt32 = 4 << 20

  /// A socket for the packets that `filter` takes on the interface of this name, or on all for nil. Of each packet up to
  /// `longest` bytes are kept.
  public init(interface name: String?, filter: PacketFilter, longest: UInt32) throws(CaptureFault) {
    var index: UInt32 = 0
    if let name {
      // SAFETY: the name is a terminated string for the call.
      index = unsafe if_nametoindex(name)
      guard index != 0 else { throw CaptureFault(number: errno) }
    }
    let program = filter.instructions.map {
      packet_instruction(code: $0.code, if_true: $0.ifTrue, if_false: $0.ifFalse, operand: $0.operand)
    }
    // SAFETY: the instructions live for the call, which copies them.
    let result = unsafe program.withUnsafeBufferPointer { buffer in
      unsafe packet_socket_open(index, buffer.baseAddress, UInt16(buffer.count), Self.room)
    }
    guard result >= 0 else { throw CaptureFault(number: -result) }
    descriptor = result
    buffer = [UInt8](repeating: 0, count: Int(longest))
  }

  deinit { close(descriptor) }

  /// The next packet and the name of its interface; nil when none waits. On the loopback interface, where each packet
  /// passes twice, it is seen as it comes.
  public func next() throws(CaptureFault) -> (packet: CapturedPacket, interface: String)? {
    while true {
      var facts = packet_facts()
      // SAFETY: the buffer is as long as is said.
      let count = unsafe packet_socket_receive(descriptor, &buffer, UInt32(buffer.count), &facts)
      if count == -EINTR { continue }
      if count == -EAGAIN { return nil }
      guard count >= 0 else { throw CaptureFault(number: -count) }
      if facts.is_outgoing && facts.interface == loopback { continue }
      let packet = CapturedPacket(
        nanoseconds: facts.time_ns, bytes: Array(buffer[..<Int(count)]), length: facts.length_bytes,
        isOutgoing: facts.is_outgoing)
      return (packet, name(of: facts.interface))
    }
  }

  /// How many packets there was no room for.
  public func lost() -> UInt64 {
    var count: UInt32 = 0
    // SAFETY: the number is ours for the call.
    return unsafe packet_socket_lost(descriptor, &count) == 0 ? UInt64(count) : 0
  }

  /// The name that an interface had when it was first seen.
  private func name(of index: UInt32) -> String {
    if let name = names[index] { return name }
    var characters = [CChar](repeating: 0, count: Int(IF_NAMESIZE))
    // SAFETY: the array has room for a name and its end.
    let isKnown = unsafe if_indextoname(index, &characters) != nil
    let bytes = characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let name = isKnown ? String(decoding: bytes, as: UTF8.self) : "#\(index)"
    names[index] = name
    return name
  }

  /// Waits until one of the sockets has a packet, for at most `milliseconds`.
  public static func wait(for sockets: [PacketSocket], milliseconds: Int32) {
    var polls = sockets.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    // SAFETY: the array has as many as are said.
    _ = unsafe poll(&polls, nfds_t(polls.count), milliseconds)
  }

  /// Gives up all rights of root, for ever. Where nobody is no user, as in some user namespaces, nothing changes; root
  /// there has no rights outside.
  public static func dropRights() {
    if geteuid() == 0 { _ = packet_process_become_nobody() }
  }
}
