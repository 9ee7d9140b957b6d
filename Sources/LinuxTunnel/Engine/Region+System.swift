internal import Containers
internal import Glibc
internal import Octets

extension Region where Element: BitwiseCopyable {
  /// Memory of the C heap for `count` copies of `element`.
  static func system(repeating element: Element, count: Int) throws(SystemError) -> Region {
    do throws(StorageError) {
      return try Region(repeating: element, count: count, from: .system)
    } catch {
      throw SystemError(.allocateMemory, number: ENOMEM)
    }
  }
}

extension TunDevice {
  /// Reads one packet to `offset` in `memory`, where `readByteCount` bytes are free. Does not wait.
  func read(into memory: inout PacketMemory, at offset: Int) -> TunRead {
    var bytes = memory.mutableBytes
    var place = bytes._mutatingExtracting(offset..<offset + Self.readByteCount)
    return read(into: &place)
  }
}
