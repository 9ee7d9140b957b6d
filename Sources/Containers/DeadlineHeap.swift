public import Timeline

/// Deadlines of members numbered from 0, earliest first: a binary heap that knows where each member is.
///
/// A member has at most one deadline. Setting, moving and clearing it cost O(log n); reading the earliest is O(1).
public struct DeadlineHeap: ~Copyable {
  struct Entry: BitwiseCopyable {
    var deadline: Instant
    var member: UInt32
  }

  var entries: SegmentedArray<Entry>
  /// Place of each member in `entries`, plus one; 0 when the member has no deadline.
  var places: SegmentedArray<UInt32>

  /// An empty heap that grows from `storage`.
  public init(storage: Storage) {
    entries = SegmentedArray(storage: storage)
    places = SegmentedArray(storage: storage)
  }

  /// The number of members with a deadline.
  public var count: Int { entries.count }

  /// Makes room for members below `count`, so that `set` cannot fail for them.
  public mutating func reserve(memberCount: Int) throws(StorageError) {
    try places.reserve(count: memberCount)
    try entries.reserve(count: memberCount)
    while places.count < memberCount { places.append(0) }
  }

  /// The earliest deadline, or the distant future.
  public var earliest: Instant { entries.count == 0 ? .distantFuture : entries[0].deadline }

  /// The member whose deadline is earliest, when that is not after `now`.
  public func due(at now: Instant) -> UInt32? {
    entries.count > 0 && entries[0].deadline <= now ? entries[0].member : nil
  }

  /// The deadline of `member`, or the distant future.
  public func deadline(of member: UInt32) -> Instant {
    guard Int(member) < places.count else { return .distantFuture }
    let place = places[Int(member)]
    return place == 0 ? .distantFuture : entries[Int(place) - 1].deadline
  }

  /// Gives `member` this deadline in place of any other; the distant future clears it. Needs `reserve` first.
  public mutating func set(_ member: UInt32, to deadline: Instant) {
    let place = places[Int(member)]
    if deadline == .distantFuture {
      if place != 0 { remove(at: Int(place) - 1) }
      return
    }
    if place == 0 {
      entries.append(Entry(deadline: deadline, member: member))
      places[Int(member)] = UInt32(entries.count)
      rise(from: entries.count - 1)
    } else {
      let old = entries[Int(place) - 1].deadline
      entries[Int(place) - 1].deadline = deadline
      if deadline < old { rise(from: Int(place) - 1) } else { sink(from: Int(place) - 1) }
    }
  }

  private mutating func remove(at place: Int) {
    places[Int(entries[place].member)] = 0
    let last = entries.count - 1
    if place != last {
      entries[place] = entries[last]
      places[Int(entries[place].member)] = UInt32(place + 1)
    }
    entries.removeLast()
    if place != last {
      rise(from: place)
      sink(from: place)
    }
  }

  private mutating func exchange(_ one: Int, _ other: Int) {
    let entry = entries[one]
    entries[one] = entries[other]
    entries[other] = entry
    places[Int(entries[one].member)] = UInt32(one + 1)
    places[Int(entries[other].member)] = UInt32(other + 1)
  }

  private mutating func rise(from start: Int) {
    var place = start
    while place > 0 {
      let parent = (place - 1) / 2
      guard entries[place].deadline < entries[parent].deadline else { return }
      exchange(place, parent)
      place = parent
    }
  }

  private mutating func sink(from start: Int) {
    var place = start
    while true {
      var child = 2 * place + 1
      guard child < entries.count else { return }
      if child + 1 < entries.count && entries[child + 1].deadline < entries[child].deadline { child += 1 }
      guard entries[child].deadline < entries[place].deadline else { return }
      exchange(place, child)
      place = child
    }
  }
}
