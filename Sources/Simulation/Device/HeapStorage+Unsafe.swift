public import Tunnel

/// Storage from the process's heap that keeps books: what is out, and whether the next request is to fail.
public final class HeapStorage {
  /// Regions taken and not given back.
  public private(set) var outstanding = 0
  /// Bytes in them.
  public private(set) var byteCount = 0
  /// Requests so far.
  public private(set) var requests = 0
  /// The number of the request that fails, once; nil for none.
  public var failingRequest: Int?

  /// Books with nothing in them.
  public init() {}

  /// The storage as containers take it. Valid while this object lives; one thread at a time.
  public var storage: Storage {
    // SAFETY: the context is this object, kept alive by the device that owns the containers.
    unsafe Storage(
      context: Unmanaged.passUnretained(self).toOpaque(),
      take: { context, byteCount, alignment in
        guard let context = unsafe context else { return nil }
        let books = unsafe Unmanaged<HeapStorage>.fromOpaque(context).takeUnretainedValue()
        books.requests += 1
        if books.failingRequest == books.requests { return nil }
        books.outstanding += 1
        books.byteCount += byteCount
        return UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: alignment)
      },
      giveBack: { context, place, byteCount, _ in
        guard let context = unsafe context else { return }
        let books = unsafe Unmanaged<HeapStorage>.fromOpaque(context).takeUnretainedValue()
        books.outstanding -= 1
        books.byteCount -= byteCount
        unsafe place.deallocate()
      })
  }
}
