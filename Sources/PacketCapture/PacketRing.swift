/// The last packets of a capture: what comes when there is no room takes the place of the oldest.
public struct PacketRing: Sendable {
  private struct Entry {
    var packet: CapturedPacket
    let name: String
    let description: String
  }

  private let bounds: Capture.Bounds
  private var entries: [Entry] = []
  /// The place of the oldest; what is before it is gone.
  private var oldest = 0
  /// Bytes that the packets take up in a file.
  private var packetBytes: UInt64 = 0
  /// Bytes that everything else takes up in it.
  private var otherBytes: UInt64 = 0
  private var interfaces: Set<String> = []
  /// Packets that others have taken the place of.
  public private(set) var dropped: UInt64 = 0

  /// How many packets there are.
  public var count: Int { entries.count - oldest }

  /// An empty ring, which holds what fits into a file of these bounds that begins with `head`.
  public init(_ bounds: Capture.Bounds, head: [UInt8]) {
    self.bounds = bounds
    otherBytes = UInt64(head.count)
  }

  /// Adds a packet that was seen on the interface `name`, which `description` says more about.
  public mutating func add(_ packet: CapturedPacket, on name: String, _ description: String) {
    var packet = packet
    if packet.bytes.count > Int(bounds.longest) { packet.bytes.removeSubrange(Int(bounds.longest)...) }
    if interfaces.insert("\(description)\n\(name)").inserted {
      let block = CaptureBlock.interface(name: name, description: description, longest: bounds.longest)
      otherBytes += UInt64(block.count + CaptureBlock.statisticsLength)
    }
    packetBytes += CaptureBlock.length(of: packet)
    entries.append(Entry(packet: packet, name: name, description: description))
    while count > 0 && (UInt64(count) > bounds.packets || otherBytes + packetBytes > bounds.bytes) { dropOldest() }
  }

  private mutating func dropOldest() {
    packetBytes -= CaptureBlock.length(of: entries[oldest].packet)
    entries[oldest].packet.bytes = []
    oldest += 1
    dropped += 1
    if oldest > entries.count / 2 {
      entries.removeFirst(oldest)
      oldest = 0
    }
  }

  /// Gives the packets to `take`, the oldest first.
  public func visit<Failure: Error>(
    _ take: (CapturedPacket, _ name: String, _ description: String) throws(Failure) -> Void
  ) throws(Failure) {
    for entry in entries[oldest...] { try take(entry.packet, entry.name, entry.description) }
  }
}
