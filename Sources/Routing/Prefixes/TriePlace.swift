/// Where an entry is kept, so that it can be replaced: in a node, or at the root.
struct TriePlace {
  /// The node's block; -1 for the root.
  var block = -1
  /// The entry's index in the node.
  var index = 0

  static var root: TriePlace { TriePlace() }
}

extension PrefixTrie {
  /// An entry of a node by its meaning: the index of a prefix that ends in it, or the six bits of a slot.
  enum Item: Equatable {
    case prefix(Int)
    case slot(Int)

    /// Where something of `length` bits under `address` belongs in a node at `depth`.
    init(_ address: Address, _ length: Int, at depth: Int) {
      let chunk = PrefixTrie.chunk(of: address, at: depth)
      let relative = length - depth
      self = relative < PrefixTrie.stride ? .prefix(PrefixTrie.prefixIndex(relative, chunk)) : .slot(chunk)
    }
  }

  func entry(at place: TriePlace) -> TrieEntry {
    place.block < 0 ? root : blocks.node(place.block)[place.index]
  }

  mutating func replace(at place: TriePlace, with entry: TrieEntry) {
    if place.block < 0 { root = entry } else { blocks.node(place.block)[place.index] = entry }
  }

  /// The index of `item` in `node`, or where it would have to be inserted.
  func find(_ item: Item, in node: TrieNode) -> (index: Int, isThere: Bool) {
    switch item {
    case .prefix(let index):
      (node.slotCount + Self.rank(index, in: node.prefixes), node.prefixes &>> UInt64(index) & 1 == 1)
    case .slot(let chunk):
      (Self.rank(chunk, in: node.slots), node.slots &>> UInt64(chunk) & 1 == 1)
    }
  }
}
