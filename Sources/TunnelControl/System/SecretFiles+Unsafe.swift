import ControlProtocol
import Glibc
public import Octets
public import TunnelReport

/// Files and streams with keys in them, and new keys.
public enum SecretFiles {
  /// Files are of at most this many bytes.
  static let limit = 64 << 20

  /// The bytes of a file; a directory has none, as for `wg`.
  public static func read(_ path: String) throws(SystemFault) -> SecretBytes {
    // SAFETY: the path is a terminated string for the call.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemFault(errno) }
    defer { close(descriptor) }
    return read(descriptor, atMost: limit)
  }

  /// The bytes of the standard input.
  public static func readInput() -> SecretBytes { read(0, atMost: 1 << 16) }

  private static func read(_ descriptor: Int32, atMost limit: Int) -> SecretBytes {
    let bytes = SecretBytes()
    while bytes.count < limit {
      // SAFETY: the buffer is as long as is said, for the call.
      let count = unsafe bytes.append(most: 16384) { buffer in
        unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { break }
    }
    return bytes
  }

  /// What a file or a stream with a key in it is.
  public enum KeyText: Equatable, Sendable {
    /// The key.
    case key(Octets32)
    /// Nothing at all.
    case empty
    /// Fewer than 44 characters.
    case short
    /// Something other than white space behind it: this byte.
    case trailing(UInt8)
    /// 44 characters that are no key: these.
    case malformed(String)
  }

  /// The key that bytes are: 44 characters, and white space or zero bytes behind them.
  public static func key(_ bytes: SecretBytes) -> KeyText {
    bytes.withBytes { span in
      if span.byteCount == 0 { return .empty }
      guard span.byteCount >= 44 else { return .short }
      for place in 44..<span.byteCount {
        let byte = span.octet(at: place)
        if !(byte == 0x20 || (0x09...0x0d).contains(byte) || byte == 0) { return .trailing(byte) }
      }
      let text = span.extracting(0..<44)
      if let key = Octets32(base64: text) { return .key(key) }
      return .malformed(String(decoding: (0..<44).map { text.octet(at: $0) }, as: UTF8.self))
    }
  }

  /// 32 bytes that nobody can guess, from the system's generator.
  public static func random() -> Octets32 {
    var generator = SystemRandomNumberGenerator()
    var key = Octets32()
    for index in 0..<32 { key[index] = UInt8.random(in: 0...255, using: &generator) }
    return key
  }
}
