internal import CLinuxTunnel
internal import Glibc
internal import Octets

/// What the kernel may hand over, and take, unfinished.
public struct TunOffload: Sendable, Equatable {
  /// Every packet has a virtio header in front.
  public var hasVirtioHeader = false
  /// TCP super-packets of up to 64 KiB, both ways.
  public var tcp = false
  /// UDP super-packets, both ways: Linux 6.2.
  public var udp = false

  /// Bytes in front of every packet.
  var headerByteCount: Int { hasVirtioHeader ? VirtioHeader.byteCount : 0 }
}

/// A TUN interface, through one queue of it.
///
/// The descriptor does not block. It keeps working when the interface is moved to another network namespace; once the
/// interface is deleted every call fails with EBADFD, and that alone is its end.
public struct TunDevice: ~Copyable, Sendable {
  /// The MTU a new interface gets: 1500 − 80, the largest that fits any tunnel over Ethernet (protocol.md §17.2).
  public static let initialMTU = 1420
  /// Packets that wait in the kernel for us, four times what it gives by itself: while we have no processor for 20 ms
  /// none is lost at 100,000 a second (Docs/Decisions/0008).
  static let queueCount = 2048
  /// Room for one read: the largest super-packet and the header in front of it.
  public static let readByteCount = 65_536 + VirtioHeader.byteCount

  let descriptor: Descriptor
  /// The interface's name when the device was opened.
  public let name: InterfaceName
  /// What was agreed with the kernel.
  public let offload: TunOffload

  /// Creates the interface `name`, or attaches to a TUN interface of that name that lies idle, and sets its MTU.
  /// A name with "%d" in it lets the kernel choose a number.
  public init(
    creating name: InterfaceName, switches: OffloadSwitches = OffloadSwitches()
  ) throws(SystemError) {
    var wantsHeader = switches.tun
    var number = name.openTun(virtioHeader: wantsHeader)
    if number == -EINVAL && wantsHeader {
      // An idle interface that was made without the header keeps its kind.
      wantsHeader = false
      number = name.openTun(virtioHeader: false)
    }
    try self.init(
      owning: SystemError.check(number, .openTun), mtu: Self.initialMTU, switches: switches, failure: .openTun)
  }

  /// Takes over a descriptor that somebody else attached to an interface; its MTU stays.
  public init(
    adopting number: CInt, switches: OffloadSwitches = OffloadSwitches()
  ) throws(SystemError) {
    let flags = fcntl(number, F_GETFL)
    guard flags >= 0, fcntl(number, F_SETFL, flags | O_NONBLOCK) >= 0, fcntl(number, F_SETFD, FD_CLOEXEC) >= 0
    else { throw SystemError(.adoptTun, number: errno) }
    try self.init(owning: number, mtu: nil, switches: switches, failure: .adoptTun)
  }

  /// A device made of any descriptor that reads and writes whole packets.
  init(_ descriptor: consuming Descriptor, name: InterfaceName, offload: TunOffload) {
    self.descriptor = descriptor
    self.name = name
    self.offload = offload
  }

  private init(
    owning number: CInt, mtu: Int?, switches: OffloadSwitches, failure: SystemError.Operation
  ) throws(SystemError) {
    let agreed: (name: InterfaceName, offload: TunOffload)
    do throws(SystemError) {
      agreed = try Self.negotiate(number, switches, failure)
      if let mtu {
        try agreed.name.setMTU(mtu)
        agreed.name.setQueue(Self.queueCount)
      }
    } catch {
      _ = close(number)
      throw error
    }
    descriptor = Descriptor(owning: number)
    name = agreed.name
    offload = agreed.offload
  }

  /// Asks what the descriptor is and offers all that can be handled, less each time the kernel refuses.
  private static func negotiate(
    _ number: CInt, _ switches: OffloadSwitches, _ failure: SystemError.Operation
  ) throws(SystemError) -> (InterfaceName, TunOffload) {
    let state = try state(of: number, failure)
    guard let name = state.name, state.isTun, !state.hasPacketInformation else {
      throw SystemError(failure, number: EINVAL)
    }
    var offload = TunOffload()
    offload.hasVirtioHeader = state.hasVirtioHeader
    if offload.hasVirtioHeader {
      try SystemError.check(linux_tun_set_header(number, CInt(VirtioHeader.byteCount)), .configureTun)
      // An adopted device may have been offered more than is wanted here.
      let isOn = switches.tun
      offload.tcp = linux_tun_set_offload(number, isOn, isOn, false) == 0 && isOn
      offload.udp = switches.tunUDP && offload.tcp && linux_tun_set_offload(number, true, true, true) == 0
    }
    return (name, offload)
  }

  /// Whether the interface still exists, in whatever namespace.
  public var isAlive: Bool {
    (try? state()) != nil
  }

  /// The interface's name and kind as they are now.
  func state() throws(SystemError) -> TunState { try Self.state(of: descriptor.number, .inspectTun) }

  /// The MTU now, if the interface is in this thread's network namespace.
  public func mtu() throws(SystemError) -> Int {
    guard let name = try state().name else { throw SystemError(.readMTU, number: ENODEV) }
    return try name.mtu()
  }
}
