import Containers
import Glibc

/// Storage from the C heap that counts what is out and refuses once its allowance is used up. Outlives its users.
final class HeapStorage {
  /// Bytes taken and not given back.
  private(set) var byteCount = 0
  /// How many more times storage may be taken.
  var allowance = Int.max

  var storage: Storage {
    // SAFETY: the object outlives every container made in a test; the functions match `Storage`'s contract.
    unsafe Storage(
      context: Unmanaged.passUnretained(self).toOpaque(),
      take: { context, byteCount, alignment in
        let heap = unsafe Unmanaged<HeapStorage>.fromOpaque(context!).takeUnretainedValue()
        guard heap.allowance > 0 else { return nil }
        heap.allowance -= 1
        heap.byteCount += byteCount
        let rounded = (byteCount + alignment - 1) / alignment * alignment
        return unsafe aligned_alloc(alignment, rounded)
      },
      giveBack: { context, place, byteCount, _ in
        unsafe Unmanaged<HeapStorage>.fromOpaque(context!).takeUnretainedValue().byteCount -= byteCount
        unsafe free(place)
      })
  }
}
