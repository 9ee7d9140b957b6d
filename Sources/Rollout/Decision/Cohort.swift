internal import Octets
internal import RolloutMetadata

/// Which part of the fleet a client belongs to for one release: computed by the client alone, from an identifier that
/// never leaves the machine, so no server can choose whom it offers something.
public enum Cohort {
  /// The number of buckets; shares are in parts per million.
  public static let count: UInt32 = 1_000_000
  /// The bucket of a client without an identifier: the last, offered to only when everybody is.
  public static let last: UInt32 = 999_999

  /// The bucket, 0 … 999,999, of an installation for one release of a component.
  ///
  /// BLAKE2b-256 over five fields, each after its length in four bytes, lowest first: the text `needletail-cohort-v1`, the
  /// salt, the component's name, the release's version, the identifier. The first eight bytes, lowest first, times a
  /// million, over 2^64. Equally probable, and for another salt or release independent of this one.
  public static func bucket(salt: [UInt8], component: [UInt8], release: [UInt8], installID: [UInt8]?) -> UInt32 {
    guard let installID, !installID.isEmpty else { return last }
    var message: [UInt8] = []
    for field in [domain.octets, salt, component, release, installID] {
      let count = UInt32(truncatingIfNeeded: field.count)
      for shift in [UInt32(0), 8, 16, 24] { message.append(UInt8(truncatingIfNeeded: count >> shift)) }
      message += field
    }
    let digest = blake2b256(message)
    var number: UInt64 = 0
    for index in 0..<8 { number |= UInt64(digest[index]) << UInt64(8 * index) }
    return UInt32(truncatingIfNeeded: number.multipliedFullWidth(by: UInt64(count)).high)
  }

  /// Whether a bucket is among the first `ppm` of a million.
  public static func includes(_ bucket: UInt32, ppm: UInt32) -> Bool { bucket < ppm }

  private static let domain: StaticString = "needletail-cohort-v1"
}
