import ControlProtocol
public import Octets

extension FixedOctets where count == 32 {
  /// A key that is no secret, in base 64.
  public var keyText: String {
    String(decoding: [UInt8](capacity: 44) { $0.print(base64: self) }, as: UTF8.self)
  }
}

extension PeerState {
  /// The peer's name: its public key.
  public var name: String { publicKey.keyText }
}

extension Prefix {
  /// For example `10.0.0.0/8`.
  public var words: String { "\(address.words)/\(length)" }
}
