import Glibc
import Octets
import TunnelNetlink
import TunnelReport

/// A socket that asks the kernel, and nobody else: what other processes send to it does not arrive.
struct NetlinkSocket: ~Copyable {
  /// Who in the kernel is asked (linux/netlink.h).
  enum Subsystem: Int32 {
    case route = 0
    case generic = 16
  }

  /// The kernel makes no datagram of an answer larger than 32 KiB.
  private static let room = 1 << 16
  /// Seconds until the kernel is given up: it answers at once, unless something is wrong with it.
  private static let patience = 10
  /// Datagrams of an answer: a million peers and their prefixes take fewer.
  private static let most = 1 << 20

  private let descriptor: Int32
  private var sequence: UInt32 = 0

  init(_ subsystem: Subsystem) throws(SystemFault) {
    let descriptor = socket(
      Int32(PF_NETLINK), Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue), subsystem.rawValue)
    guard descriptor >= 0 else { throw SystemFault(errno) }
    guard Self.connect(descriptor) else {
      let fault = SystemFault(errno)
      close(descriptor)
      throw fault
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  private static func connect(_ descriptor: Int32) -> Bool {
    var span = timeval(tv_sec: patience, tv_usec: 0)
    // struct sockaddr_nl: the family, and zeros, which stand for the kernel.
    var kernel: (UInt16, UInt16, UInt32, UInt32) = (UInt16(PF_NETLINK), 0, 0, 0)
    // SAFETY: the option is a timeval, which lives for the call.
    guard
      unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &span, socklen_t(MemoryLayout<timeval>.size)) == 0
    else { return false }
    // SAFETY: the address is as long as is said, and lives for the call.
    return unsafe withUnsafePointer(to: &kernel) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.connect(descriptor, $0, socklen_t(12)) == 0
      }
    }
  }

  /// Sends the request that `make` makes of a number, and gives the kind and the content of each message of its answer to
  /// `body`. What was received is wiped.
  mutating func exchange(
    _ make: (UInt32) -> SecretBytes, _ body: (UInt16, RawSpan) throws(NetlinkFault) -> Void
  ) throws(NetlinkFault) {
    sequence += 1
    let request = make(sequence)
    let isSent = request.withBytes { bytes in
      // SAFETY: the pointer and the count are those of bytes that live for the call.
      unsafe bytes.withUnsafeBytes { buffer in
        unsafe send(descriptor, buffer.baseAddress, buffer.count, 0) == buffer.count
      }
    }
    guard isSent else { throw .refused(errno) }
    for _ in 0..<Self.most {
      let datagram = try receive()
      let isOver = try datagram.withBytes { (bytes) throws(NetlinkFault) in
        try NetlinkReply.read(bytes, sequence: sequence, body)
      }
      if isOver { return }
    }
    throw .malformed
  }

  private func receive() throws(NetlinkFault) -> SecretBytes {
    let datagram = SecretBytes(capacity: Self.room)
    var count: Int
    repeat {
      // SAFETY: the buffer is as long as is said, for the call. Of a datagram that was cut the whole length is told.
      count = unsafe datagram.append(most: Self.room) { buffer in
        unsafe recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_TRUNC))
      }
    } while count < 0 && errno == EINTR
    guard count > 0 else { throw .refused(count < 0 ? errno : EPROTO) }
    guard count <= Self.room else { throw .malformed }
    return datagram
  }
}
