/// The fields of a Windows image that its Authenticode digest depends on.
///
/// Microsoft, *Windows Authenticode Portable Executable Signature Format*, "Calculating the PE Image Hash".
struct PortableExecutable {
  private let bytes: [UInt8]
  private let checksum: Int
  private let certificates: Int
  private let tableOffset: Int
  private let tableLength: Int

  /// Nil when the file is no image of Windows.
  init?(_ bytes: [UInt8]) throws(PackageError) {
    self.bytes = bytes
    guard bytes.count > 0x40, bytes[0] == UInt8(ascii: "M"), bytes[1] == UInt8(ascii: "Z") else { return nil }
    let header = Self.word(bytes, 0x3c)
    guard header <= bytes.count - 24 - 2, Self.word(bytes, header) == 0x4550 else { return nil }
    let optional = header + 24
    let magic = Int(bytes[optional]) | Int(bytes[optional + 1]) << 8
    guard magic == 0x10b || magic == 0x20b else { throw PackageError("an image that is neither PE32 nor PE32+") }
    checksum = optional + 64
    certificates = optional + (magic == 0x20b ? 112 : 96) + 4 * 8
    guard certificates + 8 <= bytes.count else { throw PackageError("an image whose headers are cut off") }
    tableOffset = Self.word(bytes, certificates)
    tableLength = Self.word(bytes, certificates + 4)
    guard tableLength == 0 || tableOffset >= certificates + 8 && tableOffset + tableLength == bytes.count else {
      throw PackageError("an image whose signatures do not stand at its end")
    }
  }

  /// What the digest is of: all but the check sum, the place of the signatures and the signatures; filled up with zeros
  /// to a multiple of 8, as tools that sign do it.
  var digested: [UInt8] {
    let end = tableLength == 0 ? bytes.count : tableOffset
    var digested = Array(bytes[..<checksum] + bytes[(checksum + 4)..<certificates] + bytes[(certificates + 8)..<end])
    if tableLength == 0 { digested += [UInt8](repeating: 0, count: -bytes.count & 7) }
    return digested
  }

  private static func word(_ bytes: [UInt8], _ place: Int) -> Int {
    (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
  }
}
