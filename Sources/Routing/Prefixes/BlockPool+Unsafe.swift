import Containers

/// A unit of block memory.
struct TrieUnit: BitwiseCopyable {
  var words = InlineArray<4, UInt64>(repeating: 0)
}

/// Blocks for nodes in five sizes, each with its list of free ones.
///
/// A block holds 3, 11, 27, 59 or 131 entries in 32, 64, 128, 256 or 544 bytes: all sizes but the last keep within
/// cache lines of 64 bytes as far as they can. A freed block is reused for its size only.
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

  /// Makes sure that the next `take` of this size cannot fail.
  mutating func reserve(_ sizeClass: Int) throws(StorageError) {
    guard firstFree[sizeClass] == .max else { return }
    let end = start(of: sizeClass) + Self.unitCount(sizeClass)
    guard SegmentedArray<TrieUnit>.position(of: end) <= TrieEntry.maximumNumber else { throw .exhausted }
    try units.reserve(count: end)
  }

  /// A block for a node of `depth` with nothing in it; needs `reserve` first.
  mutating func take(_ sizeClass: Int, depth: Int) -> Int {
    var number = Int(firstFree[sizeClass])
    if firstFree[sizeClass] != .max {
      firstFree[sizeClass] = node(number)[0].bits
    } else {
      discard(upTo: start(of: sizeClass))
      number = appendUnits(Self.unitCount(sizeClass))
    }
    node(number).clear(depth: depth, sizeClass: sizeClass)
    return number
  }

  /// Frees block `number`.
  mutating func free(_ number: Int) {
    let freed = node(number)
    let sizeClass = freed.sizeClass
    freed[0] = TrieEntry(bits: firstFree[sizeClass])
    firstFree[sizeClass] = UInt32(truncatingIfNeeded: number)
  }

  /// Where the next block of this size begins that is not a reused one: blocks do not straddle segments.
  private func start(of sizeClass: Int) -> Int {
    let room = SegmentedArray<TrieUnit>.contiguousCount(from: units.count)
    return room >= Self.unitCount(sizeClass) ? units.count : units.count + room
  }

  /// Makes free blocks of the units up to `end`, the rest of a segment.
  private mutating func discard(upTo end: Int) {
    while units.count < end {
      var sizeClass = Self.sizeClassCount - 1
      while Self.unitCount(sizeClass) > end - units.count { sizeClass -= 1 }
      let number = appendUnits(Self.unitCount(sizeClass))
      node(number).clear(depth: 0, sizeClass: sizeClass)
      free(number)
    }
  }

  /// Appends units that lie side by side, and returns the number of the block they make.
  private mutating func appendUnits(_ count: Int) -> Int {
    let number = SegmentedArray<TrieUnit>.position(of: units.count)
    for _ in 0..<count { units.append(TrieUnit()) }
    return number
  }
}
