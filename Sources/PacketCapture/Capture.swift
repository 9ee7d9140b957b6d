/// A packet, as it was seen on an interface.
public struct CapturedPacket: Sendable {
  /// Nanoseconds since 1970.
  public var nanoseconds: UInt64
  /// Its bytes from the IP header on, as many as are kept.
  public var bytes: [UInt8]
  /// How many it had, at least as many as are kept.
  public var length: UInt32
  /// Whether this machine sent it.
  public var isOutgoing: Bool

  /// A packet.
  public init(nanoseconds: UInt64, bytes: [UInt8], length: UInt32, isOutgoing: Bool) {
    self.nanoseconds = nanoseconds
    self.bytes = bytes
    self.length = length
    self.isOutgoing = isOutgoing
  }
}

/// Packets on their way into a file: what to write for each of them, until a bound is reached.
public struct Capture: Sendable {
  /// How much there may be.
  public struct Bounds: Sendable {
    /// Packets; at least 1.
    public var packets: UInt64
    /// Bytes of the file.
    public var bytes: UInt64
    /// Bytes kept of each packet; at least 1.
    public var longest: UInt32

    /// Bounds.
    public init(packets: UInt64, bytes: UInt64, longest: UInt32) {
      self.packets = packets
      self.bytes = bytes
      self.longest = longest
    }
  }

  /// A bound that was reached.
  public enum End: String, Sendable {
    /// There are as many packets as were asked for.
    case packets
    /// The file is as long as it may be.
    case bytes
  }

  /// What is said of an interface at the end.
  private struct Tally {
    let number: UInt32
    var first: UInt64
    var last: UInt64
    var count: UInt64 = 0
  }

  private let bounds: Bounds
  private var interfaces: [String: Tally] = [:]
  /// Packets so far.
  public private(set) var packets: UInt64 = 0
  /// Bytes of the file so far.
  public private(set) var bytes: UInt64 = 0
  /// The bound that was reached.
  public private(set) var end: End?

  /// No packet yet.
  public init(_ bounds: Bounds) { self.bounds = bounds }

  /// What a file begins with, also one without packets.
  public mutating func begin(program: String, comment: String) -> [UInt8] {
    note(CaptureBlock.section(program: program, comment: comment))
  }

  /// What to write for a packet that was seen on the interface `name`, which `description` says more about; nothing, and
  /// `end` says why, when a bound is reached.
  public mutating func add(_ packet: CapturedPacket, on name: String, _ description: String) -> [UInt8] {
    guard end == nil else { return [] }
    var packet = packet
    if packet.bytes.count > Int(bounds.longest) { packet.bytes.removeSubrange(Int(bounds.longest)...) }
    let key = "\(description)\n\(name)"
    var blocks: [UInt8] = []
    var tally = interfaces[key]
    var reserve = UInt64(interfaces.count * CaptureBlock.statisticsLength)
    if tally == nil {
      blocks = CaptureBlock.interface(name: name, description: description, longest: bounds.longest)
      tally = Tally(number: UInt32(interfaces.count), first: packet.nanoseconds, last: packet.nanoseconds)
      reserve += UInt64(CaptureBlock.statisticsLength)
    }
    guard var tally else { return [] }
    blocks += CaptureBlock.packet(packet, interface: tally.number)
    guard bytes + UInt64(blocks.count) + reserve <= bounds.bytes else {
      end = .bytes
      return []
    }
    tally.count += 1
    tally.last = max(tally.last, packet.nanoseconds)
    interfaces[key] = tally
    packets += 1
    if packets >= bounds.packets { end = .packets }
    return note(blocks)
  }

  /// What a file ends with. One in which no packet is names the interface `name` nevertheless: there are readers that take
  /// none without an interface.
  public mutating func finish(empty name: String, _ description: String) -> [UInt8] {
    if interfaces.isEmpty {
      return note(CaptureBlock.interface(name: name, description: description, longest: bounds.longest))
    }
    let tallies = interfaces.values.sorted { $0.number < $1.number }
    let blocks = tallies.flatMap {
      CaptureBlock.statistics(interface: $0.number, from: $0.first, to: $0.last, packets: $0.count)
    }
    return note(blocks)
  }

  private mutating func note(_ blocks: [UInt8]) -> [UInt8] {
    bytes += UInt64(blocks.count)
    return blocks
  }
}
