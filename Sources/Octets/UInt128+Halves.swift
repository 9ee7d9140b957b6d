// On 32-bit processors the conversions and mixed shifts of UInt128 go through arrays of words, which need a heap. These
// spell the same with its two halves.

extension UInt128 {
  /// The number with these halves.
  @inlinable @inline(__always)
  public init(high: UInt64 = 0, low: UInt64) {
    self.init(_low: low, _high: high)
  }
}
