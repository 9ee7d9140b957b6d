public import Octets

/// The name of an element of a slab: its place, and which of the place's successive occupants is meant.
@frozen
public struct Handle: BitwiseCopyable, Sendable, Equatable {
  /// The place.
  public let index: UInt32
  /// Odd while occupied; a stale handle's generation no longer matches.
  public let generation: UInt32

  @inlinable
  init(index: UInt32, generation: UInt32) {
    self.index = index
    self.generation = generation
  }

  /// A handle that names nothing.
  @inlinable
  public static var none: Handle { Handle(index: .max, generation: 0) }

  /// The handle as one number, to pass through a host.
  @inlinable
  public var bits: UInt64 { UInt64(generation) &<< 32 | UInt64(index) }

  /// The handle that `bits` was made from.
  @inlinable
  public init(bits: UInt64) {
    index = UInt32(truncatingIfNeeded: bits)
    generation = UInt32(truncatingIfNeeded: bits &>> 32)
  }
}

/// What a slab keeps beside each element.
@frozen @usableFromInline
struct Occupancy: BitwiseCopyable {
  @usableFromInline var generation: UInt32
  /// Next free place while unoccupied.
  @usableFromInline var next: UInt32

  @inlinable
  init(generation: UInt32, next: UInt32) {
    self.generation = generation
    self.next = next
  }
}

/// A pool of elements named by handles; elements never move, and a removed element's place is wiped.
@frozen
public struct Slab<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline var elements: SegmentedArray<Element>
  @usableFromInline var occupancy: SegmentedArray<Occupancy>
  @usableFromInline var firstFree: UInt32 = .max
  @usableFromInline var tally = 0
  /// The most elements there may be at a time.
  public let limit: Int

  /// An empty slab that grows from `storage` up to `limit` elements.
  @inlinable
  public init(limit: Int, storage: Storage) {
    precondition(limit > 0 && limit < Int(UInt32.max))
    elements = SegmentedArray(storage: storage)
    occupancy = SegmentedArray(storage: storage)
    self.limit = limit
  }

  /// The number of occupied places.
  @inlinable
  public var count: Int { tally }

  /// One more than the highest place ever used: the bound for walking all places with `handle(at:)`.
  @inlinable
  public var placeCount: Int { occupancy.count }

  /// Whether `handle` still names an element.
  @inlinable @inline(__always)
  public func contains(_ handle: Handle) -> Bool {
    Int(handle.index) < occupancy.count && occupancy[Int(handle.index)].generation == handle.generation
      && handle.generation & 1 == 1
  }

  /// The handle of the element at `place`, or nil when the place is free.
  @inlinable
  public func handle(at place: Int) -> Handle? {
    guard place >= 0 && place < occupancy.count else { return nil }
    let generation = occupancy[place].generation
    return generation & 1 == 1 ? Handle(index: UInt32(place), generation: generation) : nil
  }

  /// Makes room for `additional` insertions, whatever is removed between them: as long as the limit is kept, none of
  /// them can fail. On an error no element has changed.
  @inlinable
  public mutating func reserve(additional: Int) throws(StorageError) {
    try elements.reserve(count: elements.count &+ additional)
    try occupancy.reserve(count: occupancy.count &+ additional)
  }

  /// Puts `element` into a free place and names it.
  @inlinable
  public mutating func insert(_ element: Element) throws(StorageError) -> Handle {
    guard tally < limit else { throw .exhausted }
    if firstFree != .max {
      let place = Int(firstFree)
      firstFree = occupancy[place].next
      occupancy[place].generation &+= 1
      elements[place] = element
      tally &+= 1
      return Handle(index: UInt32(place), generation: occupancy[place].generation)
    }
    try elements.reserveOne()
    try occupancy.reserveOne()
    elements.append(element)
    occupancy.append(Occupancy(generation: 1, next: .max))
    tally &+= 1
    return Handle(index: UInt32(occupancy.count - 1), generation: 1)
  }

  /// Wipes the element of `handle` and frees its place; traps when the handle is stale.
  @inlinable
  public mutating func remove(_ handle: Handle) {
    precondition(contains(handle))
    let place = Int(handle.index)
    // SAFETY: the place is occupied, so its address is valid for one element; zeros are never read as an element.
    unsafe secureWipe(at: elements.address(of: place), byteCount: MemoryLayout<Element>.stride)
    tally &-= 1
    occupancy[place].generation &+= 1
    // After 2^31 occupants the generation is back at its start: the place is given up, so no handle is issued twice.
    guard occupancy[place].generation != 0 else { return }
    occupancy[place].next = firstFree
    firstFree = handle.index
  }

  /// The element of `handle`; traps when the handle is stale.
  @inlinable
  public subscript(_ handle: Handle) -> Element {
    // SAFETY: the handle names an occupied place.
    @inline(__always) unsafeAddress {
      precondition(contains(handle))
      return unsafe UnsafePointer(elements.address(of: Int(handle.index)))
    }
    @inline(__always) unsafeMutableAddress {
      precondition(contains(handle))
      return unsafe elements.address(of: Int(handle.index))
    }
  }

  /// The address of the element of `handle`; valid until it is removed.
  @unsafe @inlinable @inline(__always)
  public func address(of handle: Handle) -> UnsafeMutablePointer<Element> {
    precondition(contains(handle))
    return unsafe elements.address(of: Int(handle.index))
  }
}
