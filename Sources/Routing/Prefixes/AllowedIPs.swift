public import Containers
public import Octets

/// Which owner an inner address belongs to: one tree of IPv4 and one of IPv6 prefixes, each prefix with one owner.
///
/// Owners are small numbers the caller gives out; memory grows with the largest. IPv4-mapped IPv6 addresses are IPv6.
/// Looking up reads a slot and a bucket of the index and at most one record, or where the index does not know, at most
/// one node for each six address bits. A change touches one node and one bucket; a prefix shorter than the index is
/// wide, up to 2^17 numbers that lie side by side.
public struct AllowedIPs: ~Copyable {
  /// The prefixes of one owner, in the order they were given.
  struct Possession: BitwiseCopyable {
    var first = PrefixLink.none
    var last = PrefixLink.none
    var count: UInt32 = 0
  }

  var version4: PrefixTable<UInt32>
  var version6: PrefixTable<UInt128>
  var owners: SegmentedArray<Possession>
  /// Counts removals and moves: cursors of an earlier revision are stale.
  private var revision: UInt64 = 0
  /// The prefixes that belong to nobody while a change is under way: see `reserve`.
  var withheld = Possession()
  /// Whether removals withhold.
  var isReserving = false

  /// Owners are below this number; the highest that fits a record is who withheld prefixes belong to.
  public static var ownerLimit: UInt32 { 1 << 24 - 1 }
  static var nobody: UInt32 { ownerLimit }

  /// An empty table that grows from `storage`.
  public init(storage: Storage) {
    version4 = PrefixTable(storage: storage)
    version6 = PrefixTable(storage: storage)
    owners = SegmentedArray(storage: storage)
  }

  /// The number of prefixes of all owners.
  public var count: Int { version4.count + version6.count }

  /// The owner of the longest prefix that contains `address`.
  ///
  /// Changes nothing; it is `mutating` so that the table is passed by its address and not by a copy of its fields.
  public mutating func lookup(_ address: IPAddress) -> UInt32? {
    address.family == .v4 ? lookup4(UInt32(truncatingIfNeeded: address.value)) : lookup6(address.value)
  }

  private mutating func lookup4(_ address: UInt32) -> UInt32? { version4.lookup(address) }

  private mutating func lookup6(_ address: UInt128) -> UInt32? { version6.lookup(address) }

  /// Gives `prefix` to `owner`, as the last of its prefixes, and takes it from whoever had it.
  ///
  /// Returns the previous owner, which may be `owner` itself. On an error nothing has changed.
  @discardableResult
  public mutating func insert(_ prefix: Prefix, owner: UInt32) throws(StorageError) -> UInt32? {
    precondition(owner < Self.ownerLimit)
    try owners.reserve(count: Int(owner) + 1)
    let (link, isNew) = try makeRecord(of: prefix, owner: owner)
    while owners.count <= Int(owner) { owners.append(Possession()) }
    var previous: UInt32?
    if !isNew {
      previous = self.owner(of: link)
      pass(link, to: owner)
    } else {
      append(link, to: owner)
    }
    checkInvariants()
    return previous
  }

  /// Takes `prefix` from `owner`; false, and nothing has changed, when exactly this prefix is not theirs.
  @discardableResult
  public mutating func remove(_ prefix: Prefix, owner: UInt32) -> Bool {
    guard let link = link(to: prefix), self.owner(of: link) == owner else { return false }
    if isReserving { pass(link, to: Self.nobody) } else { removeRecord(link) }
    checkInvariants()
    return true
  }

  /// Takes all prefixes of `owner`; cost grows with their number.
  public mutating func removeAll(owner: UInt32) {
    while let cursor = first(of: owner) {
      if isReserving { pass(cursor.link, to: Self.nobody) } else { removeRecord(cursor.link) }
    }
    checkInvariants()
  }

  /// Gives the record at `link` to `owner`, as its last.
  mutating func pass(_ link: PrefixLink, to owner: UInt32) {
    unlink(link)
    setOwner(of: link, to: owner)
    revision &+= 1
    append(link, to: owner)
  }

  mutating func makeRecord(
    of prefix: Prefix, owner: UInt32
  ) throws(StorageError) -> (link: PrefixLink, isNew: Bool) {
    let address = prefix.address.value
    let length = Int(prefix.length)
    let isVersion6 = prefix.address.family == .v6
    let (record, isNew) =
      isVersion6
      ? try version6.insert(address, length, owner: owner)
      : try version4.insert(UInt32(truncatingIfNeeded: address), length, owner: owner)
    return (PrefixLink(record: record, isVersion6: isVersion6), isNew)
  }

  mutating func removeRecord(_ link: PrefixLink) {
    unlink(link)
    revision &+= 1
    if link.isVersion6 { version6.remove(link.number) } else { version4.remove(link.number) }
  }
}

extension AllowedIPs {
  /// A position among the prefixes of one owner; it survives additions, but not removals and moves.
  public struct Cursor: BitwiseCopyable, Sendable {
    let link: PrefixLink
    let revision: UInt64
  }

  /// The number of prefixes of `owner`.
  public func count(of owner: UInt32) -> Int {
    Int(owner) < owners.count ? Int(owners[Int(owner)].count) : 0
  }

  /// The first prefix of `owner`, in the order they were given; nil when there is none.
  public func first(of owner: UInt32) -> Cursor? {
    Int(owner) < owners.count ? cursor(at: owners[Int(owner)].first) : nil
  }

  /// The prefix behind the one at `cursor`; nil at the end, and when the cursor is stale.
  public func next(after cursor: Cursor) -> Cursor? {
    isCurrent(cursor) ? self.cursor(at: next(of: cursor.link)) : nil
  }

  /// The prefix at `cursor`; nil when the cursor is stale.
  public func prefix(at cursor: Cursor) -> Prefix? {
    guard isCurrent(cursor) else { return nil }
    if cursor.link.isVersion6 {
      let record = version6.trie.records[cursor.link.number]
      return Prefix(IPAddress(family: .v6, value: record.address), length: record.length)
    }
    let record = version4.trie.records[cursor.link.number]
    return Prefix(IPAddress(v4: record.address), length: record.length)
  }

  /// Whether no prefix was removed or moved since `cursor` was made: if not, an enumeration has to start again.
  public func isCurrent(_ cursor: Cursor) -> Bool { cursor.revision == revision }

  func cursor(at link: PrefixLink) -> Cursor? {
    link == .none ? nil : Cursor(link: link, revision: revision)
  }
}

// The lists of owners: doubly linked through the records of both tries.
extension AllowedIPs {
  func link(to prefix: Prefix) -> PrefixLink? {
    let length = Int(prefix.length)
    if prefix.address.family == .v6 {
      return version6.trie.record(prefix.address.value, length).map { PrefixLink(record: $0, isVersion6: true) }
    }
    let address = UInt32(truncatingIfNeeded: prefix.address.value)
    return version4.trie.record(address, length).map { PrefixLink(record: $0, isVersion6: false) }
  }

  private func owner(of link: PrefixLink) -> UInt32 {
    link.isVersion6 ? version6.trie.records[link.number].owner : version4.trie.records[link.number].owner
  }

  private mutating func setOwner(of link: PrefixLink, to owner: UInt32) {
    if link.isVersion6 {
      version6.setOwner(of: link.number, to: owner)
    } else {
      version4.setOwner(of: link.number, to: owner)
    }
  }

  private func next(of link: PrefixLink) -> PrefixLink {
    link.isVersion6 ? version6.trie.records[link.number].next : version4.trie.records[link.number].next
  }

  private func previous(of link: PrefixLink) -> PrefixLink {
    link.isVersion6 ? version6.trie.records[link.number].previous : version4.trie.records[link.number].previous
  }

  private mutating func setNext(of link: PrefixLink, to next: PrefixLink) {
    if link.isVersion6 {
      version6.setNext(of: link.number, to: next)
    } else {
      version4.setNext(of: link.number, to: next)
    }
  }

  private mutating func setPrevious(of link: PrefixLink, to previous: PrefixLink) {
    if link.isVersion6 {
      version6.setPrevious(of: link.number, to: previous)
    } else {
      version4.setPrevious(of: link.number, to: previous)
    }
  }

  /// What `owner` has, or what is withheld.
  private subscript(possession owner: UInt32) -> Possession {
    get { owner == Self.nobody ? withheld : owners[Int(owner)] }
    set { if owner == Self.nobody { withheld = newValue } else { owners[Int(owner)] = newValue } }
  }

  mutating func append(_ link: PrefixLink, to owner: UInt32) {
    var possession = self[possession: owner]
    let last = possession.last
    setPrevious(of: link, to: last)
    setNext(of: link, to: .none)
    if last == .none { possession.first = link } else { setNext(of: last, to: link) }
    possession.last = link
    possession.count += 1
    self[possession: owner] = possession
  }

  private mutating func unlink(_ link: PrefixLink) {
    let owner = owner(of: link)
    var possession = self[possession: owner]
    let (before, after) = (previous(of: link), next(of: link))
    if before == .none { possession.first = after } else { setNext(of: before, to: after) }
    if after == .none { possession.last = before } else { setPrevious(of: after, to: before) }
    possession.count -= 1
    self[possession: owner] = possession
  }
}
