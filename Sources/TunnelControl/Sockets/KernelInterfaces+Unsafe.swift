import Glibc
import TunnelReport

/// Interfaces of the kernel's own WireGuard.
enum KernelInterfaces {
  /// Their names.
  static func names() -> [String] {
    ControlSocket.files(in: "/sys/class/net").filter(isWireGuard)
  }

  static func isWireGuard(_ name: String) -> Bool {
    guard !name.contains("/"), let bytes = try? SecretFiles.read("/sys/class/net/\(name)/uevent") else { return false }
    return bytes.text.split(separator: "\n").contains("DEVTYPE=wireguard")
  }

  /// Why a name without a control socket cannot be asked: an interface of the kernel's is not, and others do not exist.
  static func absence(of name: String) -> SystemFault {
    if isWireGuard(name) { return SystemFault(EOPNOTSUPP) }
    // SAFETY: the path is a terminated string for the call.
    return SystemFault(unsafe access("/sys/module/wireguard", F_OK) == 0 ? ENODEV : EPROTONOSUPPORT)
  }
}
