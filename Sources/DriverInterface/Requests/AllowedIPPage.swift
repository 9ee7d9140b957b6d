internal import Containers
internal import ControlRecords
internal import Octets
internal import Routing
internal import Tunnel

/// Some allowed IPs of a peer as records, copied out of the lane.
struct AllowedIPPage {
  static var capacity: Int { 32 }

  private(set) var records = InlineArray<32, FixedOctets<24>>(repeating: FixedOctets())
  private(set) var count = 0
  /// Whether there may be a page behind this one.
  private(set) var hasMore = true
  private var last: AllowedIPs.Cursor?

  /// Goes on to the next page; an empty one when the peer is gone or its list has changed.
  mutating func turn(of peer: Handle, in machine: borrowing Machine) {
    count = 0
    var next = last.map { machine.allowedIP(after: $0) } ?? machine.firstAllowedIP(of: peer)
    while count < Self.capacity, let cursor = next, let prefix = machine.prefix(at: cursor) {
      records[count] = FixedOctets(prefix)
      count += 1
      last = cursor
      next = machine.allowedIP(after: cursor)
    }
    hasMore = next != nil
  }
}

extension FixedOctets<24> {
  /// The record of an allowed IP.
  init(_ prefix: Prefix) {
    self.init()
    withMutableBytes { bytes in
      let isVersion6 = prefix.address.family == .v6
      _ = prefix.address.store(into: &bytes, at: AllowedIPLayout.address)
      bytes.store(littleEndian16: isVersion6 ? SocketFamily.v6 : SocketFamily.v4, at: AllowedIPLayout.family)
      bytes.store(prefix.length, at: AllowedIPLayout.length)
    }
  }
}
