/// The one form of tar (POSIX ustar) that bundles have: plain files of mode 0644 that belong to nobody.
///
/// A header is read by making the one that should be there and comparing all 512 bytes. So there are no links, devices,
/// sparse files, long names, owners or second spellings to be refused one by one.
enum Tar {
  static let block = 512
  /// The most bytes of a member: what eleven octal digits say.
  static let sizeLimit: UInt64 = 0o777_7777_7777

  /// The header of a file; nil when the path does not fit one.
  static func header(_ path: [UInt8], size: UInt64, time: UTCTime) -> [UInt8]? {
    guard size <= sizeLimit, isPath(path), let slash = split(path) else { return nil }
    var header = [UInt8](repeating: 0, count: block)
    func put(_ bytes: [UInt8], at offset: Int) { for i in bytes.indices { header[offset + i] = bytes[i] } }
    put(Array(path[slash...]), at: 0)
    if slash > 0 { put(Array(path[..<(slash - 1)]), at: 345) }
    put(octal(0o644, 7), at: 100)
    put(octal(0, 7), at: 108)
    put(octal(0, 7), at: 116)
    put(octal(size, 11), at: 124)
    put(octal(UInt64(time.seconds), 11), at: 136)
    put([UInt8](repeating: UInt8(ascii: " "), count: 8), at: 148)
    header[156] = UInt8(ascii: "0")
    put(("ustar" as StaticString).octets + [0] + ("00" as StaticString).octets, at: 257)
    put(octal(0, 7), at: 329)
    put(octal(0, 7), at: 337)
    var sum: UInt64 = 0
    for byte in header { sum += UInt64(byte) }
    put(octal(sum, 6) + [0, UInt8(ascii: " ")], at: 148)
    return header
  }

  /// The bytes after a file of this size, up to the next block.
  static func padding(_ size: UInt64) -> Int { Int((512 - size % 512) % 512) }

  /// A path below the folder it is unpacked to: identifiers of up to 100 bytes between slashes.
  static func isPath(_ path: [UInt8]) -> Bool {
    var part: [UInt8] = []
    for byte in path + [UInt8(ascii: "/")] {
      if byte != UInt8(ascii: "/") {
        part.append(byte)
        continue
      }
      guard isIdentifier(part, limit: 100) else { return false }
      part = []
    }
    return true
  }

  /// Where the name begins, if prefix and name fit their fields of 155 and 100 bytes: as early as may be.
  private static func split(_ path: [UInt8]) -> Int? {
    if path.count <= 100 { return 0 }
    for i in path.indices where path[i] == UInt8(ascii: "/") && path.count - i - 1 <= 100 {
      return i <= 155 ? i + 1 : nil
    }
    return nil
  }

  private static func octal(_ number: UInt64, _ count: Int) -> [UInt8] {
    var digits = [UInt8](repeating: UInt8(ascii: "0"), count: count)
    var rest = number
    for i in (0..<count).reversed() {
      digits[i] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest & 7)
      rest >>= 3
    }
    return digits
  }
}
