import Octets
public import TunnelReport

/// The question which network interfaces there are (linux/rtnetlink.h, linux/if_link.h).
public enum LinkMessages {
  private static let newLink: UInt16 = 16
  private static let getLink: UInt16 = 18
  /// NLM_F_DUMP.
  private static let dump: UInt16 = 0x300
  /// struct ifinfomsg.
  private static let header = 16
  private static let name: UInt16 = 3
  private static let information: UInt16 = 18
  private static let kind: UInt16 = 1

  /// The request for all of them.
  public static func request(sequence: UInt32) -> SecretBytes {
    let message = SecretBytes(message: getLink, flags: dump, sequence: sequence)
    for _ in 0..<header / 4 { message.append(number32: 0) }
    message.endMessage()
    return message
  }

  /// The name of an interface of WireGuard's in a message of the reply; nil when it is another.
  public static func wireGuard(kind message: UInt16, _ content: RawSpan) throws(NetlinkFault) -> String? {
    guard message == newLink else { return nil }
    var label: String?
    var isWireGuard = false
    try content.forEachAttribute(from: header) { (attribute, value) throws(NetlinkFault) in
      switch attribute {
      case name: label = value.text()
      case information:
        try value.forEachAttribute { (attribute, value) throws(NetlinkFault) in
          if attribute == kind { isWireGuard = value.text() == FamilyMessages.wireGuard }
        }
      default: break
      }
    }
    return isWireGuard ? label : nil
  }
}
