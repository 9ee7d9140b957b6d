import Glibc

/// A system call that failed: its name and the error number it left.
struct SocketFailure: Error, CustomStringConvertible {
  let call: String
  let number: Int32
  var description: String { "\(call): \(unsafe String(cString: strerror(number)))" }

  init(_ call: String) {
    self.call = call
    number = errno
  }
}

/// A numeric IPv4 or IPv6 address with a port, or the path of a local socket, as the kernel wants it.
struct SocketAddress {
  private(set) var storage = sockaddr_storage()
  let family: Int32
  let length: socklen_t

  /// Parses `10.0.0.1` or `fd00::1`; returns nothing for anything else.
  init?(_ text: String, port: UInt16) {
    var v4 = sockaddr_in()
    var v6 = sockaddr_in6()
    if unsafe inet_pton(AF_INET, text, &v4.sin_addr) == 1 {
      v4.sin_family = sa_family_t(AF_INET)
      v4.sin_port = port.bigEndian
      family = AF_INET
      length = socklen_t(MemoryLayout<sockaddr_in>.size)
      // SAFETY: sockaddr_storage is larger than every address and suitably aligned for all of them.
      unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.storeBytes(of: v4, as: sockaddr_in.self) }
    } else if unsafe inet_pton(AF_INET6, text, &v6.sin6_addr) == 1 {
      v6.sin6_family = sa_family_t(AF_INET6)
      v6.sin6_port = port.bigEndian
      family = AF_INET6
      length = socklen_t(MemoryLayout<sockaddr_in6>.size)
      // SAFETY: as above.
      unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.storeBytes(of: v6, as: sockaddr_in6.self) }
    } else {
      return nil
    }
  }

  /// The local socket at `path`; returns nothing when the path is too long for one.
  init?(path: String) {
    var local = sockaddr_un()
    local.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: local.sun_path) else { return nil }
    // SAFETY: the guard leaves room for the terminating zero, which is there since the structure starts as zeros.
    unsafe withUnsafeMutableBytes(of: &local.sun_path) { unsafe $0.copyBytes(from: bytes) }
    family = AF_UNIX
    length = socklen_t(MemoryLayout<sockaddr_un>.size)
    // SAFETY: sockaddr_storage is larger than sockaddr_un.
    unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.storeBytes(of: local, as: sockaddr_un.self) }
  }

  /// What the kernel filled in about a sender.
  fileprivate init(storage: sockaddr_storage, length: socklen_t) {
    self.storage = storage
    self.length = length
    family = Int32(storage.ss_family)
  }

  fileprivate func withPointer<Result>(_ body: (UnsafePointer<sockaddr>) -> Result) -> Result {
    // SAFETY: the pointer lives for the call only and covers `length` initialised bytes.
    unsafe withUnsafePointer(to: storage) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0) }
    }
  }
}

/// A blocking socket that no call waits on for longer than its patience, closed when it goes out of scope.
struct Socket: ~Copyable {
  private let descriptor: Int32

  /// Opens a socket whose calls give up after `patience` seconds.
  init(family: Int32, type: __socket_type, patience: Int = 30) throws {
    descriptor = socket(family, Int32(type.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SocketFailure("socket") }
    var limit = timeval(tv_sec: patience, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    // SAFETY: `limit` is a timeval and `size` is its size.
    guard unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size) == 0,
      unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size) == 0
    else { throw SocketFailure("setsockopt") }
  }

  private init(adopting descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  func set(_ level: Int32, _ option: Int32, to value: Int32) throws {
    var value = value
    // SAFETY: the option takes an int, and the size given is that of one.
    guard unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0
    else { throw SocketFailure("setsockopt \(option)") }
  }

  func bind(_ address: SocketAddress) throws {
    // SAFETY: the pointer covers `length` bytes.
    let status = unsafe address.withPointer { unsafe Glibc.bind(descriptor, $0, address.length) }
    guard status == 0 else { throw SocketFailure("bind") }
  }

  func listen() throws {
    guard Glibc.listen(descriptor, 1) == 0 else { throw SocketFailure("listen") }
  }

  func accept() throws -> Socket {
    let accepted = Glibc.accept(descriptor, nil, nil)
    guard accepted >= 0 else { throw SocketFailure("accept") }
    return Socket(adopting: accepted)
  }

  func connect(_ address: SocketAddress) throws {
    // SAFETY: the pointer covers `length` bytes.
    let status = unsafe address.withPointer { unsafe Glibc.connect(descriptor, $0, address.length) }
    guard status == 0 else { throw SocketFailure("connect") }
  }

  /// Tells the other side that nothing more will be sent.
  func finish() { _ = shutdown(descriptor, Int32(SHUT_WR)) }

  /// Sends all of `bytes`.
  func send(_ bytes: ArraySlice<UInt8>) throws {
    var rest = bytes
    while !rest.isEmpty {
      // SAFETY: the buffer covers `count` initialised bytes for the call.
      let sent = unsafe rest.withUnsafeBytes {
        unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard sent > 0 else { throw SocketFailure("send") }
      rest = rest.dropFirst(sent)
    }
  }

  /// Receives what is there, 0 bytes at the end of a stream.
  func receive(into buffer: inout [UInt8], limit: Int) throws -> Int {
    // SAFETY: `limit` is checked against the buffer.
    precondition(limit <= buffer.count)
    let received = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, limit, 0) }
    guard received >= 0 else { throw SocketFailure("recv") }
    return received
  }

  /// Sends one datagram, or a burst of several of equal size when the socket segments.
  func send(_ bytes: ArraySlice<UInt8>, to address: SocketAddress) throws {
    // SAFETY: the buffer covers `count` initialised bytes, the address `length` bytes, for the call.
    let sent = unsafe bytes.withUnsafeBytes { raw in
      unsafe address.withPointer { unsafe sendto(descriptor, raw.baseAddress, raw.count, 0, $0, address.length) }
    }
    guard sent == bytes.count else { throw SocketFailure("sendto") }
  }

  /// Receives one datagram and its sender; returns nothing when `patient` is false and none is there.
  func receiveDatagram(into buffer: inout [UInt8], patient: Bool = true) throws -> (count: Int, from: SocketAddress)? {
    var from = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let flags = patient ? 0 : Int32(MSG_DONTWAIT)
    // SAFETY: the kernel writes at most `count` bytes into the buffer and at most `length` into the address.
    let received = unsafe buffer.withUnsafeMutableBytes { raw in
      unsafe withUnsafeMutablePointer(to: &from) {
        unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe recvfrom(descriptor, raw.baseAddress, raw.count, flags, $0, &length)
        }
      }
    }
    if received < 0, errno == EAGAIN, !patient { return nil }
    guard received >= 0 else { throw SocketFailure("recvfrom") }
    return (received, SocketAddress(storage: from, length: length))
  }

  /// Waits until this socket or `other` has something to read; false when `milliseconds` passed before.
  func wait(with other: borrowing Socket, milliseconds: Int32) -> Bool {
    var both = [
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: other.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    // SAFETY: the array has two elements and poll is told so.
    return unsafe poll(&both, 2, milliseconds) > 0
  }
}

/// Writes a line to the standard error.
func complain(_ message: String) {
  let bytes = Array((message + "\n").utf8)
  // SAFETY: the pointer covers `count` bytes for the call.
  _ = unsafe bytes.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
}
