internal import CLinuxTunnel
internal import Glibc

/// The control socket of an interface and its name in the file system (protocol.md §23.1, §23.2).
///
/// Whoever may open the file may do everything: it belongs to the daemon's user alone.
public struct ControlSocket: ~Copyable {
  /// Where `wg` looks.
  public static let standardDirectory = "/var/run/wireguard"

  let listener: Descriptor
  /// Becomes readable when a name in the directory goes.
  let watch: Descriptor
  /// The name of the socket in the file system.
  public let path: String
  private let file: FileIdentity
  private let keepsName: Bool

  /// The name of the socket of interface `name`.
  public static func path(of name: InterfaceName, in directory: String = standardDirectory) -> String {
    "\(directory)/\(name).sock"
  }

  /// Whether something answers at the control socket of interface `name`.
  public static func isServed(_ name: InterfaceName, in directory: String = standardDirectory) -> Bool {
    let connection = connect(path(of: name, in: directory))
    guard connection >= 0 else { return false }
    _ = close(connection)
    return true
  }

  /// Makes the control socket of interface `name`. A name left by a daemon that died is taken over.
  public init(_ name: InterfaceName, in directory: String = standardDirectory) throws(SystemError) {
    try Self.makeDirectory(directory)
    let path = Self.path(of: name, in: directory)
    var number = Self.listen(path)
    if number == -EADDRINUSE && !Self.isServed(name, in: directory) {
      Self.unlink(path)
      number = Self.listen(path)
    }
    try self.init(listening: SystemError.check(number, .openControlSocket), at: path, keepsName: false)
  }

  /// Takes over a socket that listens already.
  ///
  /// - Parameters:
  ///   - number: its descriptor, which is closed with this.
  ///   - keepsName: whether its name in the file system is somebody else's to remove: a service manager's, who goes on
  ///     listening when the daemon has ended.
  public init(adopting number: CInt, keepsName: Bool = false) throws(SystemError) {
    guard let path = Self.path(ofListener: number),
      fcntl(number, F_SETFD, FD_CLOEXEC) >= 0, fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK) >= 0
    else { throw SystemError(.adoptControlSocket, number: EINVAL) }
    try self.init(listening: number, at: path, keepsName: keepsName)
  }

  private init(listening number: CInt, at path: String, keepsName: Bool) throws(SystemError) {
    let watch = Self.watch(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    guard watch >= 0, let file = FileIdentity(path) else {
      _ = close(number)
      if watch >= 0 { _ = close(watch) }
      throw SystemError(.openControlSocket, number: watch < 0 ? -watch : ENOENT)
    }
    listener = Descriptor(owning: number)
    self.watch = Descriptor(owning: watch)
    self.path = path
    self.file = file
    self.keepsName = keepsName
  }

  /// Whether the socket's name still stands for it; called when `watch` is readable.
  func isNamed() -> Bool {
    linux_watch_clear(watch.number)
    return FileIdentity(path) == file
  }

  /// Takes the name out of the file system, if it still stands for this socket and is nobody else's to remove.
  public func remove() {
    if !keepsName && FileIdentity(path) == file { Self.unlink(path) }
  }
}
