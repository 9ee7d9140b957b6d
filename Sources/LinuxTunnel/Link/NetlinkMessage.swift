internal import Octets

/// The part of route netlink that tells of interfaces: message layouts and numbers (linux/netlink.h,
/// linux/rtnetlink.h, linux/if_link.h, linux/net_namespace.h). Fields are in the machine's byte order.
enum Netlink {
  static let error: UInt16 = 2
  static let newLink: UInt16 = 16
  static let deletedLink: UInt16 = 17
  static let getLink: UInt16 = 18
  static let newRoute: UInt16 = 24
  static let deletedRoute: UInt16 = 25
  static let newSpaceNumber: UInt16 = 88
  static let getSpaceNumber: UInt16 = 90

  static let request: UInt16 = 1

  static let headerByteCount = 16
  /// `struct ifinfomsg`.
  static let linkByteCount = 16
  /// `struct rtgenmsg`, padded.
  static let familyByteCount = 4

  static let attributeName: UInt16 = 3
  static let attributeMTU: UInt16 = 4
  static let attributeTargetSpace: UInt16 = 46
  static let attributeSpaceNumber: UInt16 = 1
  static let attributeSpaceDescriptor: UInt16 = 3

  static let flagRunning: UInt32 = 0x40

  static func padded(_ count: Int) -> Int { (count + 3) & ~3 }
}

/// A request being written.
struct NetlinkRequest {
  private(set) var bytes: [UInt8]

  /// A request of `type` with a fixed part of zeros behind its header.
  init(_ type: UInt16, sequence: UInt32, fixedByteCount: Int) {
    bytes = Self.native(UInt32(0)) + Self.native(type) + Self.native(Netlink.request)
    bytes += Self.native(sequence) + Self.native(UInt32(0))
    bytes += [UInt8](repeating: 0, count: fixedByteCount)
    setLength()
  }

  /// Sets the interface index in the fixed part of a link request.
  mutating func setIndex(_ index: UInt32) {
    let place = Netlink.headerByteCount + 4
    bytes.replaceSubrange(place..<(place + 4), with: Self.native(index))
  }

  mutating func append(_ attribute: UInt16, _ value: UInt32) { append(attribute, Self.native(value)) }

  mutating func append(_ attribute: UInt16, _ value: [UInt8]) {
    bytes += Self.native(UInt16(4 + value.count)) + Self.native(attribute) + value
    bytes += [UInt8](repeating: 0, count: Netlink.padded(value.count) - value.count)
    setLength()
  }

  private mutating func setLength() { bytes.replaceSubrange(0..<4, with: Self.native(UInt32(bytes.count))) }

  private static func native<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    let little = number.littleEndian == number
    return (0..<(Number.bitWidth / 8)).map { index in
      UInt8(truncatingIfNeeded: number >> Number((little ? index : Number.bitWidth / 8 - 1 - index) * 8))
    }
  }
}

/// One message of a datagram that was received.
struct NetlinkMessage {
  let type: UInt16
  let sequence: UInt32
  /// Where its fixed part starts.
  let start: Int
  /// Where it ends.
  let end: Int
  /// Where the next one starts.
  let next: Int

  /// The message at `offset`; nil when there is no whole one.
  init?(_ bytes: RawSpan, at offset: Int) {
    guard bytes.byteCount - offset >= Netlink.headerByteCount else { return nil }
    let length = Int(bytes.native32(at: offset))
    guard length >= Netlink.headerByteCount, length <= bytes.byteCount - offset else { return nil }
    type = bytes.native16(at: offset + 4)
    sequence = bytes.native32(at: offset + 8)
    start = offset + Netlink.headerByteCount
    end = offset + length
    next = offset + Netlink.padded(length)
  }

  /// The bytes of the first attribute of this kind behind a fixed part of `fixedByteCount` bytes.
  func attribute(_ kind: UInt16, in bytes: RawSpan, fixedByteCount: Int) -> Range<Int>? {
    var place = start + fixedByteCount
    while end - place >= 4 {
      let length = Int(bytes.native16(at: place))
      guard length >= 4, length <= end - place else { return nil }
      // The two high bits are flags.
      if bytes.native16(at: place + 2) & 0x3fff == kind { return place + 4..<place + length }
      place += Netlink.padded(length)
    }
    return nil
  }
}

extension RawSpan {
  /// A 16-bit field in the machine's byte order.
  func native16(at offset: Int) -> UInt16 { bigEndian16(at: offset).bigEndian }

  /// A 32-bit field in the machine's byte order.
  func native32(at offset: Int) -> UInt32 { littleEndian32(at: offset).littleEndian }
}
