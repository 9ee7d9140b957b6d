internal import COctets

// On 32-bit processors the conversions and mixed shifts of UInt128 go through arrays of words, whose time and storage
// nobody wants here. These spell the same with its two halves.

/// The number as 128 bits.
@inline(__always)
func wide(_ word: UInt64) -> UInt128 {
  UInt128(_low: word, _high: 0)
}

/// The full 128-bit product.
@inline(__always)
func product(_ x: UInt64, _ y: UInt64) -> UInt128 {
  wide(x) &* wide(y)
}

/// All ones for 1, zero for 0, in a way the optimiser cannot turn back into a branch.
@inline(__always)
func allOnes(if bit: UInt64) -> UInt64 {
  octets_opaque(0 &- bit)
}
