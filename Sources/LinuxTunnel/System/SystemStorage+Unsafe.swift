public import Containers
internal import Glibc

extension Storage {
  /// The C heap.
  public static var system: Storage {
    // SAFETY: both functions may be called from any thread; `free` gets what `aligned_alloc` returned.
    unsafe Storage(
      context: nil,
      take: { _, byteCount, alignment in
        unsafe aligned_alloc(alignment, (byteCount + alignment - 1) / alignment * alignment)
      },
      giveBack: { _, place, _, _ in unsafe free(place) })
  }
}

extension Region where Element: ~Copyable {
  /// Memory of the C heap for `count` elements, uninitialised.
  static func system(count: Int) throws(SystemError) -> Region {
    do throws(StorageError) {
      return try Region(uninitialized: count, from: .system)
    } catch {
      throw SystemError(.allocateMemory, number: ENOMEM)
    }
  }
}
