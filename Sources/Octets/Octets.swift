/// Bytes and the values made of them: fixed-size octet strings, network addresses, little-endian fields, text lines.
///
/// This module checks bounds (a field outside its span traps) and compares secrets in constant time. It does not know
/// what any byte means, and it does not decide which bytes are secret: the caller wipes what it must.
public enum Octets {}

/// A string of exactly `count` bytes, stored in place.
///
/// Equality is constant time in the contents, so keys, tags and digests may be compared with `==`.
@frozen
public struct FixedOctets<let count: Int>: BitwiseCopyable, Sendable {
  /// The bytes, in wire order.
  public var storage: InlineArray<count, UInt8>

  /// `count` zero bytes.
  @inlinable
  public init() {
    storage = InlineArray(repeating: 0)
  }

  /// `count` bytes of the value `byte`.
  @inlinable
  public init(repeating byte: UInt8) {
    storage = InlineArray(repeating: byte)
  }

  /// Copies the `count` bytes that start at `offset` in `bytes`; traps when they are not all there.
  @inlinable
  public init(_ bytes: RawSpan, at offset: Int = 0) {
    storage = InlineArray(repeating: 0)
    for i in 0..<count { storage[i] = bytes.octet(at: offset + i) }
  }

  /// The byte at `index`.
  @inlinable
  public subscript(_ index: Int) -> UInt8 {
    get { storage[index] }
    set { storage[index] = newValue }
  }

  /// Whether every byte is zero, in time that does not depend on the bytes.
  @inlinable
  public var isZero: Bool {
    var difference: UInt8 = 0
    for i in 0..<count { difference |= storage[i] }
    return difference == 0
  }

  /// Overwrites the bytes with zeros; the stores are never optimised away. Copies made by moves are not reached.
  @inlinable
  public mutating func wipe() {
    secureWipe(&self)
  }
}

extension FixedOctets: Equatable {
  /// Constant-time comparison.
  @inlinable
  public static func == (left: Self, right: Self) -> Bool {
    var difference: UInt8 = 0
    for i in 0..<count { difference |= left.storage[i] ^ right.storage[i] }
    return difference == 0
  }
}

extension FixedOctets {
  /// Lexicographic order, as `memcmp` gives it. Not constant time: for public values such as timestamps.
  @inlinable
  public func precedes(_ other: Self) -> Bool {
    for i in 0..<count where storage[i] != other.storage[i] { return storage[i] < other.storage[i] }
    return false
  }
}

/// A 32-byte value: X25519 keys and results, BLAKE2s digests, symmetric keys.
public typealias Octets32 = FixedOctets<32>
/// A 16-byte value: MACs, tags, cookies.
public typealias Octets16 = FixedOctets<16>
