import Containers

extension PrefixTrie {
  /// Finds or makes the record of a prefix; `address` has its host bits clear. A new one belongs to `owner`.
  mutating func insert(
    _ address: Address, _ length: Int, owner: UInt32
  ) throws(StorageError) -> (record: Int, isNew: Bool) {
    if root == .none {
      let number = try makeRecord(PrefixRecord(address: address, length: length, owner: owner), sizeClass: nil)
      root = TrieEntry(record: number)
      return (number, true)
    }
    // A record that lies below every node on the walk tells how far these nodes are on the way to the new prefix.
    let neighbour = records[neighbour(of: address, length)].address
    let agreeing = Swift.min(Self.agreement(address, neighbour), length)
    let record = PrefixRecord(address: address, length: length, owner: owner)
    var place = TriePlace.root
    while true {
      let entry = entry(at: place)
      guard entry.isNode else { return try insert(record, beside: entry, at: place) }
      let node = blocks.node(entry.number)
      if agreeing < node.depth {
        let depth = agreeing - agreeing % Self.stride
        let slot = Item.slot(Self.chunk(of: neighbour, at: depth))
        return (try fork(record, and: (slot, entry), depth, at: place), true)
      }
      let item = Item(address, length, at: node.depth)
      let (index, isThere) = find(item, in: node)
      guard isThere else { return (try add(record, as: item, index, to: entry.number, at: place), true) }
      if case .prefix = item { return (node[index].number, false) }
      place = TriePlace(block: entry.number, index: index)
    }
  }

  /// A record that shares with `address` all bits that the nodes on the way to the prefix have in common.
  private func neighbour(of address: Address, _ length: Int) -> Int {
    var entry = root
    while entry.isNode {
      let node = blocks.node(entry.number)
      guard length - node.depth >= Self.stride else { break }
      let (index, isThere) = find(.slot(Self.chunk(of: address, at: node.depth)), in: node)
      guard isThere else { break }
      entry = node[index]
    }
    while entry.isNode { entry = blocks.node(entry.number)[0] }
    return entry.number
  }

  /// Inserts where so far there is only another record.
  private mutating func insert(
    _ record: PrefixRecord<Address>, beside entry: TrieEntry, at place: TriePlace
  ) throws(StorageError) -> (record: Int, isNew: Bool) {
    let other = records[entry.number]
    if other.address == record.address && other.length == record.length { return (entry.number, false) }
    let agreeing = Self.agreement(record.address, other.address)
    let shared = Swift.min(agreeing, Swift.min(record.length, other.length))
    let depth = shared - shared % Self.stride
    return (try fork(record, and: (Item(other.address, other.length, at: depth), entry), depth, at: place), true)
  }

  /// Puts a new node at `place`, with the record and with what was there.
  private mutating func fork(
    _ record: PrefixRecord<Address>, and other: (item: Item, entry: TrieEntry), _ depth: Int, at place: TriePlace
  ) throws(StorageError) -> Int {
    let number = try makeRecord(record, sizeClass: 0)
    let block = blocks.take(0)
    let node = blocks.node(block)
    node.clear(depth: depth, sizeClass: 0)
    put(other.entry, as: other.item, find(other.item, in: node).index, into: node)
    let item = Item(record.address, record.length, at: depth)
    put(TrieEntry(record: number), as: item, find(item, in: node).index, into: node)
    replace(at: place, with: TrieEntry(block: block))
    return number
  }

  /// Adds the record to the node in `block`, moving it to a larger block when it is full.
  private mutating func add(
    _ record: PrefixRecord<Address>, as item: Item, _ index: Int, to block: Int, at place: TriePlace
  ) throws(StorageError) -> Int {
    var node = blocks.node(block)
    let isFull = node.entryCount == BlockPool.capacity(node.sizeClass)
    let number = try makeRecord(record, sizeClass: isFull ? node.sizeClass + 1 : nil)
    if isFull { node = move(block, to: node.sizeClass + 1, at: place) }
    put(TrieEntry(record: number), as: item, index, into: node)
    return number
  }

  /// Moves a node to a block of another size, which was reserved.
  mutating func move(_ block: Int, to sizeClass: Int, at place: TriePlace) -> TrieNode {
    let old = blocks.node(block)
    let target = blocks.take(sizeClass)
    let node = blocks.node(target)
    node.copy(from: old, sizeClass: sizeClass)
    blocks.free(block, old.sizeClass)
    replace(at: place, with: TrieEntry(block: target))
    return node
  }

  private func put(_ entry: TrieEntry, as item: Item, _ index: Int, into node: TrieNode) {
    node.openGap(at: index)
    node[index] = entry
    switch item {
    case .prefix(let prefix): node.prefixes |= 1 &<< UInt64(prefix)
    case .slot(let chunk):
      node.slots |= 1 &<< UInt64(chunk)
      node.slotCount += 1
    }
  }

  /// Stores a record, having reserved a block of `sizeClass` too if that is wanted; on a throw nothing has changed.
  private mutating func makeRecord(
    _ record: PrefixRecord<Address>, sizeClass: Int?
  ) throws(StorageError) -> Int {
    if let sizeClass { try blocks.reserve(sizeClass) }
    var number = records.count
    if firstFree != .none {
      number = firstFree.number
      firstFree = records[number].next
      records[number] = record
    } else {
      guard number < TrieEntry.maximumNumber / 2 else { throw .exhausted }
      try records.reserveOne()
      records.append(record)
    }
    count += 1
    return number
  }
}
