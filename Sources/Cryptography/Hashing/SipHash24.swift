public import Octets

/// SipHash-2-4: a 64-bit hash under a secret 128-bit key, for tables whose keys strangers choose.
public struct SipHash24: BitwiseCopyable, Sendable {
  private let key0: UInt64
  private let key1: UInt64

  /// A hash function under `key`, which must be random and secret.
  public init(key: Octets16) {
    key0 = key.bytes.littleEndian64(at: 0)
    key1 = key.bytes.littleEndian64(at: 8)
  }

  /// The hash of the 8 bytes of `a`, little-endian.
  public func hash(_ a: UInt64) -> UInt64 {
    var state = SipState(key0, key1)
    state.absorb(a)
    return state.finish(lengthAndTail: 8 &<< 56)
  }

  /// The hash of the 16 bytes of `a` and `b`, little-endian.
  public func hash(_ a: UInt64, _ b: UInt64) -> UInt64 {
    var state = SipState(key0, key1)
    state.absorb(a)
    state.absorb(b)
    return state.finish(lengthAndTail: 16 &<< 56)
  }

  /// The hash of the 24 bytes of `a`, `b` and `c`, little-endian.
  public func hash(_ a: UInt64, _ b: UInt64, _ c: UInt64) -> UInt64 {
    var state = SipState(key0, key1)
    state.absorb(a)
    state.absorb(b)
    state.absorb(c)
    return state.finish(lengthAndTail: 24 &<< 56)
  }

  /// The hash of the 32 bytes of `a`, `b`, `c` and `d`, little-endian.
  public func hash(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) -> UInt64 {
    var state = SipState(key0, key1)
    state.absorb(a)
    state.absorb(b)
    state.absorb(c)
    state.absorb(d)
    return state.finish(lengthAndTail: 32 &<< 56)
  }

  /// The hash of `bytes`.
  public func hash(_ bytes: RawSpan) -> UInt64 {
    var state = SipState(key0, key1)
    var offset = 0
    while offset &+ 8 <= bytes.byteCount {
      state.absorb(bytes.littleEndian64(at: offset))
      offset &+= 8
    }
    var tail = UInt64(truncatingIfNeeded: bytes.byteCount) &<< 56
    var shift: UInt64 = 0
    while offset < bytes.byteCount {
      tail |= UInt64(bytes.octet(at: offset)) &<< shift
      offset &+= 1
      shift &+= 8
    }
    return state.finish(lengthAndTail: tail)
  }

  /// Overwrites the key with zeros in place.
  public mutating func wipe() {
    secureWipe(&self)
  }
}

/// The four words of SipHash in progress.
private struct SipState {
  var v0, v1, v2, v3: UInt64

  init(_ key0: UInt64, _ key1: UInt64) {
    v0 = key0 ^ 0x736f_6d65_7073_6575
    v1 = key1 ^ 0x646f_7261_6e64_6f6d
    v2 = key0 ^ 0x6c79_6765_6e65_7261
    v3 = key1 ^ 0x7465_6462_7974_6573
  }

  mutating func absorb(_ word: UInt64) {
    v3 ^= word
    round()
    round()
    v0 ^= word
  }

  /// `lengthAndTail`: the last 0 … 7 bytes, and the length modulo 256 in the top byte.
  mutating func finish(lengthAndTail: UInt64) -> UInt64 {
    absorb(lengthAndTail)
    v2 ^= 0xff
    for _ in 0..<4 { round() }
    return v0 ^ v1 ^ v2 ^ v3
  }

  private mutating func round() {
    v0 = v0 &+ v1
    v1 = rotatedLeft(v1, 13) ^ v0
    v0 = rotatedLeft(v0, 32)
    v2 = v2 &+ v3
    v3 = rotatedLeft(v3, 16) ^ v2
    v0 = v0 &+ v3
    v3 = rotatedLeft(v3, 21) ^ v0
    v2 = v2 &+ v1
    v1 = rotatedLeft(v1, 17) ^ v2
    v2 = rotatedLeft(v2, 32)
  }
}

@inline(__always)
private func rotatedLeft(_ word: UInt64, _ count: UInt64) -> UInt64 {
  word &<< count | word &>> (64 &- count)
}
