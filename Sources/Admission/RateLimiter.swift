public import Containers
internal import Cryptography
public import Octets
public import Timeline

/// At most 20 handshake messages a second from one source, in bursts of at most 5 (protocol §7.5).
///
/// A token bucket counted in time: a message costs 50 ms, and a source saves up at most 250 ms. Sources are IPv4 addresses
/// and IPv6 networks of 64 bits, found by a keyed hash so that nobody can choose sources that collide. Storage is taken
/// with the first source and given back when the last one has gone.
///
/// Sources are kept in order of their last message, so the idle ones are found without a search. One lane owns a limiter.
public struct RateLimiter: ~Copyable {
  /// What one message costs: 1 s / 20.
  public static var cost: Interval { .milliseconds(50) }
  /// The most a source can save up: a burst of 5.
  public static var capacity: Interval { .milliseconds(250) }
  /// A source silent for longer than this is forgotten; its savings are full long before.
  public static var idleTime: Interval { .seconds(1) }
  /// Sources known at a time; beyond, others are denied (protocol §28: eight a bucket).
  public static var maximumSourceCount: Int { 8 * bucketCount }
  /// The most sources one `advance` forgets.
  public static var sweepLimit: Int { 256 }
  static var bucketCount: Int { 8192 }

  private let hash: SipHash24
  private let storage: Storage
  /// The first source of each bucket; empty until the first source comes.
  private var buckets: SegmentedArray<UInt32>
  private var sources: SegmentedArray<RateSource>
  private var firstFree: UInt32 = .max
  private var oldest: UInt32 = .max
  private var newest: UInt32 = .max
  private var tally = 0

  /// A limiter that knows no source; `key` is 16 random bytes, secret, never used for another table.
  public init(key: borrowing Octets16, storage: Storage) {
    hash = SipHash24(key: copy key)
    self.storage = storage
    buckets = SegmentedArray(storage: storage)
    sources = SegmentedArray(storage: storage)
  }

  /// The number of sources known.
  public var count: Int { tally }

  /// Whether a message from `source` may be processed; takes its cost when it may. A source never seen before is denied
  /// when there is no place or no storage for it.
  public mutating func allow(_ source: IPAddress, at now: Instant) -> Bool {
    let network = RateSource.network(of: source)
    let bucket = Int(truncatingIfNeeded: hash.hash(network, UInt64(source.family.rawValue))) & (Self.bucketCount - 1)
    if let place = find(network, source.family, in: bucket) {
      unlink(place)
      linkNewest(place)
      return sources[Int(place)].spend(at: now)
    }
    return insert(RateSource(network: network, family: source.family, bucket: UInt32(bucket), at: now))
  }

  /// Forgets sources silent for more than 1 s, at most `sweepLimit`, and returns when to call again: `now` when more are
  /// waiting, the distant future when no source is known. Being late or never calling costs only storage.
  public mutating func advance(to now: Instant) -> Instant {
    for _ in 0..<Self.sweepLimit {
      guard oldest != .max else { return .distantFuture }
      guard forgetOldest(at: now) else {
        return sources[Int(oldest)].last + Self.idleTime + .nanoseconds(1)
      }
    }
    return oldest == .max ? .distantFuture : now
  }

  private func find(_ network: UInt64, _ family: IPAddress.Family, in bucket: Int) -> UInt32? {
    guard tally > 0 else { return nil }
    var place = buckets[bucket]
    while place != .max {
      if sources[Int(place)].network == network && sources[Int(place)].family == family { return place }
      place = sources[Int(place)].next
    }
    return nil
  }

  private mutating func insert(_ source: RateSource) -> Bool {
    if tally == Self.maximumSourceCount && !forgetOldest(at: source.last) { return false }
    do throws(StorageError) {
      try reserve()
    } catch {
      return false
    }
    var place = firstFree
    if place != .max {
      firstFree = sources[Int(place)].next
      sources[Int(place)] = source
    } else {
      place = UInt32(truncatingIfNeeded: sources.count)
      sources.append(source)
    }
    let bucket = Int(source.bucket)
    sources[Int(place)].next = buckets[bucket]
    buckets[bucket] = place
    linkNewest(place)
    tally += 1
    return true
  }

  /// Makes sure that there are buckets and a place.
  private mutating func reserve() throws(StorageError) {
    try buckets.reserve(count: Self.bucketCount)
    while buckets.count < Self.bucketCount { buckets.append(.max) }
    if firstFree == .max { try sources.reserveOne() }
  }

  /// Forgets the source that has been silent longest when that is more than 1 s.
  private mutating func forgetOldest(at now: Instant) -> Bool {
    let place = oldest
    guard place != .max && now.since(sources[Int(place)].last) > Self.idleTime else { return false }
    unlink(place)
    removeFromBucket(place)
    sources[Int(place)].next = firstFree
    firstFree = place
    tally -= 1
    if tally == 0 { release() }
    return true
  }

  private mutating func release() {
    buckets = SegmentedArray(storage: storage)
    sources = SegmentedArray(storage: storage)
    firstFree = .max
  }

  private mutating func removeFromBucket(_ place: UInt32) {
    let bucket = Int(sources[Int(place)].bucket)
    let next = sources[Int(place)].next
    if buckets[bucket] == place {
      buckets[bucket] = next
      return
    }
    var before = buckets[bucket]
    while sources[Int(before)].next != place { before = sources[Int(before)].next }
    sources[Int(before)].next = next
  }

  private mutating func unlink(_ place: UInt32) {
    let older = sources[Int(place)].older
    let newer = sources[Int(place)].newer
    if older == .max { oldest = newer } else { sources[Int(older)].newer = newer }
    if newer == .max { newest = older } else { sources[Int(newer)].older = older }
  }

  private mutating func linkNewest(_ place: UInt32) {
    sources[Int(place)].older = newest
    sources[Int(place)].newer = .max
    if newest == .max { oldest = place } else { sources[Int(newest)].newer = place }
    newest = place
  }
}

/// One source of a `RateLimiter`. Places are linked twice: in a bucket (or the free list) and by age.
struct RateSource: BitwiseCopyable {
  let network: UInt64
  let family: IPAddress.Family
  let bucket: UInt32
  /// The next place of the bucket, or of the free list.
  var next: UInt32 = .max
  var older: UInt32 = .max
  var newer: UInt32 = .max
  /// When its last message came, and what it had saved up after that.
  var last: Instant
  var savings: Interval

  /// A source whose first message came just now and has been paid for.
  init(network: UInt64, family: IPAddress.Family, bucket: UInt32, at now: Instant) {
    self.network = network
    self.family = family
    self.bucket = bucket
    last = now
    savings = .nanoseconds(RateLimiter.capacity.nanoseconds - RateLimiter.cost.nanoseconds)
  }

  /// What identifies a source beside its family: an IPv4 address, or the first 64 bits of an IPv6 address.
  static func network(of address: IPAddress) -> UInt64 {
    UInt64(truncatingIfNeeded: address.family == .v4 ? address.value : address.value &>> 64)
  }

  /// Adds the time since the last message, denied ones included, and pays for this one when the savings suffice.
  mutating func spend(at now: Instant) -> Bool {
    savings = min(RateLimiter.capacity, savings + now.since(last))
    last = max(last, now)
    guard savings >= RateLimiter.cost else { return false }
    savings = .nanoseconds(savings.nanoseconds - RateLimiter.cost.nanoseconds)
    return true
  }
}
