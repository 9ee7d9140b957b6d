import Containers

/// A unit of block memory.
struct TrieUnit: BitwiseCopyable {
  var words = InlineArray<4, UInt64>(repeating: 0)
}

/// Blocks for nodes and buckets in five sizes, each with its list of free ones.
///
/// A block has 32, 64, 128, 256 or 544 bytes, as a node 3, 11, 27, 59 or 131 entries. All but those of 32 bytes begin
/// on a cache line of 64. A freed block is reused for its size only.
struct BlockPool: ~Copyable {
  private var units: SegmentedArray<TrieUnit>
  /// Block number of the first free block of each size; `UInt32.max` when there is none.
  private var firstFree = InlineArray<5, UInt32>(repeating: .max)

  init(storage: Storage) { units = SegmentedArray(storage: storage) }

  static var sizeClassCount: Int { 5 }

  /// Units of 32 bytes in a block of `sizeClass`.
  static func unitCount(_ sizeClass: Int) -> Int { sizeClass == 4 ? 17 : 1 &<< sizeClass }

  /// Entries that fit a block of `sizeClass`.
  static func capacity(_ sizeClass: Int) -> Int { (32 &* unitCount(sizeClass) &- TrieNode.headerByteCount) / 4 }

  /// The node in block `number`, which is in use. Numbers are positions of units.
  @inline(__always)
  func node(_ number: Int) -> TrieNode {
    // SAFETY: the number came from `take`: it is the position of a unit, and the block's units lie side by side.
    unsafe TrieNode(base: UnsafeMutableRawPointer(units.address(at: number)))
  }

  /// The bucket in block `number`, which is in use and of `sizeClass`.
  @inline(__always)
  func bucket(_ number: Int, _ sizeClass: Int) -> PrefixBucket {
    // SAFETY: as for nodes; the class says how many units the block has.
    unsafe PrefixBucket(base: UnsafeMutableRawPointer(units.address(at: number)), sizeClass: sizeClass)
  }

  /// Makes sure that the next `take` of this size cannot fail.
  mutating func reserve(_ sizeClass: Int) throws(StorageError) {
    guard firstFree[sizeClass] == .max else { return }
    let end = start(of: sizeClass) + Self.unitCount(sizeClass)
    guard SegmentedArray<TrieUnit>.position(of: end) <= TrieEntry.maximumNumber else { throw .exhausted }
    try units.reserve(count: end)
  }

  /// A block with whatever was in it; needs `reserve` first.
  mutating func take(_ sizeClass: Int) -> Int {
    let number = Int(firstFree[sizeClass])
    if firstFree[sizeClass] != .max {
      firstFree[sizeClass] = node(number)[0].bits
      return number
    }
    discard(upTo: start(of: sizeClass))
    return appendUnits(Self.unitCount(sizeClass))
  }

  /// Frees block `number`, which is of `sizeClass`.
  mutating func free(_ number: Int, _ sizeClass: Int) {
    node(number)[0] = TrieEntry(bits: firstFree[sizeClass])
    firstFree[sizeClass] = UInt32(truncatingIfNeeded: number)
  }

  /// Where the next block of this size begins that is not a reused one: on a cache line, and not across segments.
  private func start(of sizeClass: Int) -> Int {
    let first = sizeClass == 0 ? units.count : (units.count + 1) & ~1
    let room = SegmentedArray<TrieUnit>.contiguousCount(from: first)
    return room >= Self.unitCount(sizeClass) ? first : first + room
  }

  /// Makes free blocks of the units up to `end`, the rest of a segment.
  private mutating func discard(upTo end: Int) {
    while units.count < end {
      var sizeClass = Self.sizeClassCount - 1
      if units.count & 1 == 1 { sizeClass = 0 }
      while Self.unitCount(sizeClass) > end - units.count { sizeClass -= 1 }
      free(appendUnits(Self.unitCount(sizeClass)), sizeClass)
    }
  }

  /// Appends units that lie side by side, and returns the number of the block they make.
  private mutating func appendUnits(_ count: Int) -> Int {
    let number = SegmentedArray<TrieUnit>.position(of: units.count)
    for _ in 0..<count { units.append(TrieUnit()) }
    return number
  }
}
