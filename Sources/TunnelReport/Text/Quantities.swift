/// Spans of time and amounts of data in words.
extension Palette {
  /// For example `1 hour, 40 seconds`; nothing for 0.
  package func span(_ seconds: UInt64) -> String {
    let units: [(String, UInt64)] = [
      ("year", 31_536_000), ("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1),
    ]
    var rest = seconds
    var parts: [String] = []
    for (name, length) in units {
      let number = rest / length
      rest %= length
      if number > 0 { parts.append("\(number) \(cyan)\(name)\(number == 1 ? "" : "s")\(reset)") }
    }
    return parts.joined(separator: ", ")
  }

  /// For example `1023 B` or `4.77 MiB`: two places, rounded as C's `printf` rounds a double.
  package func amount(_ bytes: UInt64) -> String {
    if bytes < 1024 { return "\(bytes) \(cyan)B\(reset)" }
    let units = ["KiB", "MiB", "GiB", "TiB"]
    let step = min(3, (63 - bytes.leadingZeroBitCount) / 10 - 1)
    let shift = UInt128((step + 1) * 10)
    // What a double keeps of the number; the division by a power of two is exact.
    let hundredths = UInt128(Double(bytes)) * 100
    let half = UInt128(1) << (shift - 1)
    var rounded = hundredths >> shift
    let rest = hundredths & ((UInt128(1) << shift) - 1)
    if rest > half || rest == half && rounded & 1 == 1 { rounded += 1 }
    let places = rounded % 100
    return "\(rounded / 100).\(places < 10 ? "0" : "")\(places) \(cyan)\(units[step])\(reset)"
  }

  /// How long ago a handshake was.
  func age(of handshake: Int64, now: Int64) -> String {
    if handshake == now { return "Now" }
    if handshake > now { return "(\(red)System clock wound backward; connection problems may ensue.\(reset))" }
    return span(UInt64(now - handshake)) + " ago"
  }
}
