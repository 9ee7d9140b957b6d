internal import Octets

/// The ones'-complement sum of RFC 1071, as it grows.
///
/// Words are summed as the machine loads them, which gives the right sum with its bytes in the machine's order
/// (RFC 1071 §2(B)); only numbers have to be turned round. Every part added starts at an even offset of what is summed.
public struct InternetChecksum: BitwiseCopyable, Sendable {
  private var sum: UInt64 = 0

  /// The sum of nothing.
  public init() {}

  /// The sum of the part of a checksum that a header already holds.
  public init(partial: UInt16) { add(partial) }

  /// Adds a number, as two bytes in network order.
  public mutating func add(_ number: UInt16) { sum &+= UInt64(number.bigEndian) }

  /// Adds a number below 2^32 as the sum of its halves.
  public mutating func add(number: Int) {
    add(UInt16(truncatingIfNeeded: number))
    add(UInt16(truncatingIfNeeded: number &>> 16))
  }

  /// Takes a number out again that was added before.
  public mutating func remove(_ number: UInt16) { add(~number) }

  /// Adds the `count` bytes at `offset`, which must lie inside; a missing last one counts as zero.
  public mutating func add(_ bytes: RawSpan, at offset: Int, count: Int) {
    precondition(offset >= 0 && count >= 0 && offset <= bytes.byteCount - count)
    // SAFETY: the range was checked.
    sum &+= unsafe bytes.withUnsafeBytes { view in
      guard let base = view.baseAddress else { return 0 }
      return unsafe Self.sum(base + offset, count: count)
    }
  }

  /// Copies `count` bytes from one packet to another and adds them, in one pass; traps when they do not fit.
  @_lifetime(target: copy target)
  public mutating func add(
    copying source: RawSpan, at offset: Int, count: Int, into target: inout MutableRawSpan, at place: Int
  ) {
    precondition(offset >= 0 && count >= 0 && offset <= source.byteCount - count)
    precondition(place >= 0 && place <= target.byteCount - count)
    // SAFETY: both ranges were checked; the target is exclusive, so they do not overlap.
    sum &+= unsafe target.withUnsafeMutableBytes { to in
      unsafe source.withUnsafeBytes { from in
        guard let from = from.baseAddress, let to = to.baseAddress else { return 0 }
        return unsafe Self.sum(from + offset, copyingTo: to + place, count: count)
      }
    }
  }

  /// The sum folded to 16 bits, as a number: what a pseudo-header alone puts into the checksum field.
  public var folded: UInt16 {
    var rest = sum
    while rest > 0xffff { rest = (rest & 0xffff) &+ (rest &>> 16) }
    return UInt16(truncatingIfNeeded: rest).bigEndian
  }

  /// The checksum: the complement of the folded sum.
  public var checksum: UInt16 { ~folded }

  /// The checksum with 0 written as its equal 0xffff: in UDP, 0 says that there is none (RFC 768).
  public var nonZeroChecksum: UInt16 {
    let value = checksum
    return value == 0 ? 0xffff : value
  }

  /// Whether bytes that contain their own checksum are as they were sent.
  public var isIntact: Bool { folded == 0xffff }
}

extension InternetChecksum {
  private typealias Words = SIMD4<UInt64>
  private static let stride = MemoryLayout<Words>.size

  /// The sum of `count` readable bytes, below 2^32 · (count / 8 + 4).
  private static func sum(_ bytes: UnsafeRawPointer, count: Int) -> UInt64 {
    var low = Words(repeating: 0)
    var high = Words(repeating: 0)
    var offset = 0
    while offset &+ stride <= count {
      let words = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: Words.self)
      low &+= words & Words(repeating: 0xffff_ffff)
      high &+= words &>> Words(repeating: 32)
      offset &+= stride
    }
    return unsafe (low &+ high).wrappedSum() &+ tail(bytes + offset, count: count &- offset)
  }

  /// The same, with the bytes copied on the way.
  private static func sum(
    _ bytes: UnsafeRawPointer, copyingTo target: UnsafeMutableRawPointer, count: Int
  ) -> UInt64 {
    var low = Words(repeating: 0)
    var high = Words(repeating: 0)
    var offset = 0
    while offset &+ stride <= count {
      let words = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: Words.self)
      unsafe target.storeBytes(of: words, toByteOffset: offset, as: Words.self)
      low &+= words & Words(repeating: 0xffff_ffff)
      high &+= words &>> Words(repeating: 32)
      offset &+= stride
    }
    unsafe (target + offset).copyMemory(from: bytes + offset, byteCount: count &- offset)
    return unsafe (low &+ high).wrappedSum() &+ tail(bytes + offset, count: count &- offset)
  }

  /// The sum of fewer bytes than a stride.
  private static func tail(_ bytes: UnsafeRawPointer, count: Int) -> UInt64 {
    var sum: UInt64 = 0
    var offset = 0
    while offset &+ 4 <= count {
      sum &+= unsafe UInt64(bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
      offset &+= 4
    }
    if offset &+ 2 <= count {
      sum &+= unsafe UInt64(bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
      offset &+= 2
    }
    if offset < count {
      sum &+= unsafe UInt64(UInt16(littleEndian: UInt16(bytes.load(fromByteOffset: offset, as: UInt8.self))))
    }
    return sum
  }
}
