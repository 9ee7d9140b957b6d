import Octets
public import TunnelReport

/// The question which number a family of generic netlink has; the kernel loads the family's module to answer it.
public enum FamilyMessages {
  /// The family of WireGuard.
  public static let wireGuard = "wireguard"
  /// Whom it is asked of: GENL_ID_CTRL.
  static let controller: UInt16 = 16
  private static let getFamily: UInt8 = 3
  private static let identifier: UInt16 = 1
  private static let name: UInt16 = 2

  /// The request. A kernel without the family refuses it with ENOENT.
  public static func request(_ family: String = wireGuard, sequence: UInt32) -> SecretBytes {
    let message = SecretBytes(family: controller, command: getFamily, sequence: sequence)
    message.append(name, text: family)
    message.endMessage()
    return message
  }

  /// The number in a message of the reply; nil when there is none.
  public static func number(kind: UInt16, _ content: RawSpan) throws(NetlinkFault) -> UInt16? {
    guard kind == controller else { throw .malformed }
    var number: UInt16?
    try content.forEachAttribute(from: 4) { (attribute, value) throws(NetlinkFault) in
      if attribute == identifier { number = try value.number16() }
    }
    return number
  }
}
