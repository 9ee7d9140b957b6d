import Glibc
import Octets
import Timeline

/// A system call that failed.
struct SocketFailure: Error, CustomStringConvertible {
  let call: String
  let number: Int32
  var description: String { "\(call): \(unsafe String(cString: strerror(number)))" }

  init(_ call: String) {
    self.call = call
    number = errno
  }
}

/// A datagram as received, cut off after 148 bytes.
struct ReceivedDatagram {
  fileprivate(set) var octets = FixedOctets<148>()
  fileprivate(set) var count = 0

  /// What was received.
  var bytes: RawSpan {
    @_addressableSelf @_lifetime(borrow self) borrowing get { octets.bytes.extracting(0..<count) }
  }
  /// The first 92 bytes.
  var response: FixedOctets<92> { FixedOctets<92>(octets.bytes) }
}

/// A UDP socket that talks to one address.
struct DatagramSocket: ~Copyable {
  private let descriptor: Int32

  init(to address: String, port: UInt16) throws(SocketFailure) {
    descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SocketFailure("socket") }
    var remote = sockaddr_in()
    remote.sin_family = sa_family_t(AF_INET)
    remote.sin_port = port.bigEndian
    guard unsafe inet_pton(AF_INET, address, &remote.sin_addr) == 1 else { throw SocketFailure("inet_pton") }
    // SAFETY: the pointer covers a sockaddr_in, whose size is given.
    let status = unsafe withUnsafePointer(to: remote) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else { throw SocketFailure("connect") }
  }

  deinit { close(descriptor) }

  /// Sends the octets as one datagram.
  func send<let count: Int>(_ octets: FixedOctets<count>) throws(SocketFailure) {
    // SAFETY: the buffer covers the octets for the call.
    let sent = unsafe withUnsafeBytes(of: octets) { unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, 0) }
    guard sent == count else { throw SocketFailure("send") }
  }

  /// The next datagram; nil when none came within `patience` milliseconds.
  func receive(patience: Int32) throws(SocketFailure) -> ReceivedDatagram? {
    var datagram = ReceivedDatagram()
    var flags = Int32(MSG_DONTWAIT)
    while true {
      // SAFETY: the kernel writes at most as many bytes as the buffer has.
      let received = unsafe withUnsafeMutableBytes(of: &datagram.octets) {
        unsafe recv(descriptor, $0.baseAddress, $0.count, flags)
      }
      if received >= 0 {
        datagram.count = received
        return datagram
      }
      guard errno == EAGAIN else { throw SocketFailure("recv") }
      var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      // SAFETY: one element, as poll is told.
      guard unsafe poll(&ready, 1, patience) > 0 else { return nil }
      flags = 0
    }
  }
}

/// The wall clock.
func wallTime() -> WallTime {
  var now = timespec()
  unsafe clock_gettime(CLOCK_REALTIME, &now)
  return WallTime(seconds: UInt64(now.tv_sec), nanoseconds: UInt32(now.tv_nsec))
}
