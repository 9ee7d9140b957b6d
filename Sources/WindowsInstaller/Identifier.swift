/// Identifiers of products, components and packages: the same for the same name, on every machine that builds.
public enum Identifier {
  /// The namespace of all our names: the UUID of version 5 of "needletail.sys" among domain names.
  static let namespace: [UInt8] = uuid(
    of: "needletail.sys",
    in: [0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8])

  /// The identifier of `name` as Windows Installer spells it: braces and capitals.
  ///
  /// Source: RFC 9562 §5.5.
  public static func guid(_ name: String) -> String { text(uuid(of: name, in: namespace)) }

  /// What all versions of the product for one processor have in common.
  public static func upgradeCode(_ architecture: Architecture) -> String { guid("upgrade/\(architecture.rawValue)") }

  /// One version of the product.
  public static func productCode(_ architecture: Architecture, version: String) -> String {
    guid("product/\(architecture.rawValue)/\(version)")
  }

  /// A component: a file or a registry key at its place, the same in all versions. Both processors have the same place.
  public static func component(_ architecture: Architecture, place: String) -> String {
    guid("component/\(architecture.rawValue)/\(place.lowercased())")
  }

  /// Digits that are others for other files.
  public static func digest(of files: [[UInt8]]) -> String { guid(files.map { text(SHA1.hash($0)) }.joined()) }

  /// Version 5 of a name in a namespace, 16 bytes in network order.
  static func uuid(of name: String, in namespace: [UInt8]) -> [UInt8] {
    var bytes = Array(SHA1.hash(namespace + Array(name.utf8)).prefix(16))
    bytes[6] = bytes[6] & 0x0f | 0x50
    bytes[8] = bytes[8] & 0x3f | 0x80
    return bytes
  }

  private static func text(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789ABCDEF")
    var text = "{"
    for (place, byte) in bytes.enumerated() {
      if [4, 6, 8, 10].contains(place) { text.append("-") }
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return text + "}"
  }
}

/// A processor that there is a package for. Windows 11 and Windows Server have no edition for x86.
public enum Architecture: String, CaseIterable, Sendable {
  case x64
  case arm64

  /// The first word of a package's template. Source: "Template Summary property".
  public var template: String { self == .x64 ? "x64" : "Arm64" }

  /// What Windows says of the machine's own processor in PROCESSOR_ARCHITECTURE.
  public var machine: String { self == .x64 ? "AMD64" : "ARM64" }
}
