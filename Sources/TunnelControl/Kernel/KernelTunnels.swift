import ControlProtocol
import Glibc
import Octets
import TunnelNetlink
import TunnelReport

/// Tunnels of the kernel's own WireGuard.
enum KernelTunnels {
  /// How often a tunnel is asked again whose configuration changes while it is told.
  private static let tries = 100

  /// Their names, in the order of the interfaces' numbers; none when the kernel does not say.
  static func names() -> [String] {
    do {
      var names: [String] = []
      var socket = try NetlinkSocket(.route)
      try socket.exchange {
        LinkMessages.request(sequence: $0)
      } _: { (kind, content) throws(NetlinkFault) in
        if let name = try LinkMessages.wireGuard(kind: kind, content) { names.append(name) }
      }
      return names
    } catch {
      return []
    }
  }

  /// What a tunnel says of itself.
  static func state(of name: String, naming: some EndpointNaming) throws(SystemFault) -> TunnelState {
    var socket = try NetlinkSocket(.generic)
    let family = try Self.family(FamilyMessages.wireGuard, socket: &socket)
    for _ in 0..<tries {
      var reply = DeviceReply(name: name)
      do throws(NetlinkFault) {
        try socket.exchange {
          DeviceReply.request(name, family: family, sequence: $0)
        } _: { (kind, content) throws(NetlinkFault) in
          try reply.take(kind: kind, content, family: family, naming: naming)
        }
        return reply.state
      } catch {
        reply.wipe()
        if error != .interrupted { throw SystemFault(error) }
        // The rest of the answer is not wanted any more.
        socket = try NetlinkSocket(.generic)
      }
    }
    throw SystemFault(EINTR)
  }

  /// No interface has a longer name, in bytes (IFNAMSIZ of linux/if.h).
  private static let longestName = 15

  /// Tells a tunnel to change.
  static func apply(_ directives: [Directive], to name: String) throws(SystemFault) {
    var socket = try NetlinkSocket(.generic)
    let family = try Self.family(FamilyMessages.wireGuard, socket: &socket)
    // The kernel's answer to a longer one would be another than `wg` has, which cuts it.
    guard name.utf8.count <= longestName else { throw SystemFault(ENODEV) }
    var changes = DeviceChanges(directives, name: name, family: family)
    while changes.isUnfinished {
      do throws(NetlinkFault) {
        try socket.exchange {
          changes.next(sequence: $0)
        } _: { (_, _) in
        }
      } catch {
        throw SystemFault(error)
      }
    }
  }

  /// The number of a family; EPROTONOSUPPORT when there is none.
  static func family(_ name: String, socket: inout NetlinkSocket) throws(SystemFault) -> UInt16 {
    var number: UInt16?
    do throws(NetlinkFault) {
      try socket.exchange {
        FamilyMessages.request(name, sequence: $0)
      } _: { (kind, content) throws(NetlinkFault) in
        number = try FamilyMessages.number(kind: kind, content)
      }
    } catch {
      throw error == .refused(ENOENT) ? SystemFault(EPROTONOSUPPORT) : SystemFault(error)
    }
    guard let number else { throw .malformed }
    return number
  }
}

extension SystemFault {
  /// What a fault of netlink is to who asked for a tunnel.
  init(_ fault: NetlinkFault) {
    switch fault {
    case .malformed: self = .malformed
    case .interrupted: self = SystemFault(EINTR)
    case .refused(let number): self = SystemFault(number)
    }
  }
}
