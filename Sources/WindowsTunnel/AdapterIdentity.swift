import Cryptography
public import Octets

/// The identifier of a tunnel's adapter.
public enum AdapterIdentity {
  /// A GUID made of the tunnel's name alone: Windows keeps what it knows about a network by it, so it stays when keys,
  /// addresses or the place of the file change. A UUID of version 8 (RFC 9562 §5.8): the first 128 bits of BLAKE2s of
  /// "Needletail adapter", a zero byte and the name in lower case.
  ///
  /// - Returns: the bytes in the order in which the text has them.
  public static func id(ofTunnel name: String) -> FixedOctets<16> {
    let text = Array("Needletail adapter".utf8) + [0] + name.utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
    let digest = text.withRawSpan { BLAKE2s.hash($0) }
    var id = FixedOctets<16>()
    for i in 0..<16 { id[i] = digest[i] }
    id[6] = id[6] & 0x0f | 0x80
    id[8] = id[8] & 0x3f | 0x80
    return id
  }
}
