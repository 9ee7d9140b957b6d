internal import Glibc
internal import Octets

/// Page-aligned memory for packets. Pages that were never written cost nothing.
///
/// Wiped by nobody: what it holds are packets, never keys.
@safe
public struct PacketMemory: ~Copyable {
  let base: UnsafeMutableRawPointer
  /// The size in bytes.
  public let byteCount: Int

  /// Maps `byteCount ≥ 1` bytes of zeros.
  public init(byteCount: Int) throws(SystemError) {
    // SAFETY: an anonymous private mapping; nobody else knows its address.
    let place = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let place = unsafe place, unsafe place != MAP_FAILED else {
      throw SystemError(.allocateMemory, number: errno)
    }
    unsafe base = unsafe place
    self.byteCount = byteCount
  }

  deinit {
    // SAFETY: mapped by `init` with this size; views of it cannot outlive self.
    _ = unsafe munmap(base, byteCount)
  }

  /// A view of all bytes.
  public var bytes: RawSpan {
    @_lifetime(borrow self) borrowing get {
      // SAFETY: the mapping is readable, initialised and lives as long as self.
      let view = unsafe RawSpan(_unsafeStart: base, byteCount: byteCount)
      return unsafe _overrideLifetime(view, borrowing: self)
    }
  }

  /// A view for writing.
  public var mutableBytes: MutableRawSpan {
    @_lifetime(&self) mutating get {
      // SAFETY: the mapping is writable, lives as long as self, and self is borrowed exclusively for the view's life.
      let view = unsafe MutableRawSpan(_unsafeStart: base, byteCount: byteCount)
      return unsafe _overrideLifetime(view, mutating: &self)
    }
  }

  /// The address of the byte at `offset`, which with the `count` bytes from there lies inside the memory.
  @unsafe
  func address(of offset: Int, count: Int) -> UnsafeMutableRawPointer {
    precondition(offset >= 0 && count >= 0 && count <= byteCount && offset <= byteCount - count)
    return unsafe base + offset
  }

  /// Gives the pages back to the kernel; the contents become zeros.
  public mutating func release() {
    // SAFETY: the mapping is private and anonymous, so the call only drops its pages.
    _ = unsafe madvise(base, byteCount, MADV_DONTNEED)
  }
}

// SAFETY: the memory has one owner, and moves with it.
extension PacketMemory: @unchecked Sendable {}
