internal import CLinuxTunnel
internal import Glibc
internal import Octets

/// Watches the interface of a TUN device and the routes of this network namespace.
///
/// The interface may be moved to another namespace while the device stays here: a deletion message then only says that
/// it left. Its state is asked for, and listened to, through the number its namespace has, or is given, in this one; where
/// the kernel does not let us do that, `probe` has to be called now and then. Belongs to one thread.
public struct LinkMonitor: ~Copyable {
  /// What was learnt.
  public enum Event: Equatable, Sendable {
    /// The interface runs or does not, and has this MTU, where it is known.
    case link(isRunning: Bool, mtu: Int?)
    /// Routes changed: sources that were learnt may no longer be right.
    case routes
    /// The interface was deleted.
    case gone
  }

  /// Where the interface is.
  enum Place: Equatable {
    /// In this namespace, with this index.
    case home(UInt32)
    /// In another one, with this number here.
    case away(CInt)
    /// In another one that we cannot name.
    case unknown
  }

  let socket: Descriptor
  var memory: PacketMemory
  private(set) var place = Place.unknown
  private var name: InterfaceName
  private var sequence: UInt32 = 0
  /// The other namespace was given a number since the interface was last looked for.
  private var hasGivenNumber = false

  /// The descriptor that is readable when there is something to learn.
  public var descriptor: CInt { socket.number }

  /// Whether `probe` must be called regularly.
  public var needsProbing: Bool { place == .unknown }

  /// Starts to watch; the interface's present state is the first event.
  public init(_ device: borrowing TunDevice) throws(SystemError) {
    let memory = try PacketMemory(byteCount: 1 << 16)
    socket = Descriptor(owning: try SystemError.check(linux_netlink_open(), .openNetlink))
    self.memory = memory
    name = device.name
    locate(device)
  }

  /// Takes in what has happened and returns it, oldest first; nothing when there is nothing more.
  public mutating func events(_ device: borrowing TunDevice) -> [Event] {
    var result: [Event] = []
    while true {
      var space: CInt = LINUX_HOME_SPACE
      let count = receive(&space)
      if count == -ENOBUFS {
        // Something was lost: ask again, and think the worst of the routes.
        locate(device)
        result.append(.routes)
        continue
      }
      guard count >= 0 else { return result }
      var offset = 0
      while let message = NetlinkMessage(memory.bytes.extracting(0..<Int(count)), at: offset) {
        take(message, space: space, device, &result)
        offset = message.next
      }
    }
  }

  private mutating func take(
    _ message: NetlinkMessage, space: CInt, _ device: borrowing TunDevice, _ result: inout [Event]
  ) {
    switch message.type {
    case Netlink.newRoute, Netlink.deletedRoute:
      if space == LINUX_HOME_SPACE && result.last != .routes { result.append(.routes) }
    case Netlink.newLink, Netlink.deletedLink:
      guard message.end - message.start >= Netlink.linkByteCount, concerns(message, space: space) else { return }
      if message.type == Netlink.newLink {
        result.append(state(in: message))
      } else if device.isAlive {
        locate(device)
      } else {
        result.append(.gone)
      }
    case Netlink.newSpaceNumber:
      answer(message, device)
    case Netlink.error:
      refuse(message, device)
    default:
      break
    }
  }

  /// Whether a link message is about our interface.
  private func concerns(_ message: NetlinkMessage, space: CInt) -> Bool {
    let bytes = memory.bytes
    switch place {
    case .unknown:
      return false
    case .home(let index):
      return space == LINUX_HOME_SPACE && bytes.native32(at: message.start + 4) == index
    case .away(let number):
      // An answer comes in our own name and says whose it is; a notification comes from there.
      let target = message.attribute(
        Netlink.attributeTargetSpace, in: bytes, fixedByteCount: Netlink.linkByteCount)
      let isAnswer = target.map { $0.count == 4 && bytes.native32(at: $0.lowerBound) == UInt32(bitPattern: number) }
      guard isAnswer ?? (space == number) else { return false }
      let own = message.attribute(Netlink.attributeName, in: bytes, fixedByteCount: Netlink.linkByteCount)
      return own.map { bytes.isText(name.description, in: $0) } ?? false
    }
  }

  private func state(in message: NetlinkMessage) -> Event {
    let bytes = memory.bytes
    let flags = bytes.native32(at: message.start + 8)
    let place = message.attribute(Netlink.attributeMTU, in: bytes, fixedByteCount: Netlink.linkByteCount)
    let mtu = place.flatMap { $0.count == 4 ? Int(bytes.native32(at: $0.lowerBound)) : nil }
    return .link(isRunning: flags & Netlink.flagRunning != 0, mtu: mtu)
  }

  /// The state of an interface that nothing is heard of. Costs it one packet that is counted as damaged.
  public func probe(_ device: borrowing TunDevice) -> Event {
    switch device.probe() {
    case .gone: .gone
    case .done: .link(isRunning: true, mtu: nil)
    case .dropped, .refused: .link(isRunning: false, mtu: nil)
    }
  }
}

extension LinkMonitor {
  /// Finds out where the interface is and asks for its state.
  private mutating func locate(_ device: borrowing TunDevice) {
    place = .unknown
    hasGivenNumber = false
    if let current = try? device.state().name { name = current }
    let space = linux_tun_namespace(device.descriptor.number)
    if space < 0 || linux_is_home_space(space) {
      // Kernels before 5.2 do not tell; the name is then the best there is.
      if let index = name.index() {
        place = .home(index)
        ask(for: index)
      }
    } else {
      askForNumber(of: space, giving: false)
    }
    if space >= 0 { _ = close(space) }
  }

  private mutating func ask(for index: UInt32) {
    var request = NetlinkRequest(Netlink.getLink, sequence: next(), fixedByteCount: Netlink.linkByteCount)
    request.setIndex(index)
    send(request)
  }

  /// Asks which number the namespace has here, or gives it one.
  private mutating func askForNumber(of space: CInt, giving: Bool) {
    var request = NetlinkRequest(
      giving ? Netlink.newSpaceNumber : Netlink.getSpaceNumber, sequence: next(),
      fixedByteCount: Netlink.familyByteCount)
    request.append(Netlink.attributeSpaceDescriptor, UInt32(space))
    if giving { request.append(Netlink.attributeSpaceNumber, UInt32.max) }
    send(request)
  }

  private mutating func next() -> UInt32 {
    sequence &+= 1
    return sequence
  }

  /// The namespace's number came: ask there for the interface. It has none: give it one, and ask again.
  private mutating func answer(_ message: NetlinkMessage, _ device: borrowing TunDevice) {
    guard place == .unknown, message.sequence == sequence, let number = spaceNumber(in: message) else { return }
    if number >= 0 {
      place = .away(number)
      var request = NetlinkRequest(Netlink.getLink, sequence: next(), fixedByteCount: Netlink.linkByteCount)
      request.append(Netlink.attributeTargetSpace, UInt32(bitPattern: number))
      request.append(Netlink.attributeName, Array(name.description.utf8) + [0])
      send(request)
    } else if !hasGivenNumber {
      hasGivenNumber = true
      let space = linux_tun_namespace(device.descriptor.number)
      guard space >= 0 else { return }
      askForNumber(of: space, giving: true)
      askForNumber(of: space, giving: false)
      _ = close(space)
    }
  }

  private func spaceNumber(in message: NetlinkMessage) -> CInt? {
    let bytes = memory.bytes
    let found = message.attribute(
      Netlink.attributeSpaceNumber, in: bytes, fixedByteCount: Netlink.familyByteCount)
    return found.flatMap { $0.count == 4 ? CInt(bitPattern: bytes.native32(at: $0.lowerBound)) : nil }
  }

  /// The kernel does not do what was asked: probing remains.
  private mutating func refuse(_ message: NetlinkMessage, _ device: borrowing TunDevice) {
    guard message.sequence == sequence, message.end - message.start >= 4 else { return }
    if memory.bytes.native32(at: message.start) != 0 { place = .unknown }
  }
}

extension RawSpan {
  /// Whether a range holds this text and a terminator.
  fileprivate func isText(_ text: String, in range: Range<Int>) -> Bool {
    let bytes = Array(text.utf8)
    guard range.count == bytes.count + 1 else { return false }
    for (index, byte) in bytes.enumerated() where octet(at: range.lowerBound + index) != byte { return false }
    return true
  }
}
