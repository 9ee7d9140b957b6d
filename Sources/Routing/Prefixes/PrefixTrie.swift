import Containers

/// What the table keeps of one prefix: 16 bytes for IPv4, 32 for IPv6.
struct PrefixRecord<Address: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>: BitwiseCopyable {
  /// The network address, host bits zero.
  var address: Address
  /// The prefix length in the low 8 bits, the owner above.
  private var tag: UInt32
  /// The owner's next prefix.
  var next = PrefixLink.none
  /// The owner's previous prefix.
  var previous = PrefixLink.none

  init(address: Address, length: Int, owner: UInt32) {
    self.address = address
    tag = owner &<< 8 | UInt32(truncatingIfNeeded: length)
  }

  var length: Int { Int(tag & 0xff) }
  var owner: UInt32 {
    get { tag &>> 8 }
    set { tag = newValue &<< 8 | tag & 0xff }
  }
}

/// Where a prefix is in the lists of owners: a record of one of the two tries.
struct PrefixLink: BitwiseCopyable, Equatable {
  private let bits: UInt32

  static var none: PrefixLink { PrefixLink(bits: .max) }

  private init(bits: UInt32) { self.bits = bits }
  init(record number: Int, isVersion6: Bool) { bits = UInt32(number) &<< 1 | (isVersion6 ? 1 : 0) }

  var isVersion6: Bool { bits & 1 == 1 }
  var number: Int { Int(bits &>> 1) }
}

/// The prefixes of one address family with their owners; finds the longest that matches an address.
///
/// A multibit trie of six bits a node. A node exists only where at least two things part or end, so n prefixes have at
/// most n − 1 nodes however they are chosen, and the shape depends on the set alone. Looking up, the walk goes by the
/// address alone and does not compare the bits between nodes; the record found at the end is compared once, and tells
/// how much of the walk was right.
///
/// Memory in use is at most 32 bytes a prefix beside its record: nodes and prefixes are at most 2n − 1 entries, and a
/// block is never larger than 16 bytes for each of its entries. Blocks are reused for their size only, so what was
/// taken never exceeds 122 bytes for the largest number of prefixes held at a time. The last prefix to go gives it all
/// back.
struct PrefixTrie<Address: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>: ~Copyable {
  var blocks: BlockPool
  var records: SegmentedArray<PrefixRecord<Address>>
  /// The first free record, chained by `next`.
  var firstFree = PrefixLink.none
  var root = TrieEntry.none
  /// The number of prefixes.
  var count = 0
  private let storage: Storage

  init(storage: Storage) {
    blocks = BlockPool(storage: storage)
    records = SegmentedArray(storage: storage)
    self.storage = storage
  }

  /// Address bits a node covers.
  static var stride: Int { 6 }

  /// The owner of the longest prefix that contains `address`.
  ///
  /// Changes nothing; it is `mutating` so that the trie is passed by its address and not by a copy of its fields. What
  /// it calls is inlined for the same reason.
  @inline(never)
  mutating func lookup(_ address: Address) -> UInt32? {
    guard root != .none else { return nil }
    var entry = root
    var holder = TrieEntry.none
    var held = 0
    while entry.isNode {
      let node = blocks.node(entry.number)
      let chunk = Self.chunk(of: address, at: node.depth)
      let matching = node.prefixes & Self.ancestors(of: chunk)
      if matching != 0 {
        holder = entry
        held = 63 &- matching.leadingZeroBitCount
      }
      guard node.slots &>> UInt64(chunk) & 1 == 1 else {
        return settle(address, on: holder, held)
      }
      entry = node[Self.rank(chunk, in: node.slots)]
    }
    let agreeing = Self.agreement(address, records[entry.number].address)
    if agreeing >= records[entry.number].length { return records[entry.number].owner }
    return settle(address, on: holder, held, agreeing: agreeing)
  }

  /// The owner of the record `entry` names, if its prefix contains `address`.
  @inline(__always)
  func lookup(_ address: Address, in entry: TrieEntry) -> UInt32? {
    let agreeing = Self.agreement(address, records[entry.number].address)
    return agreeing >= records[entry.number].length ? records[entry.number].owner : nil
  }

  /// Ends a walk that met no record below: the prefix `held` of node `holder` is the answer if the bits up to there
  /// are right. `agreeing` is how many are known to be.
  @inline(__always)
  private func settle(_ address: Address, on holder: TrieEntry, _ held: Int, agreeing: Int? = nil) -> UInt32? {
    guard holder != .none else { return nil }
    let node = blocks.node(holder.number)
    let record = node[node.slotCount &+ Self.rank(held, in: node.prefixes)].number
    let known = agreeing ?? Self.agreement(address, records[record].address)
    return known >= records[record].length ? records[record].owner : lookup(address, within: known)
  }

  /// The owner of the longest prefix that contains `address`, knowing that what a walk found agrees with it in the
  /// first `agreeing` bits only: nodes beyond are not on the way, and every match in the others is right.
  @inline(__always)
  private func lookup(_ address: Address, within agreeing: Int) -> UInt32? {
    var entry = root
    var found = TrieEntry.none
    while entry.isNode {
      let node = blocks.node(entry.number)
      guard node.depth <= agreeing else { break }
      let chunk = Self.chunk(of: address, at: node.depth)
      let matching = node.prefixes & Self.ancestors(of: chunk)
      if matching != 0 {
        found = node[node.slotCount &+ Self.rank(63 &- matching.leadingZeroBitCount, in: node.prefixes)]
      }
      guard node.slots &>> UInt64(chunk) & 1 == 1 else { break }
      entry = node[Self.rank(chunk, in: node.slots)]
    }
    return found == .none ? nil : records[found.number].owner
  }

  /// The record of exactly this prefix.
  func record(_ address: Address, _ length: Int) -> Int? {
    guard let item = locate(address, length) else { return nil }
    return entry(at: item.place).number
  }

  /// Forgets a record that is no longer in the trie.
  mutating func free(record number: Int) {
    count -= 1
    if count > 0 {
      records[number].next = firstFree
      firstFree = PrefixLink(record: number, isVersion6: false)
    } else {
      blocks = BlockPool(storage: storage)
      records = SegmentedArray(storage: storage)
      firstFree = .none
    }
  }
}

extension PrefixTrie {
  /// The six bits of `address` from `depth` on; zeros follow its end.
  static func chunk(of address: Address, at depth: Int) -> Int {
    Int(truncatingIfNeeded: (address &<< Address(truncatingIfNeeded: depth)) &>> Address(Address.bitWidth &- stride))
  }

  /// The prefix indices of a node that match six bits `chunk`: those of its first 0 … 5 bits.
  static func ancestors(of chunk: Int) -> UInt64 {
    let path = UInt64(truncatingIfNeeded: chunk | 64)
    let short: UInt64 = 2 | 1 &<< (path &>> 5) | 1 &<< (path &>> 4)
    return short | 1 &<< (path &>> 3) | 1 &<< (path &>> 2) | 1 &<< (path &>> 1)
  }

  /// The index, among a node's prefixes, of the one of `length` bits, given the six bits at the node's depth.
  static func prefixIndex(_ relativeLength: Int, _ chunk: Int) -> Int {
    1 &<< relativeLength | chunk &>> (stride &- relativeLength)
  }

  /// How many bits of `bitmap` are set below bit `index`.
  static func rank(_ index: Int, in bitmap: UInt64) -> Int {
    (bitmap & (1 &<< UInt64(index) &- 1)).nonzeroBitCount
  }

  /// How many leading bits two addresses share.
  static func agreement(_ one: Address, _ other: Address) -> Int { (one ^ other).leadingZeroBitCount }
}
