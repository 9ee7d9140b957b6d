internal import Cryptography
internal import Octets

extension JournalText {
  /// The first 8 bytes of BLAKE2s of a line's words, as 16 digits: against torn writes, not against attackers.
  static func checksum(of line: [UInt8]) -> [UInt8] {
    // SAFETY: every element of the array is an initialised byte.
    let hash = unsafe BLAKE2s.hash(line.span.bytes)
    return (0..<8).flatMap { [digits[Int(hash[$0] >> 4)], digits[Int(hash[$0] & 15)]] }
  }
}
