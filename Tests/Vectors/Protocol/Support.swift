public import Octets

/// The bytes that `hex` spells, two digits each; traps on anything else.
public func octets(_ hex: String) -> [UInt8] {
  let digits = hex.utf8.map { UInt8(Character(UnicodeScalar($0)).hexDigitValue!) }
  precondition(digits.count % 2 == 0)
  return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

extension FixedOctets {
  /// These bytes; traps when there are not exactly `count`.
  public init(exactly bytes: [UInt8]) {
    precondition(bytes.count == count)
    self.init(bytes.rawSpan)
  }

  /// The bytes as an array.
  public var array: [UInt8] { (0..<count).map { self[$0] } }
}

extension Array where Element == UInt8 {
  /// A read-only view of the bytes.
  public var rawSpan: RawSpan {
    @_lifetime(borrow self) borrowing get {
      // SAFETY: every bit pattern of a UInt8 is initialised bytes.
      unsafe span.bytes
    }
  }

  /// Lends the bytes to `body` for reading.
  public func read<Result>(_ body: (RawSpan) -> Result) -> Result { body(rawSpan) }

  /// Lends the bytes to `body` for writing.
  public mutating func write<Result>(_ body: (inout MutableRawSpan) -> Result) -> Result {
    var span = mutableSpan
    // SAFETY: any bytes are an array of UInt8.
    var raw = unsafe span.mutableBytes
    return body(&raw)
  }
}

/// The X25519 points of small order and their unreduced spellings: agreement with each is zero for every private key.
public let lowOrderPoints: [[UInt8]] = [
  [UInt8](repeating: 0, count: 32),
  [1] + [UInt8](repeating: 0, count: 31),
  octets("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
  octets("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
  [0xec] + [UInt8](repeating: 0xff, count: 30) + [0x7f],
  [0xed] + [UInt8](repeating: 0xff, count: 30) + [0x7f],
  [0xee] + [UInt8](repeating: 0xff, count: 30) + [0x7f],
]

extension RandomNumberGenerator {
  /// `n` random bytes.
  public mutating func octets<let n: Int>(_: FixedOctets<n>.Type = FixedOctets<n>.self) -> FixedOctets<n> {
    var result = FixedOctets<n>()
    for i in 0..<n { result[i] = UInt8(truncatingIfNeeded: next()) }
    return result
  }
}
