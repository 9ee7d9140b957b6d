internal import Containers
internal import Glibc

/// The pieces of one packet for a gathering write.
@safe
struct PieceList: ~Copyable {
  private var pieces: Region<iovec>
  private var count = 0

  init(capacity: Int) throws(SystemError) {
    // SAFETY: no element is read before `append` has initialised it.
    unsafe pieces = try unsafe .system(count: capacity)
  }

  mutating func removeAll() { count = 0 }

  /// Appends `byteCount` bytes of `memory`; traps outside it or past the capacity.
  mutating func append(_ memory: borrowing PacketMemory, at offset: Int, count byteCount: Int) {
    // SAFETY: the range is checked; the list is used up before the memory's owner regains it.
    let place = unsafe memory.address(of: offset, count: byteCount)
    unsafe pieces.initialize(count, to: iovec(iov_base: place, iov_len: byteCount))
    count += 1
  }

  /// Writes the pieces as one packet.
  borrowing func write(to device: borrowing TunDevice) -> TunWrite {
    precondition(count > 0)
    // SAFETY: the first `count` elements are initialised and name readable memory.
    return unsafe device.write(UnsafeBufferPointer(start: pieces.address(of: 0), count: count))
  }
}
