import Containers

/// What a slot or a prefix place of a node holds: the number of a record, or of a block with another node.
struct TrieEntry: BitwiseCopyable, Equatable {
  /// The number, with the top bit set for a node.
  let bits: UInt32

  /// Nothing.
  static var none: TrieEntry { TrieEntry(bits: .max) }
  /// The largest number a record or block can have.
  static var maximumNumber: Int { 0x7fff_fffe }

  init(bits: UInt32) { self.bits = bits }
  init(record number: Int) { bits = UInt32(truncatingIfNeeded: number) }
  init(block number: Int) { bits = UInt32(truncatingIfNeeded: number) | 0x8000_0000 }

  var isNode: Bool { bits & 0x8000_0000 != 0 }
  var number: Int { Int(bits & 0x7fff_ffff) }
}

/// A node of a trie in its block: six address bits from `depth` on.
///
/// It holds the prefixes that end within its six bits (`prefixes`, numbered 1 … 63 like a binary heap: the prefix of r
/// bits with value v has index 2^r + v) and what lies beyond them (`slots`, one for each value of the six bits). The
/// two bitmaps say which are there; `entries` holds those that are, the slots first, each in order of its bitmap.
///
/// A node is a view: it stays valid until its block is freed or moved.
@safe
struct TrieNode {
  // SAFETY: made only by `BlockPool` for a block in use; the pool never moves a block.
  private let base: UnsafeMutableRawPointer

  @unsafe
  init(base: UnsafeMutableRawPointer) { unsafe self.base = base }

  /// Bytes before the entries.
  static var headerByteCount: Int { 20 }

  // SAFETY (all accessors): the header lies inside the smallest block, which is aligned to 32 bytes.
  var slots: UInt64 {
    get { unsafe base.load(as: UInt64.self) }
    nonmutating set { unsafe base.storeBytes(of: newValue, as: UInt64.self) }
  }
  var prefixes: UInt64 {
    get { unsafe base.load(fromByteOffset: 8, as: UInt64.self) }
    nonmutating set { unsafe base.storeBytes(of: newValue, toByteOffset: 8, as: UInt64.self) }
  }
  /// Where the node's six bits begin: a multiple of six below the width of an address.
  var depth: Int {
    get { Int(unsafe base.load(fromByteOffset: 16, as: UInt8.self)) }
    nonmutating set {
      unsafe base.storeBytes(of: UInt8(truncatingIfNeeded: newValue), toByteOffset: 16, as: UInt8.self)
    }
  }
  /// The size class of the block.
  var sizeClass: Int {
    get { Int(unsafe base.load(fromByteOffset: 17, as: UInt8.self)) }
    nonmutating set {
      unsafe base.storeBytes(of: UInt8(truncatingIfNeeded: newValue), toByteOffset: 17, as: UInt8.self)
    }
  }
  /// The number of slots in use: the first of the entries.
  var slotCount: Int {
    get { Int(unsafe base.load(fromByteOffset: 18, as: UInt8.self)) }
    nonmutating set {
      unsafe base.storeBytes(of: UInt8(truncatingIfNeeded: newValue), toByteOffset: 18, as: UInt8.self)
    }
  }
  /// The number of entries in use.
  var entryCount: Int {
    get { Int(unsafe base.load(fromByteOffset: 19, as: UInt8.self)) }
    nonmutating set {
      unsafe base.storeBytes(of: UInt8(truncatingIfNeeded: newValue), toByteOffset: 19, as: UInt8.self)
    }
  }

  private var entries: UnsafeMutablePointer<UInt32> {
    // SAFETY: entries follow the header, aligned to 4 bytes.
    unsafe (base + Self.headerByteCount).assumingMemoryBound(to: UInt32.self)
  }

  /// The entry at `index`, which is below `entryCount`: a position the bitmaps gave.
  subscript(_ index: Int) -> TrieEntry {
    // SAFETY: the bitmaps have `entryCount` bits, and the pool gave a block with room for as many entries.
    get { TrieEntry(bits: unsafe entries[index]) }
    nonmutating set { unsafe entries[index] = newValue.bits }
  }

  /// Makes this an empty node.
  func clear(depth: Int, sizeClass: Int) {
    slots = 0
    prefixes = 0
    self.depth = depth
    self.sizeClass = sizeClass
    slotCount = 0
    entryCount = 0
  }

  /// Opens a gap for one entry at `index`; the block has room for it.
  func openGap(at index: Int) {
    // SAFETY: the caller made sure of the room; the moved entries are initialised.
    unsafe (entries + index + 1).update(from: entries + index, count: entryCount - index)
    entryCount += 1
  }

  /// Closes the place of the entry at `index`.
  func closeGap(at index: Int) {
    entryCount -= 1
    // SAFETY: the entries behind `index` are initialised.
    unsafe (entries + index).update(from: entries + index + 1, count: entryCount - index)
  }

  /// Takes over everything from `other` but its size class; the block has room for it.
  func copy(from other: TrieNode) {
    let own = sizeClass
    // SAFETY: different blocks, both with room for the entries of `other`.
    unsafe base.copyMemory(from: other.base, byteCount: Self.headerByteCount + 4 * other.entryCount)
    sizeClass = own
  }
}

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

  /// The node in block `number`, which is in use.
  @inline(__always)
  func node(_ number: Int) -> TrieNode {
    // SAFETY: the number came from `take`, so the block's units exist and lie side by side.
    unsafe TrieNode(base: UnsafeMutableRawPointer(units.address(of: number)))
  }

  /// Makes sure that the next `take` of this size cannot fail.
  mutating func reserve(_ sizeClass: Int) throws(StorageError) {
    guard firstFree[sizeClass] == .max else { return }
    let end = start(of: sizeClass) + Self.unitCount(sizeClass)
    guard end <= TrieEntry.maximumNumber else { throw .exhausted }
    try units.reserve(count: end)
  }

  /// A block for a node of `depth` with nothing in it; needs `reserve` first.
  mutating func take(_ sizeClass: Int, depth: Int) -> Int {
    var number = Int(firstFree[sizeClass])
    if firstFree[sizeClass] != .max {
      firstFree[sizeClass] = node(number)[0].bits
    } else {
      number = start(of: sizeClass)
      discard(upTo: number)
      appendUnits(Self.unitCount(sizeClass))
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
      let number = units.count
      appendUnits(Self.unitCount(sizeClass))
      node(number).clear(depth: 0, sizeClass: sizeClass)
      free(number)
    }
  }

  private mutating func appendUnits(_ count: Int) {
    for _ in 0..<count { units.append(TrieUnit()) }
  }
}
