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

  /// Takes over everything from `other` but its size class; the block, of `sizeClass`, has room for it.
  func copy(from other: TrieNode, sizeClass: Int) {
    // SAFETY: different blocks, both with room for the entries of `other`.
    unsafe base.copyMemory(from: other.base, byteCount: Self.headerByteCount + 4 * other.entryCount)
    self.sizeClass = sizeClass
  }
}
