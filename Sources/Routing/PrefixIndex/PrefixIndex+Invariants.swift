extension PrefixTable {
  /// Whether the trie is sound, both indices say what it says, and the one in use is complete; walks everything.
  var isSound: Bool {
    guard trie.isSound && index.agrees(with: trie) && successor.agrees(with: trie) else { return false }
    return index.builtCount == index.slotCount && (successor.width == 0 || successor.width != index.width)
  }
}

extension PrefixIndex {
  /// Whether every slot that is built has the cover and the bucket it should, or refers to the trie.
  func agrees<Address>(with trie: borrowing PrefixTrie<Address>) -> Bool {
    for slot in 0..<builtCount {
      guard self[cover: slot] == trie.cover(of: address(of: slot), atMost: width) else { return false }
      let link = self[link: slot]
      guard link != .elsewhere else { continue }
      var contents = BucketContents()
      trie.collect(below: address(of: slot), width, into: &contents)
      guard link.isBucket == (contents.count > 0) && !contents.overflowed else { return false }
      guard link.isBucket else { continue }
      let bucket = buckets.bucket(link.number, link.sizeClass)
      guard link.sizeClass == PrefixBucket.sizeClass(for: contents.count) else { return false }
      for place in 0..<PrefixBucket.capacity(link.sizeClass)
      where bucket.entry(place) != contents[Swift.min(place, contents.count - 1)] { return false }
    }
    return true
  }

  /// The number of slots that refer to the trie.
  var referralCount: Int {
    var total = 0
    for slot in 0..<builtCount where self[link: slot] == .elsewhere { total += 1 }
    return total
  }
}
