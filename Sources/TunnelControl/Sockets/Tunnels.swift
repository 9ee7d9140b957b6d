public import ControlProtocol
import Glibc
import Octets
public import TunnelReport

/// The tunnels of this machine: those that a daemon serves at a control socket, and the kernel's own.
public struct Tunnels {
  /// Where the control sockets are.
  public static let folder = "/var/run/wireguard"

  private let lookup: Lookup
  private let patience: Int

  /// The tunnels, with endpoints written as `lookup` does it. A daemon that does nothing for `patience` seconds is given
  /// up; 0, which is `wg`'s way, waits for ever.
  public init(_ lookup: Lookup, patience: Int = 0) {
    self.lookup = lookup
    self.patience = patience
  }

  /// Their names, as `wg` lists them: the kernel's own, then those with a control socket that somebody answers, in the
  /// folder's order. Waits for nobody.
  public func names() -> [String] {
    let kernel = KernelTunnels.names()
    return kernel + socketNames().filter { ControlSocket.isServed($0) && !kernel.contains($0) }
  }

  /// The names of control sockets, also of those that nobody answers: a daemon that did not end in order leaves its own.
  public func socketNames() -> [String] {
    ControlSocket.files(in: Self.folder).filter { $0.hasSuffix(".sock") }.map { String($0.dropLast(5)) }
  }

  /// What a tunnel says of itself. EPROTONOSUPPORT when no daemon serves it and the kernel has no WireGuard.
  public func state(of name: String) throws(SystemFault) -> TunnelState {
    guard let socket = try ControlSocket(name, patience: patience) else {
      return try KernelTunnels.state(of: name, naming: lookup)
    }
    defer { socket.close() }
    let request = SecretBytes(capacity: 64)
    request.append("get=1\n\n")
    let reply = try socket.exchange(request)
    do throws(ReplyFault) {
      return try reply.withBytes { (bytes) throws(ReplyFault) in
        try TunnelState(name: name, reply: bytes, naming: lookup)
      }
    } catch {
      switch error {
      case .malformed: throw .malformed
      case .refused(let number): throw SystemFault(number)
      }
    }
  }

  /// What a tunnel says of its handshakes and refusals; nil when it does not know the question, as servers of other
  /// projects, or cannot be asked.
  public func observation(of name: String) -> TunnelObservation? {
    guard let socket = try? ControlSocket(name, patience: patience) else { return nil }
    defer { socket.close() }
    let request = SecretBytes(capacity: 64)
    request.append("observe=1\n\n")
    do {
      let reply = try socket.exchange(request)
      return try reply.withBytes { (bytes) throws(ReplyFault) in try TunnelObservation(reply: bytes) }
    } catch {
      return nil
    }
  }

  /// The process that listens on a tunnel's control socket; nil when there is none.
  public func process(of name: String) -> Int32? {
    guard let socket = try? ControlSocket(name, patience: patience) else { return nil }
    defer { socket.close() }
    return socket.listener
  }

  /// Tells a tunnel to change.
  public func apply(_ directives: [Directive], to name: String) throws(SystemFault) {
    guard let socket = try ControlSocket(name, patience: patience) else {
      return try KernelTunnels.apply(directives, to: name)
    }
    defer { socket.close() }
    // The room for all of it at once.
    let request = SecretBytes(capacity: (directives.count + 2) * SetRequest.minimumRoom)
    request.fill(SetRequest.minimumRoom) { _ = SetRequest.printBeginning(into: &$0) }
    for directive in directives {
      request.fill(SetRequest.minimumRoom) { _ = SetRequest.print(directive, into: &$0) }
    }
    request.fill(SetRequest.minimumRoom) { _ = SetRequest.printEnd(into: &$0) }
    let number = try SetReply.number(socket.exchange(request))
    if number != 0 { throw SystemFault(number) }
  }
}

/// The reply to a set.
enum SetReply {
  /// The error number; 0 is success. A daemon sends it with a minus.
  static func number(_ reply: SecretBytes) throws(SystemFault) -> Int32 {
    var number: Int32?
    // The reply to a set has no secrets.
    for line in reply.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      if line.isEmpty {
        guard let number else { throw .malformed }
        return number
      }
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw .malformed }
      if parts[0] == "errno" {
        guard let sent = Int32(parts[1]), parts[1].utf8.first != UInt8(ascii: "+"), sent != .min else {
          throw .malformed
        }
        number = -sent
      }
    }
    throw .malformed
  }
}
