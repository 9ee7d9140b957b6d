internal import Glibc
internal import Octets

// Memory used as the buffer of a byte stream. Every range is checked by `address`, and the callers own the memory.
extension PacketMemory {
  /// Overwrites a range with zeros.
  mutating func wipe(_ range: Range<Int>) {
    // SAFETY: the range lies inside the memory.
    unsafe secureWipe(at: address(of: range.lowerBound, count: range.count), byteCount: range.count)
  }

  /// Sends a range to a stream socket; what `send` returns.
  func send(_ range: Range<Int>, to socket: CInt) -> Int {
    // SAFETY: the range is readable.
    unsafe Glibc.send(socket, address(of: range.lowerBound, count: range.count), range.count, CInt(MSG_NOSIGNAL))
  }

  /// Reads into a range; what `read` returns.
  mutating func read(into range: Range<Int>, from descriptor: CInt) -> Int {
    // SAFETY: the range is writable.
    unsafe Glibc.read(descriptor, address(of: range.lowerBound, count: range.count), range.count)
  }

  /// Moves the first `end` bytes forward over the first `count` of them and wipes what is left behind.
  mutating func removeFirst(_ count: Int, of end: Int) {
    guard count > 0 else { return }
    let rest = end - count
    // SAFETY: both ranges lie inside the memory; they may overlap.
    unsafe memmove(address(of: 0, count: rest), address(of: count, count: rest), rest)
    wipe(rest..<end)
  }

  /// Lets `body` append bytes behind the first `end` ones, which grow by them.
  mutating func append<Value>(at end: inout Int, _ body: (inout OutputSpan<UInt8>) -> Value) -> Value {
    let room = byteCount - end
    // SAFETY: the range lies inside the memory, and bytes need no initialisation.
    let start = unsafe address(of: end, count: room).assumingMemoryBound(to: UInt8.self)
    let buffer = unsafe UnsafeMutableBufferPointer(start: start, count: room)
    var output = unsafe OutputSpan(buffer: buffer, initializedCount: 0)
    let value = body(&output)
    end += unsafe output.finalize(for: buffer)
    return value
  }
}
