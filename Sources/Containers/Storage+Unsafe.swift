public import Octets

/// What a host that cannot give storage answers.
@frozen
public enum StorageError: UInt8, Error, Sendable {
  /// The host has no memory left for this request. Nothing has changed.
  case exhausted
}

/// The host's memory, as two C functions: the core allocates from nowhere else.
///
/// Both may be called wherever the core is called that owns the containers (on NT: at IRQL ≤ DISPATCH_LEVEL).
@frozen @safe
public struct Storage: Sendable {
  /// Returns `byteCount` bytes aligned to `alignment` (a power of two ≤ 64), of any content, or nil.
  public typealias Take = @convention(c) (UnsafeMutableRawPointer?, Int, Int) -> UnsafeMutableRawPointer?
  /// Takes back exactly what `Take` returned for this size and alignment.
  public typealias GiveBack = @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer, Int, Int) -> Void

  // SAFETY: an opaque value for the two functions, which the host promises may be called from any thread.
  @usableFromInline nonisolated(unsafe) let context: UnsafeMutableRawPointer?
  @usableFromInline let takeFunction: Take
  @usableFromInline let giveBackFunction: GiveBack

  /// Storage from the host's two functions; `context` is passed to both.
  @unsafe @inlinable
  public init(context: UnsafeMutableRawPointer?, take: @escaping Take, giveBack: @escaping GiveBack) {
    unsafe self.context = unsafe context
    unsafe takeFunction = unsafe take
    unsafe giveBackFunction = unsafe giveBack
  }

  /// Memory starts on a cache line, so that an element that divides a line never straddles two.
  @inlinable static var alignment: Int { 64 }

  /// Takes memory for `capacity ≥ 1` uninitialised elements; it goes back with `giveBack` and the same capacity.
  @unsafe @inlinable
  func take<Element: ~Copyable>(
    _ capacity: Int, of type: Element.Type
  ) throws(StorageError) -> UnsafeMutablePointer<Element> {
    let (byteCount, overflow) = capacity.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
    precondition(capacity > 0 && !overflow && MemoryLayout<Element>.alignment <= Self.alignment)
    guard let place = unsafe takeFunction(context, byteCount, Self.alignment) else { throw .exhausted }
    return unsafe place.bindMemory(to: Element.self, capacity: capacity)
  }

  /// Wipes the memory of `capacity` elements, all ended, and gives it back.
  @unsafe @inlinable
  func giveBack<Element: ~Copyable>(_ place: UnsafeMutablePointer<Element>, capacity: Int) {
    let byteCount = capacity &* MemoryLayout<Element>.stride
    unsafe secureWipe(at: place, byteCount: byteCount)
    unsafe giveBackFunction(context, place, byteCount, Self.alignment)
  }
}

/// Memory for exactly `capacity` elements, taken from the host and given back, wiped, when the region ends.
///
/// A region does not know which elements are initialised: its owner does, and deinitialises them first.
@frozen @safe
public struct Region<Element: ~Copyable>: ~Copyable {
  @usableFromInline let base: UnsafeMutablePointer<Element>
  @usableFromInline let storage: Storage
  /// The number of elements.
  public let capacity: Int

  /// Takes memory for `capacity ≥ 1` elements; the elements are uninitialised.
  @inlinable
  public init(uninitialized capacity: Int, from storage: Storage) throws(StorageError) {
    // SAFETY: the memory is owned by this region until deinit gives it back.
    unsafe base = unsafe try storage.take(capacity, of: Element.self)
    self.storage = storage
    self.capacity = capacity
  }

  @inlinable
  deinit {
    // SAFETY: the memory came from `init` with this capacity; the owner has deinitialised the elements.
    unsafe storage.giveBack(base, capacity: capacity)
  }

  /// The initialised element at `index`; traps outside the region.
  @inlinable
  public subscript(_ index: Int) -> Element {
    // SAFETY: the index is checked; the owner only names initialised elements.
    unsafeAddress {
      precondition(index >= 0 && index < capacity)
      return unsafe UnsafePointer(base + index)
    }
    unsafeMutableAddress {
      precondition(index >= 0 && index < capacity)
      return unsafe base + index
    }
  }

  /// Initialises the element at `index`.
  @inlinable
  public mutating func initialize(_ index: Int, to element: consuming Element) {
    precondition(index >= 0 && index < capacity)
    // SAFETY: the index is checked; the owner names an uninitialised element.
    unsafe (base + index).initialize(to: element)
  }

  /// Moves the element at `index` out and wipes its place.
  @inlinable
  public mutating func take(_ index: Int) -> Element {
    precondition(index >= 0 && index < capacity)
    // SAFETY: the index is checked; the owner names an initialised element and forgets it.
    let element = unsafe (base + index).move()
    unsafe secureWipe(at: base + index, byteCount: MemoryLayout<Element>.stride)
    return element
  }

  /// Ends the element at `index` and wipes its place.
  @inlinable
  public mutating func discard(_ index: Int) {
    precondition(index >= 0 && index < capacity)
    // SAFETY: as in `take`.
    unsafe (base + index).deinitialize(count: 1)
    unsafe secureWipe(at: base + index, byteCount: MemoryLayout<Element>.stride)
  }

  /// The address of the element at `index`; valid while the region lives.
  @unsafe @inlinable
  public func address(of index: Int) -> UnsafeMutablePointer<Element> {
    precondition(index >= 0 && index < capacity)
    return unsafe base + index
  }
}

extension Region where Element: BitwiseCopyable {
  /// Takes memory for `capacity` elements, each a copy of `element`.
  @inlinable
  public init(repeating element: Element, count capacity: Int, from storage: Storage) throws(StorageError) {
    try self.init(uninitialized: capacity, from: storage)
    // SAFETY: the memory is ours and holds `capacity` elements.
    unsafe base.initialize(repeating: element, count: capacity)
  }

  /// Lends the elements of `range` to `body` for changing.
  @inlinable
  public mutating func withMutableSpan<Result: ~Copyable, Failure: Error>(
    of range: Range<Int>, _ body: (inout MutableSpan<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= capacity)
    // SAFETY: the range was checked; every element is initialised, and self is exclusive for the call.
    var view = unsafe MutableSpan(_unsafeStart: base + range.lowerBound, count: range.count)
    return try body(&view)
  }

  /// A view of all elements.
  @inlinable
  public var span: Span<Element> {
    @_lifetime(borrow self) borrowing get {
      // SAFETY: every element is initialised (BitwiseCopyable regions are created filled) and lives as long as self.
      let view = unsafe Span(_unsafeStart: base, count: capacity)
      return unsafe _overrideLifetime(view, borrowing: self)
    }
  }
}

// SAFETY: a region owns its memory alone; moving it to another thread moves the elements.
extension Region: @unsafe @unchecked Sendable where Element: Sendable & ~Copyable {}
