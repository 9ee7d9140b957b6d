import Glibc

/// The terminal, taken over for something that changes in place: its other screen, keys one by one. It is given back at
/// the end, also when a signal is the end.
public struct Terminal: ~Copyable {
  private let settings: termios

  /// The terminal that standard input and output are; nil when they are none.
  public init?() {
    var settings = termios()
    // SAFETY: the structure is ours for the call.
    guard isatty(1) == 1, unsafe tcgetattr(0, &settings) == 0 else { return nil }
    self.settings = settings
    settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
    // SAFETY: as above.
    unsafe tcsetattr(0, TCSANOW, &settings)
    EndSignals.setBlocked(true)
    Self.write("\u{1b}[?1049h\u{1b}[?25l")
  }

  deinit {
    Self.write("\u{1b}[?25h\u{1b}[?1049l")
    var settings = settings
    // SAFETY: the structure is ours for the call.
    unsafe tcsetattr(0, TCSANOW, &settings)
    // Whoever was asked to end meanwhile ends now.
    EndSignals.setBlocked(false)
  }

  /// Columns and rows; 80 by 24 when they are not known.
  public static var size: (width: Int, height: Int) {
    var size = winsize()
    // SAFETY: the request fills in a winsize, which is ours for the call.
    guard unsafe ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// Shows `lines` from the top, in the place of what was there.
  public func show(_ lines: [String]) {
    Self.write("\u{1b}[H" + lines.map { $0 + "\u{1b}[K" }.joined(separator: "\r\n") + "\u{1b}[J")
  }

  /// What somebody did.
  public enum Input: Equatable, Sendable {
    /// A key; for one of several bytes only the first.
    case key(UInt8)
    /// Nothing, in the time.
    case none
    /// A signal asked to end, or the terminal is gone.
    case end
  }

  /// Waits for a key for at most `milliseconds`.
  public func input(within milliseconds: Int) -> Input {
    var rest = milliseconds
    repeat {
      if EndSignals.isAskedToEnd { return .end }
      let slice = min(rest, 100)
      var poll = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
      // SAFETY: one structure, which is ours for the call.
      if unsafe Glibc.poll(&poll, 1, Int32(slice)) > 0 {
        var bytes = [UInt8](repeating: 0, count: 32)
        // SAFETY: the array has room for as much as is said.
        let count = unsafe read(0, &bytes, bytes.count)
        return count > 0 ? .key(bytes[0]) : .end
      }
      rest -= slice
    } while rest > 0
    return EndSignals.isAskedToEnd ? .end : .none
  }

  private static func write(_ text: String) {
    let bytes = Array(text.utf8)
    var done = 0
    while done < bytes.count {
      let rest = Array(bytes[done...])
      // SAFETY: the array is as long as is said.
      let count = unsafe Glibc.write(1, rest, rest.count)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return }
      done += count
    }
  }
}
