internal import CLinuxTunnel
internal import Glibc
internal import Octets

/// What a TUN descriptor says of its interface.
struct TunState {
  let name: InterfaceName?
  let isTun: Bool
  let hasPacketInformation: Bool
  let hasVirtioHeader: Bool
}

/// What one read of a TUN device brought.
public enum TunRead: Equatable, Sendable {
  /// So many bytes, the header included: one packet or super-packet.
  case packet(Int)
  /// There is none at the moment.
  case nothing
  /// The interface was deleted: the device has reached its end.
  case gone
  /// Something else went wrong, with this error number.
  case failure(CInt)
}

/// What became of one packet written to a TUN device.
enum TunWrite: Equatable {
  /// The kernel has it.
  case done
  /// The interface is down, or memory is short: the packet is lost, as on any link.
  case dropped
  /// The kernel does not take this kind of super-packet.
  case refused
  /// The interface was deleted.
  case gone
}

extension TunDevice {
  static func state(of number: CInt, _ operation: SystemError.Operation) throws(SystemError) -> TunState {
    var state = linux_tun_state()
    // SAFETY: the shim fills the structure, which outlives the call, and terminates the name.
    try SystemError.check(unsafe linux_tun_state(number, &state), operation)
    let name = unsafe withUnsafeBytes(of: &state.name) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    return TunState(
      name: InterfaceName(name), isTun: state.is_tun, hasPacketInformation: state.has_packet_information,
      hasVirtioHeader: state.has_virtio_header)
  }

  /// Reads one packet into `buffer`, which holds at least `readByteCount` bytes. Does not wait.
  @_lifetime(buffer: copy buffer)
  public func read(into buffer: inout MutableRawSpan) -> TunRead {
    precondition(buffer.byteCount >= Self.readByteCount)
    // SAFETY: the kernel writes at most the buffer's size into it.
    let count = unsafe buffer.withUnsafeMutableBytes { bytes in
      unsafe Glibc.read(descriptor.number, bytes.baseAddress, bytes.count)
    }
    if count > 0 { return .packet(count) }
    let number = count == 0 ? EIO : errno
    switch number {
    case EAGAIN, EINTR: return .nothing
    // EFAULT is what a reader gets in the moment the interface goes; the buffer cannot cause it.
    case EBADFD, EFAULT: return .gone
    default: return .failure(number)
    }
  }

  /// Writes one packet that lies scattered in memory, its virtio header first where the device has them.
  func write(_ parts: UnsafeBufferPointer<iovec>) -> TunWrite {
    var result: Int
    repeat {
      // SAFETY: the caller's parts name readable memory.
      result = unsafe writev(descriptor.number, parts.baseAddress, CInt(parts.count))
    } while result < 0 && errno == EINTR
    if result >= 0 { return .done }
    switch errno {
    case EBADFD: return .gone
    case EINVAL: return .refused
    default: return .dropped
    }
  }

  /// Writes a packet that is nothing but the version in its first byte: the kernel takes it only while the interface is
  /// up, and then throws it away.
  func probe() -> TunWrite {
    var bytes = [UInt8](repeating: 0, count: offload.headerByteCount) + [0x40]
    // SAFETY: the piece names the array, which outlives the call.
    return unsafe bytes.withUnsafeMutableBytes { view in
      var piece = unsafe iovec(iov_base: view.baseAddress, iov_len: view.count)
      return unsafe withUnsafePointer(to: &piece) { unsafe write(UnsafeBufferPointer(start: $0, count: 1)) }
    }
  }
}
