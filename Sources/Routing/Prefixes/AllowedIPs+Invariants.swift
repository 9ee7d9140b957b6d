import Containers
import Octets

extension AllowedIPs {
  /// Traps when the table contradicts itself, in builds with the trait `Checked` and tables small enough to walk.
  func checkInvariants() {
    #if Checked
    if count <= 64 { precondition(isSound) }
    #endif
  }

  /// Whether both tries and the lists of owners agree with themselves and each other; walks everything.
  var isSound: Bool {
    guard version4.isSound && version6.isSound else { return false }
    var listed = 0
    for owner in 0..<owners.count {
      var cursor = first(of: UInt32(owner))
      var previous = PrefixLink.none
      var tally = 0
      while let here = cursor, tally <= count {
        let link = here.link
        let entry =
          link.isVersion6
          ? (version6.trie.records[link.number].owner, version6.trie.records[link.number].previous)
          : (version4.trie.records[link.number].owner, version4.trie.records[link.number].previous)
        guard entry == (UInt32(owner), previous) else { return false }
        tally += 1
        previous = link
        cursor = next(after: here)
      }
      guard tally == count(of: UInt32(owner)) && owners[owner].last == previous else { return false }
      listed += tally
    }
    return isReserving || withheld.count == 0 ? listed + Int(withheld.count) == count : false
  }
}

extension AllowedIPs {
  /// Whether exactly this prefix is in the table.
  func contains(_ prefix: Prefix) -> Bool { link(to: prefix) != nil }

  /// The number of nodes of both tries; walks everything.
  var nodeCount: Int { version4.trie.nodeCount + version6.trie.nodeCount }
}

extension PrefixTrie {
  var nodeCount: Int { nodeCount(below: root) }

  /// The number of nodes at and below `entry`.
  private func nodeCount(below entry: TrieEntry) -> Int {
    guard entry != .none && entry.isNode else { return 0 }
    let node = blocks.node(entry.number)
    var total = 1
    for index in 0..<node.entryCount { total += nodeCount(below: node[index]) }
    return total
  }

  /// Whether every node is necessary, holds what its bitmaps say, and every record lies where its prefix belongs.
  var isSound: Bool {
    var free = 0
    var link = firstFree
    while link != .none, free <= records.count {
      free += 1
      link = records[link.number].next
    }
    guard records.count - free == count else { return false }
    guard root != .none else { return count == 0 }
    return reachable(from: root, below: 0, under: records[anyRecord(below: root)].address) == count
  }

  /// The number of records below `entry`, all of which must share their first `depth` bits with `path`; nil when
  /// something is wrong there.
  private func reachable(from entry: TrieEntry, below depth: Int, under path: Address) -> Int? {
    let address = records[anyRecord(below: entry)].address
    guard Self.agreement(address, path) >= depth else { return nil }
    guard entry.isNode else {
      let length = records[entry.number].length
      let isMasked = length == Address.bitWidth || (address &<< Address(length)) == 0
      return length >= depth && length <= Address.bitWidth && isMasked ? 1 : nil
    }
    let node = blocks.node(entry.number)
    guard
      node.depth >= depth && node.depth % Self.stride == 0 && node.depth < Address.bitWidth,
      node.entryCount >= 2 && node.entryCount <= BlockPool.capacity(node.sizeClass),
      node.slotCount == node.slots.nonzeroBitCount && node.prefixes & 1 == 0,
      node.entryCount == node.slotCount + node.prefixes.nonzeroBitCount
    else { return nil }
    var total = 0
    for position in 0..<128 {
      let item: Item = position < 64 ? .slot(position) : .prefix(position - 64)
      let (index, isThere) = find(item, in: node)
      guard isThere else { continue }
      let isPrefix = position >= 64
      let record = records[anyRecord(below: node[index])]
      guard
        Self.agreement(record.address, address) >= node.depth,
        Item(record.address, record.length, at: node.depth) == item && !(isPrefix && node[index].isNode),
        let found = reachable(
          from: node[index], below: isPrefix ? node.depth : node.depth + Self.stride, under: record.address)
      else { return nil }
      total += found
    }
    return total
  }
}
