internal import CLinuxTunnel
internal import Octets

extension LinkMonitor {
  /// Receives one datagram into the memory; a negated error number when there is none.
  mutating func receive(_ space: inout CInt) -> CInt {
    // SAFETY: the kernel writes at most the memory's size into it.
    unsafe linux_netlink_receive(
      socket.number, memory.address(of: 0, count: memory.byteCount), UInt32(memory.byteCount), &space)
  }

  /// Sends a request; a failure shows as the lack of an answer.
  func send(_ request: NetlinkRequest) {
    // SAFETY: the bytes are readable for the call.
    _ = unsafe request.bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return CInt(0) }
      return unsafe linux_netlink_send(socket.number, base, UInt32(bytes.count))
    }
  }
}
