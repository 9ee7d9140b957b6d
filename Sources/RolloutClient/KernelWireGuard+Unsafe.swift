internal import Glibc

/// Whether the kernel has a WireGuard of its own: what the native implementation is on Linux.
public enum KernelWireGuard {
  /// What the kernel says.
  public enum Answer: Equatable, Sendable {
    /// It has one; the number of its netlink family.
    case present(family: UInt16)
    /// It has none, and no module for it.
    case missing
    /// It could not be asked: an error number.
    case unknown(Int32)
  }

  /// Asks the kernel's generic netlink controller for the family `wireguard`; a kernel that has it as a module loads it then.
  /// Changes nothing else, and needs no privilege.
  public static func ask(family name: String = "wireguard") -> Answer {
    let file = socket(Int32(PF_NETLINK), Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue), netlinkGeneric)
    guard file >= 0 else { return .unknown(errno) }
    defer { close(file) }
    var patience = timeval(tv_sec: 5, tv_usec: 0)
    // SAFETY: the structure is ours and as long as said.
    _ = unsafe setsockopt(
      file, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    let request = NetlinkMessage.familyRequest(name)
    // SAFETY: the buffer is ours and as long as said.
    guard unsafe send(file, request, request.count, 0) == request.count else { return .unknown(errno) }
    var reply = [UInt8](repeating: 0, count: 8192)
    // SAFETY: the buffer is ours and as long as said.
    let count = unsafe recv(file, &reply, reply.count, 0)
    guard count > 0 else { return .unknown(errno) }
    return NetlinkMessage.familyAnswer(reply.prefix(count))
  }

  /// NETLINK_GENERIC of linux/netlink.h.
  private static let netlinkGeneric: Int32 = 16
}

/// The two messages of generic netlink that are needed (linux/netlink.h, linux/genetlink.h), in the machine's byte order,
/// which is little-endian wherever this runs.
enum NetlinkMessage {
  private static let controller: UInt16 = 16
  private static let getFamily: UInt8 = 3
  private static let attributeFamily: UInt16 = 1
  private static let attributeName: UInt16 = 2
  private static let error: UInt16 = 2

  private static func two(_ value: UInt16) -> [UInt8] { [UInt8(truncatingIfNeeded: value), UInt8(value >> 8)] }
  private static func four(_ value: UInt32) -> [UInt8] {
    two(UInt16(truncatingIfNeeded: value)) + two(UInt16(value >> 16))
  }

  /// CTRL_CMD_GETFAMILY for a name of up to 15 bytes.
  static func familyRequest(_ name: String) -> [UInt8] {
    let text = Array(name.utf8.prefix(15)) + [0]
    let attribute = two(UInt16(4 + text.count)) + two(attributeName) + text
    let padded = attribute + [UInt8](repeating: 0, count: (4 - attribute.count % 4) % 4)
    let body: [UInt8] = [getFamily, 1, 0, 0] + padded
    // NLM_F_REQUEST; one sequence number, and the kernel knows whom to answer.
    return four(UInt32(16 + body.count)) + two(controller) + two(1) + four(1) + four(0) + body
  }

  /// What the kernel answers: the family's number, or the error that there is none.
  static func familyAnswer(_ reply: ArraySlice<UInt8>) -> KernelWireGuard.Answer {
    let bytes = Array(reply)
    func two(_ place: Int) -> UInt16 { UInt16(bytes[place]) | UInt16(bytes[place + 1]) << 8 }
    func four(_ place: Int) -> UInt32 { UInt32(two(place)) | UInt32(two(place + 2)) << 16 }
    guard bytes.count >= 20 else { return .unknown(EPROTO) }
    let length = Int(min(four(0), UInt32(bytes.count)))
    if two(4) == error {
      let code = -Int32(bitPattern: four(16))
      return code == ENOENT ? .missing : .unknown(code)
    }
    guard two(4) == controller else { return .unknown(EPROTO) }
    var place = 20
    while place + 4 <= length {
      let size = Int(two(place))
      guard size >= 4, place + size <= length else { return .unknown(EPROTO) }
      if two(place + 2) & 0x3fff == attributeFamily && size >= 6 { return .present(family: two(place + 4)) }
      place += (size + 3) / 4 * 4
    }
    return .unknown(EPROTO)
  }
}
