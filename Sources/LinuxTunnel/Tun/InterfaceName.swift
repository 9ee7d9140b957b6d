/// The name of a network interface, as the kernel accepts it: 1 … 15 bytes, no slash, no space, not "." or "..".
public struct InterfaceName: Sendable, Equatable, CustomStringConvertible {
  /// The name.
  public let description: String

  /// The longest name in bytes: IFNAMSIZ − 1.
  public static let maximumByteCount = 15

  /// The name `text`, or nil when the kernel would refuse it.
  public init?(_ text: String) {
    let bytes = text.utf8
    guard !bytes.isEmpty, bytes.count <= Self.maximumByteCount, text != ".", text != ".." else { return nil }
    // As dev_valid_name has it: '/', ':' and white space, and nothing below it either.
    guard bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") })
    else { return nil }
    description = text
  }
}
