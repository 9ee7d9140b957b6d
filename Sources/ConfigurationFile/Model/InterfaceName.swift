/// The rules for names of interfaces and of the files they come from.
public enum InterfaceName {
  /// Whether `name` may name an interface of wg-quick: 1 to 15 of `a-z A-Z 0-9 _ = + . -` (protocol.md §25).
  public static func isValidOnLinux(_ name: String) -> Bool {
    hasLegalBytes(name, atMost: 15)
  }

  /// Whether `name` may name a tunnel of Windows: as on Linux but up to 32 characters, no dot at either end, and not the
  /// name of a DOS device, also before a dot (protocol.md §26).
  public static func isValidOnWindows(_ name: String) -> Bool {
    let dot = UInt8(ascii: ".")
    guard hasLegalBytes(name, atMost: 32), name.utf8.first != dot, name.utf8.last != dot else { return false }
    let stem = Array(name.utf8.prefix { $0 != dot })[...]
    if ["con", "prn", "aux", "nul"].contains(where: { stem.matches($0) }) { return false }
    let isNumbered = stem.count == 4 && (stem.prefix(3).matches("com") || stem.prefix(3).matches("lpt"))
    return !(isNumbered && stem.last?.isDigit == true)
  }

  private static func hasLegalBytes(_ name: String, atMost limit: Int) -> Bool {
    let rest = Array("_=+.-".utf8)
    return (1...limit).contains(name.utf8.count)
      && name.utf8.allSatisfy { $0.isLetter || $0.isDigit || rest.contains($0) }
  }
}
