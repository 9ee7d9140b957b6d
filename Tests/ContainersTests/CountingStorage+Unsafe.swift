import Containers
import Foundation

/// Storage from malloc that knows how many bytes are out, and refuses on request.
final class CountingStorage: @unchecked Sendable {
  private(set) var bytesOut = 0
  /// Bytes given back that were not zero.
  private(set) var dirtyBytes = 0
  /// Requests left before refusals begin.
  var requestsLeft = Int.max

  /// Runs `body` with a counter that outlives every container `body` makes.
  static func lend(_ body: (CountingStorage) throws -> Void) rethrows {
    let counter = CountingStorage()
    try withExtendedLifetime(counter) { try body(counter) }
  }

  /// The storage; this object must outlive every container that uses it.
  var storage: Storage {
    // SAFETY: the context is this object, which the test keeps alive; both functions keep the contract of Storage.
    unsafe Storage(
      context: Unmanaged.passUnretained(self).toOpaque(),
      take: { context, byteCount, alignment in
        let counter = unsafe Unmanaged<CountingStorage>.fromOpaque(context!).takeUnretainedValue()
        guard counter.requestsLeft > 0 else { return nil }
        counter.requestsLeft -= 1
        counter.bytesOut += byteCount
        return unsafe aligned_alloc(alignment, (byteCount + alignment - 1) / alignment * alignment)
      },
      giveBack: { context, place, byteCount, _ in
        let counter = unsafe Unmanaged<CountingStorage>.fromOpaque(context!).takeUnretainedValue()
        counter.bytesOut -= byteCount
        let bytes = unsafe UnsafeRawBufferPointer(start: place, count: byteCount)
        unsafe counter.dirtyBytes += bytes.reduce(0) { $0 + ($1 == 0 ? 0 : 1) }
        unsafe free(place)
      })
  }
}
