// First-in, first-out with a bound: see `Ring`.

/// A first-in, first-out queue of bounded length in one region.
@frozen
public struct Ring<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline var elements: Region<Element>
  @usableFromInline var first = 0
  @usableFromInline var tally = 0

  /// An empty queue of at most `capacity` elements.
  @inlinable
  public init(capacity: Int, storage: Storage) throws(StorageError) {
    elements = try Region(uninitialized: capacity, from: storage)
  }

  /// The number of elements.
  @inlinable
  public var count: Int { tally }

  /// The most elements there can be.
  @inlinable
  public var capacity: Int { elements.capacity }

  /// Appends `element`, unless the queue is full: then false.
  @inlinable
  public mutating func append(_ element: Element) -> Bool {
    guard tally < elements.capacity else { return false }
    var place = first &+ tally
    if place >= elements.capacity { place &-= elements.capacity }
    elements.initialize(place, to: element)
    tally &+= 1
    return true
  }

  /// Takes the oldest element out and wipes its place; nil when the queue is empty.
  @inlinable
  public mutating func removeFirst() -> Element? {
    guard tally > 0 else { return nil }
    let element = elements.take(first)
    first = first &+ 1 == elements.capacity ? 0 : first &+ 1
    tally &-= 1
    return element
  }

  /// Drops and wipes every element.
  @inlinable
  public mutating func removeAll() {
    while removeFirst() != nil {}
  }
}
