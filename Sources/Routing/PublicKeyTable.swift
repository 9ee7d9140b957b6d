public import Containers
public import Octets

/// Public keys and the peers they belong to.
///
/// Keys come from outside, so the caller hashes them with a secret key (protocol.md §10: SipHash) and passes the hash
/// along, always the same for a key. The table compares whole keys.
public struct PublicKeyTable: ~Copyable {
  private struct Entry: BitwiseCopyable {
    var key: Octets32
    /// The peer; while the entry is free, the next free one.
    var handle: Handle
  }

  /// Numbers of entries under the low half of the hash.
  private var numbers: BucketTable
  private var entries: SegmentedArray<Entry>
  private var firstFree = UInt64.max
  /// Whether an empty table keeps its memory.
  private var keepsMemory = false
  private let storage: Storage

  /// An empty table that grows from `storage`.
  public init(storage: Storage) {
    numbers = BucketTable(storage: storage)
    entries = SegmentedArray(storage: storage)
    self.storage = storage
  }

  /// The number of keys.
  public var count: Int { numbers.count }

  /// Enters `key`; false, and nothing has changed, when it is there. On an error nothing has changed either.
  public mutating func insert(_ key: Octets32, hash: UInt64, _ handle: Handle) throws(StorageError) -> Bool {
    guard place(of: key, hash) == nil else { return false }
    let isReused = firstFree != .max
    let number = isReused ? firstFree : UInt64(entries.count)
    if !isReused { try entries.reserveOne() }
    try numbers.insert(UInt32(truncatingIfNeeded: hash), number)
    let entry = Entry(key: key, handle: handle)
    if isReused {
      firstFree = entries[Int(number)].handle.bits
      entries[Int(number)] = entry
    } else {
      entries.append(entry)
    }
    checkInvariants()
    return true
  }

  /// The peer `key` belongs to.
  public func find(_ key: Octets32, hash: UInt64) -> Handle? {
    guard let place = place(of: key, hash) else { return nil }
    return entries[Int(numbers[place])].handle
  }

  /// Forgets `key` and says whose it was.
  @discardableResult
  public mutating func remove(_ key: Octets32, hash: UInt64) -> Handle? {
    guard let place = place(of: key, hash) else { return nil }
    let number = numbers[place]
    let handle = entries[Int(number)].handle
    numbers.remove(place, under: UInt32(truncatingIfNeeded: hash))
    entries[Int(number)] = Entry(key: Octets32(), handle: Handle(bits: firstFree))
    firstFree = number
    if count == 0 && !keepsMemory { reset() }
    checkInvariants()
    return handle
  }

  /// Makes room for `additional` insertions, whatever is removed between them, so that none of them can fail until
  /// `endReservation`. On an error no key has changed.
  public mutating func reserve(additional: Int) throws(StorageError) {
    try entries.reserve(count: entries.count + additional)
    try numbers.reserve(additional: additional)
    keepsMemory = true
  }

  /// Ends what `reserve` promised.
  public mutating func endReservation() {
    keepsMemory = false
    numbers.endReservation()
    if count == 0 { reset() }
  }

  private mutating func reset() {
    entries = SegmentedArray(storage: storage)
    firstFree = .max
  }

  @inline(__always)
  private func place(of key: Octets32, _ hash: UInt64) -> BucketTable.Place? {
    numbers.find(UInt32(truncatingIfNeeded: hash)) { entries[Int($0)].key == key }
  }

  /// Whether the table agrees with itself; walks everything.
  var isSound: Bool {
    var free = 0
    var next = firstFree
    while next != .max && free <= entries.count {
      free += 1
      next = entries[Int(next)].handle.bits
    }
    return numbers.isSound && entries.count - free == count
  }

  private func checkInvariants() {
    #if Checked
    if count <= 64 { precondition(isSound) }
    #endif
  }
}
