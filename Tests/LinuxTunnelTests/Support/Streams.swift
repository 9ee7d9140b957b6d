import CLinuxTunnel
import Glibc
import Octets

/// Plain sockets for tests, in the namespace of the thread that opens them.
enum Streams {
  static func check(_ result: CInt, _ what: String) throws -> CInt {
    if result < 0 { throw NetworkSpace.Failure(what: "\(what): \(errno)") }
    return result
  }

  /// The C form of an IPv4 or IPv6 address and port.
  static func withAddress<Value>(
    _ address: IPAddress, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value
  )
    -> Value
  {
    if address.family == .v4 {
      var place = sockaddr_in()
      place.sin_family = sa_family_t(AF_INET)
      place.sin_port = port.bigEndian
      place.sin_addr.s_addr = UInt32(truncatingIfNeeded: address.value).bigEndian
      return unsafe withUnsafePointer(to: &place) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    }
    var place = sockaddr_in6()
    place.sin6_family = sa_family_t(AF_INET6)
    place.sin6_port = port.bigEndian
    var value = address.value.bigEndian
    unsafe withUnsafeMutableBytes(of: &place.sin6_addr) {
      unsafe $0.copyMemory(from: withUnsafeBytes(of: &value) { unsafe $0 })
    }
    return unsafe withUnsafePointer(to: &place) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
      }
    }
  }

  static func open(_ address: IPAddress, _ kind: __socket_type) throws -> CInt {
    try check(socket(address.family == .v4 ? AF_INET : AF_INET6, CInt(kind.rawValue), 0), "socket")
  }

  static func listen(_ address: IPAddress, _ port: UInt16) throws -> CInt {
    let socket = try open(address, SOCK_STREAM)
    _ = try check(unsafe withAddress(address, port) { unsafe bind(socket, $0, $1) }, "bind")
    _ = try check(Glibc.listen(socket, 4), "listen")
    return socket
  }

  static func connect(_ address: IPAddress, _ port: UInt16, _ kind: __socket_type = SOCK_STREAM) throws -> CInt {
    let socket = try open(address, kind)
    _ = try check(unsafe withAddress(address, port) { unsafe Glibc.connect(socket, $0, $1) }, "connect")
    return socket
  }

  /// Byte `index` of the stream all transfers send.
  static func octet(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: (index &* 2_654_435_761) >> 13) }

  static func send(_ count: Int, to socket: CInt) throws {
    let bytes = (0..<count).map(octet)
    var sent = 0
    while sent < count {
      let step = unsafe bytes.withUnsafeBytes {
        unsafe write(socket, $0.baseAddress! + sent, min(256 << 10, count - sent))
      }
      if step <= 0 { throw NetworkSpace.Failure(what: "write: \(errno)") }
      sent += step
    }
  }

  /// Reads to the end and returns how many bytes were right before the first wrong one, and how many came.
  static func receive(from socket: CInt) -> (right: Int, all: Int) {
    var buffer = [UInt8](repeating: 0, count: 256 << 10)
    var (right, all) = (0, 0)
    while true {
      let count = unsafe read(socket, &buffer, buffer.count)
      if count <= 0 { return (right, all) }
      for index in 0..<count where right == all + index && buffer[index] == octet(right) { right += 1 }
      all += count
    }
  }
}
