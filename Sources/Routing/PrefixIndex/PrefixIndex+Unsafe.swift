import Containers

/// Where a slot's longer prefixes are.
struct SlotLink: BitwiseCopyable, Equatable {
  let bits: UInt32

  /// There are none.
  static var empty: SlotLink { SlotLink(bits: .max) }
  /// The trie knows.
  static var elsewhere: SlotLink { SlotLink(bits: .max - 1) }

  init(bits: UInt32) { self.bits = bits }
  /// In this bucket. Block numbers stay far below 2^30: there are at most 2^17 slots.
  init(bucket number: Int, _ sizeClass: Int) { bits = UInt32(truncatingIfNeeded: number &<< 2 | sizeClass) }

  var isBucket: Bool { bits < Self.elsewhere.bits }
  var number: Int { Int(bits &>> 2) }
  var sizeClass: Int { Int(bits & 3) }
}

/// The longest prefix that covers all of a slot.
struct SlotCover: BitwiseCopyable, Equatable {
  /// The owner above the low 8 bits, and there the prefix length plus 1; 0 for nobody.
  let bits: UInt32

  static var none: SlotCover { SlotCover(bits: 0) }

  init(bits: UInt32) { self.bits = bits }
  init(owner: UInt32, length: Int) { bits = owner &<< 8 | UInt32(truncatingIfNeeded: length &+ 1) }

  var owner: UInt32? { bits == 0 ? nil : bits &>> 8 }
}

/// An index of a trie by the first `width` bits of an address: for each value, a slot, the owner of the longest prefix
/// that covers it, and a bucket with the prefixes inside it.
///
/// The trie is the truth, and the index only a shorter way to its answers: where there are more prefixes in a slot
/// than a bucket holds, or the host had no memory for one, the slot refers to the trie. So nothing that a change needs
/// can be refused here. A look-up reads a slot, a bucket, and of prefixes that end more than 16 bits behind the slot
/// the record.
///
/// An index is built slot by slot and used once it is complete. Memory: 8 bytes a slot in one block, and at most 32 for
/// each prefix in a bucket; freed buckets are kept for their size. All of it goes back at once when the index ends.
@safe
struct PrefixIndex: ~Copyable {
  /// Bits that choose the slot; 0 without an index.
  let width: Int
  /// Slots below this number are built.
  var builtCount = 0
  var buckets: BlockPool
  /// The links of all slots, then their covers.
  private var memory: Region<UInt32>?
  // SAFETY: the address of `memory`, which never moves and lives as long as this.
  private let links: UnsafeMutablePointer<UInt32>?

  /// No index.
  init(storage: Storage) {
    width = 0
    buckets = BlockPool(storage: storage)
    memory = nil
    unsafe links = nil
  }

  /// An index of `width` bits, 1 … 17, with no slot built.
  init(width: Int, storage: Storage) throws(StorageError) {
    let region = try Region<UInt32>(uninitialized: 2 << width, from: storage)
    self.width = width
    buckets = BlockPool(storage: storage)
    // SAFETY: see `links`.
    unsafe links = unsafe region.address(of: 0)
    memory = consume region
  }

  var slotCount: Int { width == 0 ? 0 : 1 &<< width }

  /// The link of `slot`, which is built.
  subscript(link slot: Int) -> SlotLink {
    // SAFETY: `slot` is made of `width` bits, so there is an index and it is below `slotCount`.
    @inline(__always) get { SlotLink(bits: unsafe links.unsafelyUnwrapped[slot]) }
    nonmutating set { unsafe links.unsafelyUnwrapped[slot] = newValue.bits }
  }

  /// The cover of `slot`, which is built.
  subscript(cover slot: Int) -> SlotCover {
    // SAFETY: as for links; the covers follow them.
    @inline(__always) get { SlotCover(bits: unsafe links.unsafelyUnwrapped[1 &<< width &+ slot]) }
    nonmutating set { unsafe links.unsafelyUnwrapped[1 &<< width &+ slot] = newValue.bits }
  }

  /// Covers `slots` with `cover`, where no prefix longer than `length` does.
  func cover(_ slots: Range<Int>, with cover: SlotCover, length: Int) {
    guard let links = unsafe links else { return }
    let covers = unsafe links + slotCount
    let limit = UInt32(truncatingIfNeeded: length &+ 1)
    // SAFETY: the caller names slots that are built.
    for slot in slots where unsafe covers[slot] & 0xff <= limit { unsafe covers[slot] = cover.bits }
  }
}
