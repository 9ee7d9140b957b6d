internal import CLinuxTunnel
internal import Glibc
internal import Synchronization

/// The UDP sockets of an interface: one for IPv4 and one for IPv6 alone, on the same port.
///
/// Each family keeps one descriptor number for life; opening and closing put another file behind it. So any thread may
/// send at any time: what it sends while the sockets change goes out by the old file, the new one, or nowhere.
/// `open`, `close` and `setMark` belong to one thread.
public final class UDPSockets: Sendable {
  /// Asked for in each direction: what keeps a burst of 64 KiB super-packets from being lost (7 MiB).
  static let bufferByteCount: CInt = 7 << 20
  /// Tries to find a port that is free in both families.
  static let portAttempts = 100
  /// Tries for a port that was given up a moment ago: a receiver that waits holds the old file until it is woken.
  private static let settlingAttempts = 20

  let v4: Descriptor
  let v6: Descriptor
  /// Wakes the receiver when the files behind the descriptors changed.
  let wake: Descriptor
  private let switches: OffloadSwitches
  private let segments: Atomic<Bool>
  private let families = Atomic<UInt8>(0)
  private let markValue = Atomic<UInt32>(0)

  /// Two closed sockets.
  public init(switches: OffloadSwitches = OffloadSwitches()) throws(SystemError) {
    v4 = Descriptor(owning: try SystemError.check(linux_open_nothing(), .openSocket))
    v6 = Descriptor(owning: try SystemError.check(linux_open_nothing(), .openSocket))
    wake = Descriptor(owning: try SystemError.check(linux_wake_open(), .openSocket))
    self.switches = switches
    segments = Atomic(switches.segmentation)
  }

  /// Whether the IPv4 socket is open.
  public var hasIPv4: Bool { families.load(ordering: .acquiring) & 1 != 0 }
  /// Whether the IPv6 socket is open.
  public var hasIPv6: Bool { families.load(ordering: .acquiring) & 2 != 0 }
  /// Whether one call may carry many datagrams.
  public var usesSegmentation: Bool { segments.load(ordering: .relaxed) }

  /// What waits to be received in both sockets: bytes of the kernel's memory, and datagrams that it had no room for since
  /// the sockets were opened.
  var receiveQueue: (byteCount: UInt64, dropped: UInt64) {
    let (one, other) = (linux_udp_receive_queue(v4.number), linux_udp_receive_queue(v6.number))
    return (UInt64(one.used_bytes) + UInt64(other.used_bytes), UInt64(one.dropped) + UInt64(other.dropped))
  }

  /// Stops putting many datagrams into one call.
  func endSegmentation() { segments.store(false, ordering: .relaxed) }

  /// Opens both sockets on `port`, or on a free one for 0, in place of those that are open, and returns the port.
  ///
  /// A family the machine does not have is skipped. On an error the old sockets are as they were.
  public func open(port: UInt16) throws(SystemError) -> UInt16 {
    var failure = SystemError(.bindSocket, number: EADDRINUSE)
    for _ in 0..<(port == 0 ? Self.portAttempts : Self.settlingAttempts) {
      do throws(SystemError) {
        let pair = try openPair(port: port)
        install(pair)
        return pair.port
      } catch {
        failure = error
        guard error.operation == .bindSocket && error.number == EADDRINUSE else { throw error }
      }
      if port != 0 { usleep(1000) }
    }
    throw failure
  }

  /// Closes both sockets.
  public func close() {
    families.store(0, ordering: .releasing)
    for number in [v4.number, v6.number] {
      let nothing = linux_open_nothing()
      if nothing >= 0 { linux_replace(number, nothing) }
    }
    linux_wake(wake.number)
  }

  /// Marks everything that is sent from here on, by these sockets and by those opened later; 0 ends it.
  public func setMark(_ mark: UInt32) throws(SystemError) {
    if hasIPv4 { try SystemError.check(linux_udp_set_mark(v4.number, mark), .markSocket) }
    if hasIPv6 { try SystemError.check(linux_udp_set_mark(v6.number, mark), .markSocket) }
    markValue.store(mark, ordering: .relaxed)
  }
}

extension UDPSockets {
  /// Fresh sockets; a negative number stands for a family the machine does not have.
  private struct Pair {
    var v4: CInt = -1
    var v6: CInt = -1
    var port: UInt16
  }

  private func openPair(port: UInt16) throws(SystemError) -> Pair {
    var pair = Pair(port: port)
    pair.v4 = try openOne(ipv6: false, port: &pair.port)
    do throws(SystemError) {
      pair.v6 = try openOne(ipv6: true, port: &pair.port)
    } catch {
      if pair.v4 >= 0 { _ = Glibc.close(pair.v4) }
      throw error
    }
    guard pair.v4 >= 0 || pair.v6 >= 0 else { throw SystemError(.openSocket, number: EAFNOSUPPORT) }
    return pair
  }

  /// Opens and binds one socket and sets `port` to the port it got.
  private func openOne(ipv6: Bool, port: inout UInt16) throws(SystemError) -> CInt {
    let number = linux_udp_open(ipv6)
    if [-EAFNOSUPPORT, -EPROTONOSUPPORT].contains(number) { return -1 }
    try SystemError.check(number, .openSocket)
    linux_udp_set_buffers(number, Self.bufferByteCount)
    if switches.coalescing { linux_udp_set_coalescing(number) }
    if !linux_udp_can_segment(number) { segments.store(false, ordering: .relaxed) }
    let mark = markValue.load(ordering: .relaxed)
    var failure: SystemError?
    if mark != 0, linux_udp_set_mark(number, mark) < 0 { failure = SystemError(.markSocket, number: EPERM) }
    let bound = linux_udp_bind(number, ipv6, port)
    if bound >= 0 && failure == nil {
      port = UInt16(bound)
      return number
    }
    _ = Glibc.close(number)
    // The family is compiled in and switched off.
    if bound == -EADDRNOTAVAIL { return -1 }
    throw failure ?? SystemError(.bindSocket, number: -bound)
  }

  /// Puts fresh sockets in the place of the old ones.
  private func install(_ pair: Pair) {
    for (number, fresh) in [(v4.number, pair.v4), (v6.number, pair.v6)] {
      let file = fresh >= 0 ? fresh : linux_open_nothing()
      if file >= 0 { linux_replace(number, file) }
    }
    families.store((pair.v4 >= 0 ? 1 : 0) | (pair.v6 >= 0 ? 2 : 0), ordering: .releasing)
    linux_wake(wake.number)
  }
}
