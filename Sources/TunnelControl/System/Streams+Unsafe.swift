import Glibc
public import TunnelReport

/// The standard streams, without buffers that secrets could stay in.
public enum Streams {
  /// Whether the standard output is a terminal.
  public static var isTerminal: Bool { isatty(1) == 1 }

  /// Whether the standard output is a file that others may read, write or run.
  public static var isOpenToOthers: Bool {
    var status = stat()
    // SAFETY: the structure is ours for the call.
    guard unsafe fstat(1, &status) == 0 else { return false }
    return status.st_mode & S_IFMT == S_IFREG && status.st_mode & 0o007 != 0
  }

  /// Writes the bytes to the standard output; what cannot be written is lost.
  public static func print(_ page: SecretBytes) { page.withBytes { write($0, to: 1) } }

  /// Writes the text and a line end to the standard error.
  public static func complain(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    // SAFETY: bytes hold no pointers.
    write(unsafe bytes.span.bytes, to: 2)
  }

  private static func write(_ bytes: RawSpan, to descriptor: Int32) {
    // SAFETY: the pointer and the count are those of bytes that live for the call.
    unsafe bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let count = unsafe Glibc.write(descriptor, buffer.baseAddress! + done, buffer.count - done)
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { return }
        done += count
      }
    }
  }
}
