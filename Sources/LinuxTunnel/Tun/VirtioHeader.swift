internal import Octets

/// The header in front of every packet of a TUN device with offloads: what is unfinished about the packet
/// (virtio 1.2 §5.1.6, `struct virtio_net_hdr`, 10 bytes, little-endian).
struct VirtioHeader: BitwiseCopyable, Equatable {
  /// Its size on the wire.
  static let byteCount = 10

  /// What a super-packet is to be cut into.
  enum Segmentation: UInt8, BitwiseCopyable {
    case none = 0
    case tcp4 = 1
    case tcp6 = 4
    case udp = 5
  }

  /// The checksum is the pseudo-header's alone: the rest, from `checksumStart` on, is to be added.
  var needsChecksum = false
  var segmentation = Segmentation.none
  /// The first segment of a TCP super-packet, and only that, says "congestion window reduced".
  var hasWindowReduced = false
  /// The bytes of all headers, a hint.
  var headerLength: UInt16 = 0
  /// Payload bytes a segment; the last may have fewer.
  var segmentSize: UInt16 = 0
  /// Where the checksum begins: the transport header.
  var checksumStart: UInt16 = 0
  /// Where it is stored, counted from `checksumStart`.
  var checksumOffset: UInt16 = 0

  private static let needsChecksumFlag: UInt8 = 1
  private static let windowReducedFlag: UInt8 = 0x80

  /// The header of a packet that is finished.
  init() {}

  /// Reads a header; nil when it is cut short or asks for a segmentation nobody offered.
  init?(parsing bytes: RawSpan, at offset: Int) {
    guard offset >= 0 && bytes.byteCount - offset >= Self.byteCount else { return nil }
    let kind = bytes.octet(at: offset + 1)
    guard let segmentation = Segmentation(rawValue: kind & ~Self.windowReducedFlag) else { return nil }
    needsChecksum = bytes.octet(at: offset) & Self.needsChecksumFlag != 0
    hasWindowReduced = kind & Self.windowReducedFlag != 0
    self.segmentation = segmentation
    headerLength = bytes.bigEndian16(at: offset + 2).byteSwapped
    segmentSize = bytes.bigEndian16(at: offset + 4).byteSwapped
    checksumStart = bytes.bigEndian16(at: offset + 6).byteSwapped
    checksumOffset = bytes.bigEndian16(at: offset + 8).byteSwapped
  }

  /// Writes the header, which must fit, at `offset`.
  @_lifetime(bytes: copy bytes)
  func emit(into bytes: inout MutableRawSpan, at offset: Int) {
    bytes.store(needsChecksum ? Self.needsChecksumFlag : 0, at: offset)
    bytes.store(segmentation.rawValue | (hasWindowReduced ? Self.windowReducedFlag : 0), at: offset + 1)
    bytes.store(bigEndian16: headerLength.byteSwapped, at: offset + 2)
    bytes.store(bigEndian16: segmentSize.byteSwapped, at: offset + 4)
    bytes.store(bigEndian16: checksumStart.byteSwapped, at: offset + 6)
    bytes.store(bigEndian16: checksumOffset.byteSwapped, at: offset + 8)
  }
}
