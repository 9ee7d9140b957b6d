public import Octets

/// Containers with storage from the host: growing, bounded, and without the Swift heap.
///
/// An operation that may need memory throws `StorageError` and has then changed nothing. Containers do not lock: one
/// lane owns each.

/// A growing array whose elements never move: element addresses stay valid until the element is removed.
///
/// Segment k holds `64 << k` elements, so growth copies nothing and at most half of the storage is unused.
@frozen @safe
public struct SegmentedArray<Element: BitwiseCopyable>: ~Copyable {
  /// Memory for `64 << k` elements each. Plain addresses, not regions: the Embedded compiler cannot end an array of
  /// values that have a generic `deinit` (it stops on an assertion of its own), so this type ends its segments itself.
  @usableFromInline var segments: InlineArray<21, UnsafeMutablePointer<Element>?>
  @usableFromInline var tally = 0
  @usableFromInline let storage: Storage

  /// An empty array that will grow from `storage`.
  @inlinable
  public init(storage: Storage) {
    // SAFETY: nil names no memory.
    unsafe segments = InlineArray { _ in nil }
    self.storage = storage
  }

  @inlinable
  deinit {
    for segment in 0..<21 {
      // SAFETY: the segment's memory came from `reserve` with this size; elements need no ending of their own.
      guard let base = unsafe segments[segment] else { continue }
      unsafe storage.giveBack(base, count: 64 &<< segment)
    }
  }

  /// The number of elements.
  @inlinable
  public var count: Int { tally }

  /// The largest number of elements there can be: 64 × (2^21 − 1).
  @inlinable
  public static var maximumCount: Int { 64 * ((1 << 21) - 1) }

  @inlinable
  static func locate(_ index: Int) -> (segment: Int, offset: Int) {
    let shifted = index &+ 64
    let segment = (Int.bitWidth - 1 - 6) &- shifted.leadingZeroBitCount
    return (segment, shifted &- (64 &<< segment))
  }

  /// The element at `index`; traps when `index` is not below `count`.
  @inlinable
  public subscript(_ index: Int) -> Element {
    // SAFETY: the index is below `count`, so its segment exists and the element is initialised.
    unsafeAddress {
      precondition(index >= 0 && index < tally)
      let (segment, offset) = Self.locate(index)
      return unsafe UnsafePointer(segments[segment]! + offset)
    }
    unsafeMutableAddress {
      precondition(index >= 0 && index < tally)
      let (segment, offset) = Self.locate(index)
      return unsafe segments[segment]! + offset
    }
  }

  /// Makes room for one more element, so that the next `append` cannot fail.
  @inlinable
  public mutating func reserveOne() throws(StorageError) {
    try reserve(count: tally + 1)
  }

  /// Makes room for `count` elements in all, so that appending up to there cannot fail.
  @inlinable
  public mutating func reserve(count: Int) throws(StorageError) {
    guard count > tally else { return }
    guard count <= Self.maximumCount else { throw .exhausted }
    let (last, _) = Self.locate(count - 1)
    // SAFETY: the memory is this array's until `deinit`, uninitialised until `append`.
    for segment in 0...last where unsafe segments[segment] == nil {
      unsafe segments[segment] = unsafe try storage.take(count: 64 &<< segment, of: Element.self)
    }
  }

  /// Appends `element`; needs a preceding `reserveOne`, and traps without it.
  @inlinable
  public mutating func append(_ element: consuming Element) {
    let (segment, offset) = Self.locate(tally)
    // SAFETY: the place lies in a segment that `reserve` made, and holds no element.
    unsafe (segments[segment]! + offset).initialize(to: element)
    tally &+= 1
  }

  /// Ends and wipes the last element. A segment is kept for reuse.
  @inlinable
  public mutating func removeLast() {
    precondition(tally > 0)
    let (segment, offset) = Self.locate(tally &- 1)
    // SAFETY: the place holds an element, which needs no ending of its own.
    unsafe secureWipe(at: segments[segment]! + offset, byteCount: MemoryLayout<Element>.stride)
    tally &-= 1
  }

  /// The address of the element at `index`; valid until the element is removed.
  @unsafe @inlinable
  public func address(of index: Int) -> UnsafeMutablePointer<Element> {
    precondition(index >= 0 && index < tally)
    let (segment, offset) = Self.locate(index)
    return unsafe segments[segment]! + offset
  }
}
