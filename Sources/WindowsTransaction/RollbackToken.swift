public import Transaction

/// What lets one package go back behind a newer one, once: whoever has checked a channel's signed rollback writes it into
/// the registry, and the installation that uses it takes it away. Without one, and with one for another version, of another
/// product or after its time, an older version is refused.
///
/// Its text, in `key`'s value `name`: "VERSION PRODUCT DIGEST EXPIRES", with the version that is gone back to, the product's
/// code of the one that is left, the SHA-256 of the signed document with the rollback in 64 lower-case digits, and seconds
/// since 1970. It does not check the signature: it says whose word was taken, and only administrators can write it.
public struct RollbackToken: Equatable, Sendable {
  /// The version that is gone back to, three numbers with dots.
  public let version: String
  /// The code of the product that is left, in braces and capitals.
  public let product: String
  /// The SHA-256 of the signed document, in digits.
  public let digest: String
  /// Seconds since 1970 from which on it is nothing.
  public let expires: UInt64

  /// The product's key, below HKEY_LOCAL_MACHINE.
  public static var key: String { InstallerAction.key }
  /// The value's name.
  public static var name: String { "Rollback" }

  /// Reads a token; nil when it is none.
  public init?(_ text: String) {
    let words = text.utf8.split(separator: 0x20, omittingEmptySubsequences: false)
    guard words.count == 4, !words[0].isEmpty, words[1].count == 38, words[2].count == 64,
      words[2].allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }),
      let expires = UInt64(String(decoding: words[3], as: UTF8.self))
    else { return nil }
    version = String(decoding: words[0], as: UTF8.self)
    product = String(decoding: words[1], as: UTF8.self)
    digest = String(decoding: words[2], as: UTF8.self)
    self.expires = expires
  }

  /// A token in the registry.
  init?(_ data: RegistryData) {
    // REG_SZ.
    guard data.type == 1, data.bytes.count.isMultiple(of: 2) else { return nil }
    var units = (0..<data.bytes.count / 2).map { UInt16(data.bytes[2 * $0]) | UInt16(data.bytes[2 * $0 + 1]) << 8 }
    if units.last == 0 { units.removeLast() }
    guard units.allSatisfy({ (0x20...0x7e).contains($0) }) else { return nil }
    self.init(String(decoding: units.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self))
  }

  /// Whether a version may replace the products with these codes, which stand one after the other with ";" between.
  public func allows(version: String, instead newer: String, now: UInt64) -> Bool {
    // With two newer ones the token would have to be for both.
    Words.isSame(self.version, version) && Words.isSame(product, newer) && now < expires
  }
}

extension WindowsHost {
  /// The rollback that lets a version replace newer products; nil when there is none, and none that is for this.
  public func rollback(
    to version: String, instead newer: String, now: UInt64
  ) throws(ActionFailure) -> RollbackToken? {
    guard let data = try system.registryValue(key: RollbackToken.key, name: RollbackToken.name),
      let token = RollbackToken(data), token.allows(version: version, instead: newer, now: now)
    else { return nil }
    return token
  }
}
