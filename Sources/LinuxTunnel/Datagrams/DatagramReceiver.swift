internal import Glibc
public import Octets

/// One message of a receive batch: a datagram, or several of one flow in a row.
public struct ReceivedDatagrams: Sendable {
  /// Where the first starts in the receiver's memory.
  public let offset: Int
  /// The bytes of all of them.
  public let length: Int
  /// The size of each but the last.
  public let segmentSize: Int
  /// Where they came from, and the local address and interface they arrived on.
  public let path: Path
  /// The DS field of the outer packets.
  public let trafficClass: UInt8

  /// The number of datagrams; at least 1.
  public var count: Int { (length + segmentSize - 1) / segmentSize }
}

/// Receives datagrams in batches into memory of its own, where they are worked on in place.
///
/// Belongs to one thread. The next batch overwrites the last.
public struct DatagramReceiver: ~Copyable {
  /// The most messages in a batch.
  public static let capacity = 64
  /// Messages in a batch while few come at a time: a place that stays empty costs something too.
  private static let fewCapacity = 16
  /// Messages in a batch when they are long: together they should stay in the cache until they have been written.
  private static let longCapacity = 8
  /// A message is long when it has more bytes than this.
  private static let longMessage = 8192
  /// Room for one message: the longest there can be.
  static let slotByteCount = 65_536
  /// The datagrams; a batch's messages say where they lie.
  public var memory: PacketMemory
  private var slots: DatagramSlots
  private var isLong = false
  /// Messages asked for.
  private var asked = Self.fewCapacity
  /// Messages in the last batch.
  public private(set) var count = 0
  private var isIPv6 = false
  /// The last call found the end of what had arrived.
  private(set) var isDrained = false

  /// What a call to receive brought.
  public enum Outcome: Equatable, Sendable {
    /// So many messages, at least 1.
    case batch(Int)
    /// There is none at the moment.
    case nothing
    /// The socket is closed.
    case closed
    /// Something else went wrong, with this error number.
    case failure(CInt)
  }

  /// A receiver without messages.
  public init() throws(SystemError) {
    let memory = try PacketMemory(byteCount: Self.capacity * Self.slotByteCount)
    let slots = try DatagramSlots(capacity: Self.capacity)
    self.memory = memory
    self.slots = slots
  }

  /// Receives a batch from the socket of one family, without waiting.
  public mutating func receive(from sockets: UDPSockets, ipv6: Bool) -> Outcome {
    isIPv6 = ipv6
    count = 0
    asked = isLong ? Self.longCapacity : isDrained ? Self.fewCapacity : Self.capacity
    isDrained = true
    let result = slots.receive(
      from: ipv6 ? sockets.v6.number : sockets.v4.number, ipv6: ipv6, into: &memory, byteCount: Self.slotByteCount,
      count: asked)
    guard result > 0 else {
      switch -result {
      case 0, EAGAIN, EINTR: return .nothing
      case ENOTSOCK: return .closed
      default: return .failure(-result)
      }
    }
    count = Int(result)
    isDrained = count < asked
    isLong = false
    for index in 0..<count where slots.length(index) > Self.longMessage { isLong = true }
    return .batch(count)
  }

  /// Message `index` of the batch; nil when it is empty or was too long for its place.
  public func message(_ index: Int) -> ReceivedDatagrams? {
    precondition(index >= 0 && index < count)
    let length = slots.length(index)
    guard length > 0 && !slots.isTruncated(index) else { return nil }
    let segment = slots.segmentSize(index)
    return ReceivedDatagrams(
      offset: index * Self.slotByteCount, length: length, segmentSize: segment > 0 ? segment : length,
      path: slots.path(index, ipv6: isIPv6), trafficClass: slots.trafficClass(index))
  }
}
