import Containers

extension PrefixTrie {
  /// A prefix in the trie: its place, and that of the node that holds it.
  struct Location {
    var place: TriePlace
    var item: Item?
    var holder = TriePlace.root
  }

  /// Finds exactly this prefix; `address` has its host bits clear.
  func locate(_ address: Address, _ length: Int) -> Location? {
    guard root != .none else { return nil }
    var location = Location(place: .root)
    while true {
      let entry = entry(at: location.place)
      guard entry.isNode else { break }
      let node = blocks.node(entry.number)
      guard node.depth <= length else { return nil }
      let item = Item(address, length, at: node.depth)
      let (index, isThere) = find(item, in: node)
      guard isThere else { return nil }
      location = Location(
        place: TriePlace(block: entry.number, index: index), item: item, holder: location.place)
    }
    let record = records[entry(at: location.place).number]
    return record.address == address && record.length == length ? location : nil
  }

  /// Takes a prefix out of the trie; its record stays until it is freed. Never fails.
  mutating func remove(_ location: Location) {
    guard let item = location.item else {
      root = .none
      return
    }
    let block = location.place.block
    let node = blocks.node(block)
    node.closeGap(at: location.place.index)
    switch item {
    case .prefix(let prefix): node.prefixes &= ~(1 &<< UInt64(prefix))
    case .slot(let chunk):
      node.slots &= ~(1 &<< UInt64(chunk))
      node.slotCount -= 1
    }
    if node.entryCount == 1 {
      replace(at: location.holder, with: node[0])
      blocks.free(block, node.sizeClass)
    } else if node.sizeClass > 0 && node.entryCount <= BlockPool.capacity(node.sizeClass - 1) {
      shrink(block, at: location.holder)
    }
  }

  /// Moves a node to the next smaller block, unless the host has no memory for that.
  private mutating func shrink(_ block: Int, at place: TriePlace) {
    let smaller = blocks.node(block).sizeClass - 1
    do throws(StorageError) {
      try blocks.reserve(smaller)
    } catch {
      return
    }
    _ = move(block, to: smaller, at: place)
  }
}
