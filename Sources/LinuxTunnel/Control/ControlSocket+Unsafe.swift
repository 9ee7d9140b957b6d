internal import CLinuxTunnel
internal import Glibc

/// Which file a path stood for when it was asked.
struct FileIdentity: Equatable {
  let device: UInt64
  let number: UInt64

  init?(_ path: String) {
    var file = linux_file()
    // SAFETY: the path is terminated and the structure lives for the call.
    guard unsafe linux_control_file(path, &file) == 0 else { return nil }
    device = file.device
    number = file.number
  }
}

// SAFETY, for all of these: the strings are terminated and live for the call.
extension ControlSocket {
  static func listen(_ path: String) -> CInt { unsafe linux_control_listen(path) }

  static func connect(_ path: String) -> CInt { unsafe linux_control_connect(path) }

  static func watch(_ directory: Substring) -> CInt { unsafe linux_watch_open(String(directory)) }

  static func unlink(_ path: String) { _ = unsafe Glibc.unlink(path) }

  /// Makes a directory that everybody may look into, if there is none.
  static func makeDirectory(_ path: String) throws(SystemError) {
    if unsafe mkdir(path, 0o755) < 0 && errno != EEXIST {
      throw SystemError(.openControlSocket, number: errno)
    }
  }

  /// The path a listening socket was bound to.
  static func path(ofListener number: CInt) -> String? {
    var bytes = [CChar](repeating: 0, count: 256)
    guard unsafe linux_control_path(number, &bytes, UInt32(bytes.count)) == 0 else { return nil }
    let text = String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return text.isEmpty ? nil : text
  }
}
