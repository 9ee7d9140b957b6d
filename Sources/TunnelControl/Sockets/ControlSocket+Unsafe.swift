import Glibc
import Octets
import TunnelReport

/// A connection to a tunnel's control socket.
struct ControlSocket {
  private let descriptor: Int32

  /// A connection to the daemon that serves `name`; nil when there is none. A socket that nobody listens to is removed, as
  /// `wg` does it: what ended without cleaning up has left it.
  ///
  /// A daemon that takes no connection, no request or gives no answer for `patience` seconds gives EAGAIN; 0 waits for
  /// ever.
  init?(_ name: String, patience: Int = 0) throws(SystemFault) {
    guard let path = Self.path(of: name), let descriptor = Self.open(isWaiting: true) else { return nil }
    // Before the connection: it waits as well, when the daemon's queue is full.
    var span = timeval(tv_sec: patience, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] where patience > 0 {
      // SAFETY: the option is a timeval, which lives for the call.
      unsafe setsockopt(descriptor, SOL_SOCKET, option, &span, socklen_t(MemoryLayout<timeval>.size))
    }
    let fault = Self.connect(descriptor, to: path)
    guard fault == 0 else {
      _ = Glibc.close(descriptor)
      if fault == EAGAIN { throw SystemFault(EAGAIN) }
      return nil
    }
    self.descriptor = descriptor
  }

  /// Whether somebody listens for `name`, asked without waiting: a queue that is full is somebody's. Removes what nobody
  /// listens to, as above.
  static func isServed(_ name: String) -> Bool {
    guard let path = path(of: name), let descriptor = open(isWaiting: false) else { return false }
    defer { _ = Glibc.close(descriptor) }
    let fault = connect(descriptor, to: path)
    return fault == 0 || fault == EAGAIN
  }

  /// Where the socket of `name` is; nil when none is there.
  private static func path(of name: String) -> String? {
    let path = "\(Tunnels.folder)/\(name).sock"
    var status = stat()
    guard !name.contains("/"), path.utf8.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path) else { return nil }
    // SAFETY: the path is a terminated string and the structure is ours for the call.
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return nil }
    return path
  }

  private static func open(isWaiting: Bool) -> Int32? {
    let flags = Int32(SOCK_CLOEXEC.rawValue) | (isWaiting ? 0 : Int32(SOCK_NONBLOCK.rawValue))
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | flags, 0)
    return descriptor < 0 ? nil : descriptor
  }

  /// Connects, and returns the error number, 0 when there is none.
  private static func connect(_ descriptor: Int32, to path: String) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // SAFETY: the path is shorter than the field, which was all zeros.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    // SAFETY: an address of a Unix socket is an address, and it lives for the call.
    let isConnected = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
    if isConnected { return 0 }
    let fault = errno
    // SAFETY: the path is a terminated string for the call.
    if fault == ECONNREFUSED { unsafe unlink(path) }
    return fault
  }

  /// The process that listened for this connection (unix(7), SO_PEERCRED).
  var listener: Int32? {
    // A process, its user and its group: struct ucred, which is among GNU's declarations only.
    var credentials: (Int32, UInt32, UInt32) = (0, 0, 0)
    var length = socklen_t(12)
    // SAFETY: the option is three words of 32 bits, which live for the call, as does their length.
    guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 else { return nil }
    return credentials.0
  }

  func close() { _ = Glibc.close(descriptor) }

  /// Sends a request and reads the reply up to its empty line, or up to the end.
  func exchange(_ request: SecretBytes) throws(SystemFault) -> SecretBytes {
    let sent = request.withBytes { bytes in
      // SAFETY: the pointer and the count are those of bytes that live for the call.
      unsafe bytes.withUnsafeBytes { buffer in
        var done = 0
        while done < buffer.count {
          let count = unsafe send(
            descriptor, buffer.baseAddress! + done, buffer.count - done, Int32(MSG_NOSIGNAL))
          if count < 0 && errno == EINTR { continue }
          if count <= 0 { break }
          done += count
        }
        return done == buffer.count
      }
    }
    if !sent { throw SystemFault(errno) }
    let reply = SecretBytes(capacity: 1 << 16)
    while !reply.isComplete {
      // SAFETY: the buffer is as long as is said, for the call.
      let count = unsafe reply.append(most: 1 << 16) { buffer in
        unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
      }
      if count < 0 && errno == EINTR { continue }
      if count < 0 && errno == EAGAIN { throw SystemFault(EAGAIN) }
      if count <= 0 { break }
    }
    return reply
  }

  /// The files of a folder, in its order; none when it cannot be read.
  static func files(in folder: String) -> [String] {
    // SAFETY: the folder is closed after its last use; the system's entries are terminated strings until the next one.
    guard let stream = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }
}

extension SecretBytes {
  /// Whether a reply has its empty line.
  fileprivate var isComplete: Bool {
    withBytes { bytes in
      let count = bytes.byteCount
      if count == 1 { return bytes.octet(at: 0) == 0x0a }
      return count > 1 && bytes.octet(at: count - 1) == 0x0a && bytes.octet(at: count - 2) == 0x0a
    }
  }
}
