extension [UInt8] {
  /// The little-endian number of `count` bytes at `place`, which lies inside.
  func number(at place: Int, count: Int) -> UInt64 {
    var value: UInt64 = 0
    for i in (0..<count).reversed() { value = value << 8 | UInt64(self[place + i]) }
    return value
  }

  /// Writes a little-endian number of `count` bytes.
  mutating func write(_ value: UInt64, at place: Int, count: Int) {
    for i in 0..<count { self[place + i] = UInt8(truncatingIfNeeded: value >> UInt64(8 * i)) }
  }
}
