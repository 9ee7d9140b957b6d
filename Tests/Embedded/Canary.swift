/// Uses the Swift heap, which the gate on undefined symbols must notice. Compiled without `-no-allocations`.
public final class HeapUser {
  /// Some state, so that the object is worth its allocation.
  public var value = 0

  /// Allocates.
  public init() {}
}

/// Allocates an object the optimiser cannot remove.
@_cdecl("canary_allocate")
public func canaryAllocate() -> UnsafeMutableRawPointer {
  unsafe Unmanaged.passRetained(HeapUser()).toOpaque()
}
