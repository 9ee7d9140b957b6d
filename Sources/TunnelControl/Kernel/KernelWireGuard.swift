import Glibc

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
    do throws(SystemFault) {
      var socket = try NetlinkSocket(.generic)
      do throws(SystemFault) {
        return .present(family: try KernelTunnels.family(name, socket: &socket))
      } catch {
        return error.number == EPROTONOSUPPORT ? .missing : .unknown(error.number)
      }
    } catch {
      // Without netlink itself, which may be the same number, nobody knows.
      return .unknown(error.number)
    }
  }
}
