import Containers

// How an index follows its trie. Every change is made in the trie first, and the slot it touches is then read from
// there anew: at most 33 records, whatever the trie holds. A prefix that covers slots changes what covers them: at most
// 2^17 numbers side by side, for a prefix of no bits.
extension PrefixIndex {
  /// Builds the next `count` slots.
  mutating func extend<Address>(by count: Int, from trie: borrowing PrefixTrie<Address>) {
    for slot in builtCount..<Swift.min(builtCount + count, slotCount) {
      self[link: slot] = .elsewhere
      self[cover: slot] = trie.cover(of: address(of: slot), atMost: width)
      rebuild(slot, from: trie)
      builtCount += 1
    }
  }

  /// Follows a change at the prefix of `length` bits under `address`: it came, went, or changed hands.
  mutating func update<Address>(_ address: Address, _ length: Int, from trie: borrowing PrefixTrie<Address>) {
    guard width > 0 else { return }
    let slot = Int(PrefixTrie.head(address) &>> UInt64(64 - width))
    if length > width {
      if slot < builtCount { rebuild(slot, from: trie) }
    } else {
      let end = Swift.min(slot + 1 << (width - length), builtCount)
      if slot < end { cover(slot..<end, with: trie.cover(of: address, atMost: length), length: length) }
    }
  }

  /// The first address of `slot`.
  func address<Address: FixedWidthInteger>(of slot: Int) -> Address {
    Address(truncatingIfNeeded: slot) &<< Address(truncatingIfNeeded: Address.bitWidth - width)
  }

  /// Fills the bucket of `slot` from the trie.
  private mutating func rebuild<Address>(_ slot: Int, from trie: borrowing PrefixTrie<Address>) {
    var contents = BucketContents()
    trie.collect(below: address(of: slot), width, into: &contents)
    let old = self[link: slot]
    var new = contents.overflowed ? SlotLink.elsewhere : .empty
    if contents.count > 0 && !contents.overflowed {
      let sizeClass = PrefixBucket.sizeClass(for: contents.count)
      new = old.isBucket && old.sizeClass == sizeClass ? old : takeBucket(sizeClass)
      if new.isBucket { buckets.bucket(new.number, sizeClass).fill(contents) }
    }
    if old.isBucket && old != new { buckets.free(old.number, old.sizeClass) }
    self[link: slot] = new
  }

  private mutating func takeBucket(_ sizeClass: Int) -> SlotLink {
    do throws(StorageError) {
      try buckets.reserve(sizeClass)
    } catch {
      return .elsewhere
    }
    return SlotLink(bucket: buckets.take(sizeClass), sizeClass)
  }
}

extension PrefixTrie {
  /// The longest prefix of at most `limit` bits that contains `address`.
  func cover(of address: Address, atMost limit: Int) -> SlotCover {
    guard root != .none else { return .none }
    var entry = root
    var found = SlotCover.none
    while entry.isNode {
      let node = blocks.node(entry.number)
      guard node.depth <= limit else { return found }
      let chunk = Self.chunk(of: address, at: node.depth)
      // Prefix indices below 2^(r + 1) are those of at most r bits.
      let reach = Swift.min(limit - node.depth, Self.stride - 1)
      let matching = node.prefixes & Self.ancestors(of: chunk) & UInt64.max &>> UInt64(64 - 2 << reach)
      if matching != 0 {
        let rank = Self.rank(63 &- matching.leadingZeroBitCount, in: node.prefixes)
        guard let cover = cover(by: node[node.slotCount + rank], of: address) else { return found }
        found = cover
      }
      guard node.slots &>> UInt64(chunk) & 1 == 1 else { return found }
      entry = node[Self.rank(chunk, in: node.slots)]
    }
    guard records[entry.number].length <= limit else { return found }
    return cover(by: entry, of: address) ?? found
  }

  private func cover(by entry: TrieEntry, of address: Address) -> SlotCover? {
    let record = records[entry.number]
    guard Self.agreement(record.address, address) >= record.length else { return nil }
    return SlotCover(owner: record.owner, length: record.length)
  }

  /// Adds to `contents` the prefixes longer than `width` bits that share the first `width` with `address`, until it
  /// overflows.
  func collect(below address: Address, _ width: Int, into contents: inout BucketContents) {
    guard root != .none else { return }
    var entry = root
    while entry.isNode {
      let node = blocks.node(entry.number)
      let choosing = width - node.depth
      guard choosing > 0 else { break }
      let chunk = Self.chunk(of: address, at: node.depth)
      if choosing < Self.stride {
        guard Self.agreement(records[anyRecord(below: entry)].address, address) >= node.depth else { return }
        put(under: 1 &<< choosing | chunk &>> (Self.stride - choosing), in: node, into: &contents)
        return collect(width, into: &contents)
      }
      guard node.slots &>> UInt64(chunk) & 1 == 1 else { return }
      entry = node[Self.rank(chunk, in: node.slots)]
    }
    let record = records[anyRecord(below: entry)]
    guard Self.agreement(record.address, address) >= width && (entry.isNode || record.length > width) else { return }
    contents.put(entry)
    collect(width, into: &contents)
  }

  /// Lets wait what a node has below the prefix of index `top`, but not that prefix itself.
  private func put(under top: Int, in node: TrieNode, into contents: inout BucketContents) {
    var (first, count) = (2 * top, 2)
    while first < 64 {
      for index in first..<first + count where node.prefixes &>> UInt64(index) & 1 == 1 {
        contents.put(node[node.slotCount + Self.rank(index, in: node.prefixes)])
      }
      (first, count) = (2 * first, 2 * count)
    }
    for chunk in first - 64..<first - 64 + count where node.slots &>> UInt64(chunk) & 1 == 1 {
      contents.put(node[Self.rank(chunk, in: node.slots)])
    }
  }

  /// Adds all prefixes at and below what waits.
  private func collect(_ width: Int, into contents: inout BucketContents) {
    while let entry = contents.next() {
      if entry.isNode {
        let node = blocks.node(entry.number)
        for index in 0..<node.entryCount { contents.put(node[index]) }
      } else {
        add(entry, width, to: &contents)
      }
    }
  }

  private func add(_ entry: TrieEntry, _ width: Int, to contents: inout BucketContents) {
    let record = records[entry.number]
    let compared = Swift.min(record.length - width, 16)
    let answer =
      record.length - width <= 16 ? BucketAnswer(owner: record.owner) : BucketAnswer(record: entry.number)
    contents.add(
      BucketContents.Entry(
        value: UInt16(truncatingIfNeeded: (Self.head(record.address) &<< UInt64(width)) &>> 48),
        mask: UInt16.max &<< UInt16(16 - compared), answer: answer),
      length: record.length)
  }

  /// A record at or below `entry`.
  func anyRecord(below entry: TrieEntry) -> Int {
    var entry = entry
    while entry.isNode { entry = blocks.node(entry.number)[0] }
    return entry.number
  }

  /// The first 64 bits of `address`; zeros follow an IPv4 address.
  @inline(__always)
  static func head(_ address: Address) -> UInt64 {
    Address.bitWidth == 32
      ? UInt64(truncatingIfNeeded: address) &<< 32
      : UInt64(truncatingIfNeeded: address &>> Address(truncatingIfNeeded: Address.bitWidth - 64))
  }
}
