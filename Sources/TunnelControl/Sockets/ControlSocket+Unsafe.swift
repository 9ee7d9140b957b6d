import Glibc
import Octets
import TunnelReport

/// A connection to a tunnel's control socket.
struct ControlSocket {
  private let descriptor: Int32

  /// A connection to the daemon that serves `name`; nil when there is none. A socket that nobody listens to is removed, as
  /// `wg` does it: what ended without cleaning up has left it.
  ///
  /// A daemon that says nothing for `patience` seconds gives EAGAIN; 0 waits for ever.
  init?(_ name: String, patience: Int = 0) {
    let path = "\(Tunnels.folder)/\(name).sock"
    var address = sockaddr_un()
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard !name.contains("/"), path.utf8.count < room else { return nil }
    var status = stat()
    // SAFETY: the path is a terminated string and the structure is ours for the call.
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return nil }
    address.sun_family = sa_family_t(AF_UNIX)
    // SAFETY: the path is shorter than the field, which was all zeros.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    // SAFETY: an address of a Unix socket is an address, and it lives for the call.
    let isConnected = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
    if !isConnected {
      // SAFETY: as above.
      if errno == ECONNREFUSED { unsafe unlink(path) }
      _ = Glibc.close(descriptor)
      return nil
    }
    var span = timeval(tv_sec: patience, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] where patience > 0 {
      // SAFETY: the option is a timeval, which lives for the call.
      unsafe setsockopt(descriptor, SOL_SOCKET, option, &span, socklen_t(MemoryLayout<timeval>.size))
    }
    self.descriptor = descriptor
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
