internal import Glibc
internal import Octets
internal import Tunnel

/// Packets that wait for a session, each in a block of its own, at most `byteLimit` bytes together.
///
/// A packet's token is its address, which only this type makes and takes back; the machine keeps their order.
@safe
struct ParkedPackets: ~Copyable {
  /// Bounds the memory of packets that wait: 8,192 of 1,420 bytes would be less.
  static let byteLimit = 16 << 20
  /// Room in front of a packet for its length.
  private static let prefix = 16
  private(set) var byteCount = 0

  /// Copies the packet; nil when there is no room.
  mutating func park(_ packet: RawSpan) -> StagedPacket? {
    guard byteCount + packet.byteCount <= Self.byteLimit else { return nil }
    // SAFETY: the block holds the prefix and the packet; its address leaves only as the token.
    guard let block = unsafe malloc(Self.prefix + packet.byteCount) else { return nil }
    unsafe block.storeBytes(of: packet.byteCount, as: Int.self)
    unsafe packet.withUnsafeBytes { bytes in
      unsafe UnsafeMutableRawBufferPointer(start: block + Self.prefix, count: bytes.count).copyMemory(from: bytes)
    }
    byteCount += packet.byteCount
    return StagedPacket(token: UInt64(UInt(bitPattern: block)), length: UInt32(packet.byteCount))
  }

  /// Copies the packet of `token` to `frame` at `offset`, frees it and returns its length.
  @_lifetime(frame: copy frame)
  mutating func unpark(_ token: UInt64, into frame: inout MutableRawSpan, at offset: Int) -> Int {
    // SAFETY: the token came from `park` and has not been taken back: the machine returns each exactly once.
    guard let block = unsafe UnsafeMutableRawPointer(bitPattern: UInt(token)) else { return 0 }
    let length = unsafe block.load(as: Int.self)
    frame.store(unsafe RawSpan(_unsafeStart: block + Self.prefix, byteCount: length), at: offset)
    unsafe free(block)
    byteCount -= length
    return length
  }

  /// Frees the packet of `token`.
  mutating func release(_ token: UInt64) {
    // SAFETY: as in `unpark`.
    guard let block = unsafe UnsafeMutableRawPointer(bitPattern: UInt(token)) else { return }
    byteCount -= unsafe block.load(as: Int.self)
    unsafe free(block)
  }
}
