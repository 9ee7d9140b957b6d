internal import Glibc

extension SystemError: CustomStringConvertible {
  /// What failed and why, for a log line.
  public var description: String { "\(operation.text): \(reason)" }

  private var reason: String {
    // SAFETY: strerror returns a terminated string, or a table entry that is never freed.
    unsafe String(cString: strerror(number))
  }
}

extension SystemError.Operation {
  /// What was tried, as the start of a sentence.
  fileprivate var text: String {
    switch self {
    case .openTun: "cannot create the TUN device"
    case .inspectTun: "cannot read the state of the TUN device"
    case .adoptTun: "the inherited descriptor is not a usable TUN device"
    case .configureTun: "cannot configure the TUN device"
    case .readMTU: "cannot read the MTU"
    case .setMTU: "cannot set the MTU"
    case .allocateMemory: "cannot allocate memory"
    case .openSocket: "cannot open a UDP socket"
    case .bindSocket: "cannot bind the UDP port"
    case .markSocket: "cannot set the firewall mark"
    case .openNetlink: "cannot watch interfaces and routes"
    case .openControlSocket: "cannot open the control socket"
    case .adoptControlSocket: "the inherited descriptor is not a listening control socket"
    case .openWaitSet: "cannot wait for events"
    case .detach: "cannot go into the background"
    case .dropPrivileges: "cannot give up privileges"
    }
  }
}
