public import Octets

/// Containers with storage from the host: growing, bounded, and without the Swift heap.
///
/// An operation that may need memory throws `StorageError` and has then changed nothing. Containers do not lock: one
/// lane owns each.

/// A growing array whose elements never move: element addresses stay valid until the element is removed.
///
/// The first segment is about 1 KiB, each further one twice the size of the one before up to about 16 KiB, then all
/// are of that size. So growth copies no element, needs no large block, and leaves at most one segment unused.
///
/// What only reads is inlined always: a call would copy the array's fields to the stack first.
@frozen @safe
public struct SegmentedArray<Element: BitwiseCopyable>: ~Copyable {
  /// The segments, in order; nil before the first one.
  @usableFromInline var directory: UnsafeMutablePointer<UnsafeMutablePointer<Element>>? = nil
  @usableFromInline var directoryCapacity = 0
  @usableFromInline var segmentCount = 0
  @usableFromInline var tally = 0
  @usableFromInline let storage: Storage

  /// An empty array that will grow from `storage`.
  @inlinable
  public init(storage: Storage) {
    self.storage = storage
  }

  @inlinable
  deinit {
    guard let segments = unsafe directory else { return }
    for segment in 0..<segmentCount {
      // SAFETY: each segment was taken with this capacity; its elements need no deinitialisation.
      unsafe storage.giveBack(segments[segment], capacity: Self.capacity(of: segment))
    }
    // SAFETY: the directory was taken with this capacity.
    unsafe storage.giveBack(segments, capacity: directoryCapacity)
  }

  /// The number of elements.
  @inlinable
  public var count: Int { tally }

  /// The largest number of elements there can be.
  @inlinable
  public static var maximumCount: Int { 1 << 31 }

  /// The element at `index`; traps when `index` is not below `count`.
  @inlinable
  public subscript(_ index: Int) -> Element {
    // SAFETY: `address(of:)` checks the index; elements below `count` are initialised.
    @inline(__always) unsafeAddress { unsafe UnsafePointer(address(of: index)) }
    @inline(__always) unsafeMutableAddress { unsafe address(of: index) }
  }

  /// The address of the element at `index`; valid until the element is removed.
  @unsafe @inlinable @inline(__always)
  public func address(of index: Int) -> UnsafeMutablePointer<Element> {
    precondition(index >= 0 && index < tally)
    return unsafe place(index)
  }

  /// The element at `index` by the number of its segment and its place there: what `address(at:)` takes.
  @inlinable
  public static func position(of index: Int) -> Int {
    let (segment, offset) = locate(index)
    return segment &<< fullShift | offset
  }

  /// The address of the element at `position`, which is quicker to find than by index; traps outside the segments
  /// there are. Valid until the element is removed.
  @unsafe @inlinable @inline(__always)
  public func address(at position: Int) -> UnsafeMutablePointer<Element> {
    let (segment, offset) = (position &>> Self.fullShift, position & (1 &<< Self.fullShift &- 1))
    precondition(segment >= 0 && segment < segmentCount)
    // SAFETY: the segment exists; an offset past the end of one of the small first segments is the caller's mistake,
    // who has positions of elements only.
    return unsafe directory.unsafelyUnwrapped[segment] + offset
  }

  /// How many elements from `index` on, whether in use or not, lie side by side in memory.
  @inlinable
  public static func contiguousCount(from index: Int) -> Int {
    let (segment, offset) = locate(index)
    return capacity(of: segment) &- offset
  }

  /// Makes room for one more element, so that the next `append` cannot fail.
  @inlinable
  public mutating func reserveOne() throws(StorageError) {
    try reserve(count: tally &+ 1)
  }

  /// Makes room for `count` elements in all, so that appending up to there cannot fail.
  @inlinable
  public mutating func reserve(count: Int) throws(StorageError) {
    guard count > tally else { return }
    guard count <= Self.maximumCount else { throw .exhausted }
    let (last, _) = Self.locate(count &- 1)
    while segmentCount <= last { try addSegment() }
  }

  /// Appends `element`; needs a preceding `reserveOne`, and traps without it.
  @inlinable
  public mutating func append(_ element: consuming Element) {
    precondition(Self.locate(tally).segment < segmentCount)
    // SAFETY: the segment exists, and the place behind the last element is uninitialised.
    unsafe place(tally).initialize(to: element)
    tally &+= 1
  }

  /// Ends and wipes the last element. Its segment is kept for reuse.
  @inlinable
  public mutating func removeLast() {
    precondition(tally > 0)
    tally &-= 1
    // SAFETY: the place held the last element, which nothing names any more.
    unsafe secureWipe(at: place(tally), byteCount: MemoryLayout<Element>.stride)
  }
}

// SAFETY: an array owns its memory alone; moving it to another thread moves the elements.
extension SegmentedArray: @unsafe @unchecked Sendable where Element: Sendable {}

extension SegmentedArray {
  /// log2 of the number of elements in the first segment: about 1 KiB of them, at least one.
  @inlinable
  static var firstShift: Int { floorLog2(Swift.max(1, 1024 / MemoryLayout<Element>.stride)) }

  /// log2 of the number of elements in a full-sized segment: about 16 KiB of them, at least eight.
  @inlinable
  static var fullShift: Int { floorLog2(Swift.max(8, 16384 / MemoryLayout<Element>.stride)) }

  @inlinable
  static func floorLog2(_ value: Int) -> Int { Int.bitWidth &- 1 &- value.leadingZeroBitCount }

  /// Where the element at `index` lies. Segment k < fullShift − firstShift holds 2^(firstShift + k) elements.
  @inlinable @inline(__always)
  static func locate(_ index: Int) -> (segment: Int, offset: Int) {
    let shifted = index &+ (1 &<< firstShift)
    if shifted >= 1 &<< fullShift {
      let segment = fullShift &- firstShift &- 1 &+ (shifted &>> fullShift)
      return (segment, shifted & ((1 &<< fullShift) &- 1))
    }
    let shift = floorLog2(shifted)
    return (shift &- firstShift, shifted &- (1 &<< shift))
  }

  /// The number of elements in segment `segment`.
  @inlinable
  static func capacity(of segment: Int) -> Int { 1 &<< Swift.min(firstShift &+ segment, fullShift) }

  @unsafe @inlinable @inline(__always)
  func place(_ index: Int) -> UnsafeMutablePointer<Element> {
    let (segment, offset) = Self.locate(index)
    // SAFETY: the callers name a place whose segment exists, so there is a directory.
    return unsafe directory.unsafelyUnwrapped[segment] + offset
  }

  @inlinable
  mutating func addSegment() throws(StorageError) {
    if segmentCount == directoryCapacity { try growDirectory() }
    // SAFETY: the directory has room for one more segment.
    let segment = unsafe try storage.take(Self.capacity(of: segmentCount), of: Element.self)
    unsafe directory.unsafelyUnwrapped[segmentCount] = unsafe segment
    segmentCount &+= 1
  }

  @inlinable
  mutating func growDirectory() throws(StorageError) {
    let capacity = Swift.max(8, directoryCapacity &* 2)
    let larger = unsafe try storage.take(capacity, of: UnsafeMutablePointer<Element>.self)
    if let old = unsafe directory {
      // SAFETY: the first `segmentCount` entries of the old directory are initialised and fit the larger one.
      unsafe larger.initialize(from: old, count: segmentCount)
      unsafe storage.giveBack(old, capacity: directoryCapacity)
    }
    unsafe directory = unsafe larger
    directoryCapacity = capacity
  }
}
