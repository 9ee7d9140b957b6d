import Containers

/// A hash table of 64-bit values under 32-bit hashes; several values may share a hash.
///
/// Linear hashing: the table grows by splitting one bucket an insertion, so no operation moves more than one chain,
/// whatever the size. A bucket is one cache line of five entries and holds about three: finding one reads one line,
/// seldom two. The quality of the hashes is the caller's affair: values under one hash share a chain that is walked.
struct BucketTable: ~Copyable {
  /// One cache line: entries, their number, and where the chain goes on.
  struct Bucket: BitwiseCopyable {
    static var capacity: Int { 5 }

    var hashes = InlineArray<5, UInt32>(repeating: 0)
    /// The number of entries in the low 3 bits; above, the overflow bucket that continues the chain, plus one.
    private var state: UInt32 = 0
    var values = InlineArray<5, UInt64>(repeating: 0)

    var count: Int {
      @inline(__always) get { Int(state & 7) }
      set { state = state & ~7 | UInt32(truncatingIfNeeded: newValue) }
    }
    /// The number of the overflow bucket that continues the chain; -1 when none does.
    var next: Int {
      @inline(__always) get { Int(state &>> 3) &- 1 }
      set { state = state & 7 | UInt32(truncatingIfNeeded: newValue &+ 1) &<< 3 }
    }

    /// A bit for each entry with this hash.
    @inline(__always)
    func matches(_ hash: UInt32) -> UInt32 {
      var found: UInt32 = 0
      for i in 0..<5 { found |= (hashes[i] == hash ? 1 : 0) &<< UInt32(i) }
      return found & (1 &<< UInt32(count) &- 1)
    }
  }

  /// An entry's place; valid until the next insertion or removal.
  struct Place: BitwiseCopyable {
    /// The number of the bucket; as an overflow bucket, minus one minus its number.
    fileprivate var bucket: Int
    fileprivate var entry: Int
  }

  /// The buckets hashes lead to.
  private var buckets: SegmentedArray<Bucket>
  /// Buckets that continue chains; free ones are chained from `firstFree`.
  private var overflow: SegmentedArray<Bucket>
  private var firstFree = -1
  /// The bits of a hash that number a bucket, once all buckets of this doubling are there.
  private var mask: UInt32 = 0
  /// The number of entries.
  private(set) var count = 0
  /// Whether an empty table keeps its memory: what was reserved must still be there.
  private var keepsMemory = false
  private let storage: Storage

  /// Entries a bucket is to hold on average; more, and the table grows.
  static var load: Int { 3 }
  /// Overflow buckets that can be numbered.
  private static var overflowLimit: Int { 1 << 29 - 1 }

  init(storage: Storage) {
    buckets = SegmentedArray(storage: storage)
    overflow = SegmentedArray(storage: storage)
    self.storage = storage
  }

  /// The value at `place`.
  subscript(_ place: Place) -> UInt64 {
    @inline(__always) get {
      place.bucket < 0 ? overflow[~place.bucket].values[place.entry] : buckets[place.bucket].values[place.entry]
    }
    set {
      if place.bucket < 0 {
        overflow[~place.bucket].values[place.entry] = newValue
      } else {
        buckets[place.bucket].values[place.entry] = newValue
      }
    }
  }

  /// The first value under `hash` that `matches` accepts.
  ///
  /// Inlined, as everything on its way: a call would copy the table's fields first.
  @inline(__always)
  func find(_ hash: UInt32, where matches: (UInt64) -> Bool) -> Place? {
    guard count > 0 else { return nil }
    let home = home(of: hash)
    var found = buckets[home].matches(hash)
    while found != 0 {
      let place = Place(bucket: home, entry: found.trailingZeroBitCount)
      if matches(buckets[home].values[place.entry]) { return place }
      found &= found &- 1
    }
    var next = buckets[home].next
    while next >= 0 {
      found = overflow[next].matches(hash)
      while found != 0 {
        let place = Place(bucket: ~next, entry: found.trailingZeroBitCount)
        if matches(overflow[next].values[place.entry]) { return place }
        found &= found &- 1
      }
      next = overflow[next].next
    }
    return nil
  }

  /// Adds `value` under `hash`, whatever is there already. On an error nothing has changed.
  mutating func insert(_ hash: UInt32, _ value: UInt64) throws(StorageError) {
    let grows = count >= buckets.count * Self.load
    if grows { try buckets.reserveOne() }
    if buckets.count > 0 && firstFree < 0 && self[bucket: lastBucket(under: hash).number].count == Bucket.capacity {
      guard overflow.count < Self.overflowLimit else { throw .exhausted }
      try overflow.reserveOne()
    }
    if buckets.count == 0 { buckets.append(Bucket()) }
    append(hash, value)
    count += 1
    if grows && count > 1 { split() }
  }

  /// Removes the entry at `place`, which is under `hash`.
  mutating func remove(_ place: Place, under hash: UInt32) {
    let (last, previous) = lastBucket(under: hash)
    var donor = self[bucket: last]
    donor.count -= 1
    let (movedHash, movedValue) = (donor.hashes[donor.count], donor.values[donor.count])
    donor.hashes[donor.count] = 0
    donor.values[donor.count] = 0
    self[bucket: last] = donor
    if place.bucket != last || place.entry != donor.count {
      var holed = self[bucket: place.bucket]
      holed.hashes[place.entry] = movedHash
      holed.values[place.entry] = movedValue
      self[bucket: place.bucket] = holed
    }
    if donor.count == 0 && last < 0 {
      self[bucket: previous].next = -1
      release(~last)
    }
    count -= 1
    if count == 0 && !keepsMemory { reset() }
  }

  /// Makes room for `additional` insertions, whatever is removed between them, so that none of them can fail until
  /// `endReservation`. On an error nothing has changed but the room.
  ///
  /// An insertion takes at most one overflow bucket and adds at most one bucket.
  mutating func reserve(additional: Int) throws(StorageError) {
    guard additional < Self.overflowLimit - overflow.count else { throw .exhausted }
    try buckets.reserve(count: (count + additional) / Self.load + 2)
    try overflow.reserve(count: overflow.count + additional)
    keepsMemory = true
  }

  /// Ends what `reserve` promised.
  mutating func endReservation() {
    keepsMemory = false
    if count == 0 { reset() }
  }
}

extension BucketTable {
  /// The bucket with this number, an overflow bucket when it is negative.
  private subscript(bucket number: Int) -> Bucket {
    get { number < 0 ? overflow[~number] : buckets[number] }
    set { if number < 0 { overflow[~number] = newValue } else { buckets[number] = newValue } }
  }

  /// The bucket where the chain of `hash` begins.
  @inline(__always)
  private func home(of hash: UInt32) -> Int {
    let number = Int(hash & mask)
    return number < buckets.count ? number : Int(hash & mask &>> 1)
  }

  /// The bucket where the chain of `hash` ends, and the one before it.
  private func lastBucket(under hash: UInt32) -> (number: Int, previous: Int) {
    var (number, previous) = (home(of: hash), home(of: hash))
    while true {
      let next = self[bucket: number].next
      guard next >= 0 else { return (number, previous) }
      (number, previous) = (~next, number)
    }
  }

  /// Adds to the end of a chain; an overflow bucket is free if one is needed.
  private mutating func append(_ hash: UInt32, _ value: UInt64) {
    var number = lastBucket(under: hash).number
    if self[bucket: number].count == Bucket.capacity {
      let fresh = takeOverflow()
      self[bucket: number].next = fresh
      number = ~fresh
    }
    var bucket = self[bucket: number]
    bucket.hashes[bucket.count] = hash
    bucket.values[bucket.count] = value
    bucket.count += 1
    self[bucket: number] = bucket
  }

  /// Adds one bucket and deals it its share of the bucket it doubles. Two chains of the entries of one need no more
  /// overflow buckets than that one had, so the ones set free on the way are enough.
  private mutating func split() {
    let fresh = buckets.count
    let half = 1 &<< (Int.bitWidth &- 1 &- fresh.leadingZeroBitCount)
    buckets.append(Bucket())
    mask = UInt32(truncatingIfNeeded: 2 &* half &- 1)
    var rest = buckets[fresh - half]
    buckets[fresh - half] = Bucket()
    while true {
      for i in 0..<rest.count { append(rest.hashes[i], rest.values[i]) }
      let next = rest.next
      guard next >= 0 else { return }
      rest = overflow[next]
      release(next)
    }
  }

  private mutating func takeOverflow() -> Int {
    guard firstFree >= 0 else {
      overflow.append(Bucket())
      return overflow.count - 1
    }
    let number = firstFree
    firstFree = overflow[number].next
    overflow[number] = Bucket()
    return number
  }

  private mutating func release(_ number: Int) {
    overflow[number] = Bucket()
    overflow[number].next = firstFree
    firstFree = number
  }

  /// Gives all memory back.
  private mutating func reset() {
    buckets = SegmentedArray(storage: storage)
    overflow = SegmentedArray(storage: storage)
    firstFree = -1
    mask = 0
  }
}

extension BucketTable {
  /// Whether every entry lies in the chain of its hash and every overflow bucket is in one chain or free.
  var isSound: Bool {
    var (entries, chained, free) = (0, 0, 0)
    for number in 0..<buckets.count {
      var bucket = buckets[number]
      while true {
        for i in 0..<bucket.count where home(of: bucket.hashes[i]) != number { return false }
        entries += bucket.count
        guard bucket.next >= 0 else { break }
        guard bucket.count == Bucket.capacity && chained < overflow.count else { return false }
        chained += 1
        bucket = overflow[bucket.next]
        guard bucket.count > 0 else { return false }
      }
    }
    var next = firstFree
    while next >= 0 && free <= overflow.count {
      free += 1
      next = overflow[next].next
    }
    return entries == count && chained + free == overflow.count
  }
}
