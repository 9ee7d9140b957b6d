internal import CLinuxTunnel
internal import Containers
internal import Glibc
public import Octets

/// Bytes to send: one datagram, or several of equal size in a row of which the last may be shorter.
public struct OutgoingDatagrams: BitwiseCopyable, Sendable {
  /// Where they start in memory.
  public var offset: Int
  /// The bytes of all of them.
  public var length: Int
  /// The size of each but the last.
  public var segmentSize: Int
  /// Where they go, and from which local address and interface.
  public var path: Path
  /// The DS field of the outer packets.
  public var trafficClass: UInt8

  /// Datagrams to send.
  public init(offset: Int, length: Int, segmentSize: Int, path: Path, trafficClass: UInt8) {
    precondition(length > 0 && segmentSize > 0)
    self.offset = offset
    self.length = length
    self.segmentSize = segmentSize
    self.path = path
    self.trafficClass = trafficClass
  }

  /// The number of datagrams.
  var count: Int { (length + segmentSize - 1) / segmentSize }
}

/// What became of a round of messages.
public struct SendResult: Sendable, Equatable {
  /// Datagrams the kernel took.
  public var sent = 0
  /// Datagrams it refused: no route, a firewall, no room.
  public var lost = 0
  /// System calls that were made.
  public var calls = 0
  /// Bit i is set when message i could only go without the source it was to have.
  public var staleSources: UInt64 = 0
}

/// Collects messages and sends them with few system calls.
///
/// What the kernel refuses is tried in a plainer way: without the chosen source, then datagram by datagram. A network
/// card that cannot take many datagrams in one buffer (EIO) ends that for good, for all senders of the sockets.
/// Belongs to one thread.
public struct DatagramSender: ~Copyable {
  /// The most messages in a round.
  public static let capacity = 64
  /// The most datagrams in one message: what every kernel with UDP_SEGMENT takes.
  public static let segmentLimit = 64
  /// The most bytes in one message: 65,535 − 40 − 8, which fits both families.
  public static let byteLimit = 65_487
  /// How long a full socket buffer is waited for, once a round.
  private static let patience: CInt = 50

  private var messages: Region<OutgoingDatagrams>
  private var slots: DatagramSlots
  /// The message each slot belongs to.
  private var owners: Region<Int>
  /// Messages in the round.
  public private(set) var count = 0
  private var mayWait = true

  /// A sender without messages.
  public init() throws(SystemError) {
    let messages = try Region<OutgoingDatagrams>.system(count: Self.capacity)
    let slots = try DatagramSlots(capacity: Self.capacity)
    let owners = try Region<Int>.system(count: Self.capacity)
    self.messages = messages
    self.slots = slots
    self.owners = owners
  }

  /// Takes a message into the round and returns its number; the bytes must stay until the flush.
  @discardableResult
  public mutating func append(_ datagrams: OutgoingDatagrams) -> Int {
    precondition(count < Self.capacity && datagrams.length <= Self.byteLimit)
    precondition(datagrams.count <= Self.segmentLimit)
    messages.initialize(count, to: datagrams)
    count += 1
    return count - 1
  }

  /// Whether the round takes no more.
  public var isFull: Bool { count == Self.capacity }

  /// Sends the round, whose bytes lie in `memory`, in order, and begins another.
  public mutating func flush(_ memory: borrowing PacketMemory, to sockets: UDPSockets) -> SendResult {
    var result = SendResult()
    guard count > 0 else { return result }
    mayWait = true
    for family in [IPAddress.Family.v4, .v6] {
      var used = 0
      for index in 0..<count where messages[index].path.remote.address.family == family {
        put(messages[index], of: index, memory, sockets, family, &used, &result)
      }
      send(&used, memory, sockets, family, &result)
    }
    count = 0
    return result
  }

  /// Puts a message into slots: one where the kernel cuts it up, one for each datagram otherwise.
  private mutating func put(
    _ message: OutgoingDatagrams, of index: Int, _ memory: borrowing PacketMemory, _ sockets: UDPSockets,
    _ family: IPAddress.Family, _ used: inout Int, _ result: inout SendResult
  ) {
    let step = sockets.usesSegmentation ? message.length : message.segmentSize
    var offset = 0
    while offset < message.length {
      if used == slots.capacity { send(&used, memory, sockets, family, &result) }
      var part = message
      part.offset += offset
      part.length = min(step, message.length - offset)
      slots.set(used, to: part, in: memory)
      owners.initialize(used, to: index)
      used += 1
      offset += step
    }
  }

  /// Sends the first `used` slots.
  private mutating func send(
    _ used: inout Int, _ memory: borrowing PacketMemory, _ sockets: UDPSockets, _ family: IPAddress.Family,
    _ result: inout SendResult
  ) {
    let socket = family == .v6 ? sockets.v6.number : sockets.v4.number
    var next = 0
    while next < used {
      let sent = slots.send(to: socket, ipv6: family == .v6, from: next, to: used)
      result.calls += 1
      if sent > 0 {
        for slot in next..<(next + Int(sent)) { result.sent += datagrams(in: slot) }
        next += Int(sent)
      } else if !retries(next, after: -sent, socket, &result) {
        recover(next, after: -sent, memory, sockets, socket, family, &result)
        next += 1
      }
    }
    used = 0
  }

  private func datagrams(in slot: Int) -> Int {
    let segment = slots.segmentSize(slot)
    return segment == 0 ? 1 : (slots.length(slot) + segment - 1) / segment
  }

  /// Whether the slot should be sent again as it is, or without its source.
  private mutating func retries(_ slot: Int, after number: CInt, _ socket: CInt, _ result: inout SendResult) -> Bool {
    switch number {
    case EINTR:
      return true
    case EAGAIN:
      guard mayWait else { return false }
      mayWait = false
      return linux_wait_writable(socket, Self.patience) > 0
    case EINVAL, ENODEV, ENXIO, EADDRNOTAVAIL, ENETUNREACH, EHOSTUNREACH:
      // The address left the machine, or the route the interface.
      guard slots.forgetSource(slot) else { return false }
      result.staleSources |= 1 << UInt64(owners[slot])
      return true
    default:
      return false
    }
  }

  /// Sends the datagrams of a slot one by one when it was their being many that the kernel refused.
  private mutating func recover(
    _ slot: Int, after number: CInt, _ memory: borrowing PacketMemory, _ sockets: UDPSockets, _ socket: CInt,
    _ family: IPAddress.Family, _ result: inout SendResult
  ) {
    let isMany = slots.segmentSize(slot) != 0
    guard isMany && [EIO, EINVAL, EMSGSIZE].contains(number) else {
      result.lost += datagrams(in: slot)
      return
    }
    // EINVAL and EMSGSIZE: a datagram does not fit the route's MTU, and only one by one may they be fragmented.
    if number == EIO { sockets.endSegmentation() }
    let message = messages[owners[slot]]
    var part = message
    if result.staleSources & (1 << UInt64(owners[slot])) != 0 { part.path = message.path.withoutSource }
    part.length = min(message.segmentSize, message.length)
    while part.offset < message.offset + message.length {
      part.length = min(message.segmentSize, message.offset + message.length - part.offset)
      slots.set(slot, to: part, in: memory)
      let sent = slots.send(to: socket, ipv6: family == .v6, from: slot, to: slot + 1)
      result.calls += 1
      if sent > 0 { result.sent += 1 } else { result.lost += 1 }
      part.offset += part.length
    }
  }
}
