import Containers

/// The prefixes of one address family: a trie, and from some tens of prefixes on an index of it.
struct PrefixTable<Address: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>: ~Copyable {
  private(set) var trie: PrefixTrie<Address>
  /// The index look-ups use: complete, or none.
  private(set) var index: PrefixIndex
  /// The index that will replace it, while it is being built.
  private(set) var successor: PrefixIndex
  private let storage: Storage

  init(storage: Storage) {
    trie = PrefixTrie(storage: storage)
    index = PrefixIndex(storage: storage)
    successor = PrefixIndex(storage: storage)
    self.storage = storage
  }

  var count: Int { trie.count }

  /// The owner of the longest prefix that contains `address`.
  ///
  /// Changes nothing; `mutating` and inlined, as everything on its way, because a call would copy the table's fields.
  @inline(__always)
  mutating func lookup(_ address: Address) -> UInt32? {
    guard index.width > 0 else { return trie.root.isNode ? trie.lookup(address) : trie.lookup(address, in: trie.root) }
    let head = PrefixTrie.head(address)
    let slot = Int(truncatingIfNeeded: head &>> UInt64(truncatingIfNeeded: 64 &- index.width))
    let link = index[link: slot]
    if link.isBucket {
      let bucket = index.buckets.bucket(link.number, link.sizeClass)
      var matches = bucket.matches((head &<< UInt64(truncatingIfNeeded: index.width)) &>> 48)
      while matches != 0 {
        let answer = bucket.answer(matches.trailingZeroBitCount)
        if answer.isOwner { return answer.owner }
        if let owner = trie.lookup(address, in: TrieEntry(record: answer.recordNumber)) { return owner }
        matches &= matches &- 1
      }
    } else if link == .elsewhere {
      return trie.lookup(address)
    }
    return index[cover: slot].owner
  }

  /// Finds or makes the record of a prefix; `address` has its host bits clear. A new one belongs to `owner`.
  mutating func insert(
    _ address: Address, _ length: Int, owner: UInt32
  ) throws(StorageError) -> (record: Int, isNew: Bool) {
    let result = try trie.insert(address, length, owner: owner)
    if result.isNew { updateIndex(address, length) }
    return result
  }

  /// Gives the prefix in record `number` to `owner`.
  mutating func setOwner(of number: Int, to owner: UInt32) {
    trie.records[number].owner = owner
    updateIndex(trie.records[number].address, trie.records[number].length)
  }

  /// Takes the prefix in record `number` out, and frees the record.
  mutating func remove(_ number: Int) {
    let (address, length) = (trie.records[number].address, trie.records[number].length)
    if let location = trie.locate(address, length) { trie.remove(location) }
    trie.free(record: number)
    updateIndex(address, length)
  }

  mutating func setNext(of number: Int, to link: PrefixLink) { trie.records[number].next = link }
  mutating func setPrevious(of number: Int, to link: PrefixLink) { trie.records[number].previous = link }

  private mutating func updateIndex(_ address: Address, _ length: Int) {
    index.update(address, length, from: trie)
    successor.update(address, length, from: trie)
    let width = PrefixIndex.width(for: count, from: index.width)
    guard width != index.width else {
      if successor.width > 0 { successor = PrefixIndex(storage: storage) }
      return
    }
    if width == 0 {
      index = PrefixIndex(storage: storage)
      successor = PrefixIndex(storage: storage)
      return
    }
    if successor.width != width {
      do throws(StorageError) {
        successor = try PrefixIndex(width: width, storage: storage)
      } catch {
        return
      }
    }
    successor.extend(by: PrefixIndex.slotsPerChange, from: trie)
    if successor.builtCount == successor.slotCount {
      swap(&index, &successor)
      successor = PrefixIndex(storage: storage)
    }
  }
}

extension PrefixIndex {
  /// Slots built with each change of the table while an index is being built.
  static var slotsPerChange: Int { 16 }

  /// The width for `count` prefixes, at most eight a slot if they are spread evenly.
  private static func width(for count: Int) -> Int {
    if count >= 1 << 16 { return 17 }
    if count >= 1 << 11 { return 13 }
    return count >= 32 ? 8 : 0
  }

  /// The width for `count` prefixes where there is an index of `width` bits: a smaller one only when there are four
  /// times too few for this one.
  static func width(for count: Int, from width: Int) -> Int {
    let wanted = Self.width(for: count)
    return wanted >= width ? wanted : Swift.min(width, Self.width(for: 4 * count))
  }
}
