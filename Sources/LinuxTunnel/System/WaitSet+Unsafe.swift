internal import CLinuxTunnel

extension WaitSet {
  /// Waits until a member is ready, or `timeout` milliseconds, and returns the tags of those that are; −1 waits for ever.
  public func wait(timeout: CInt = -1) -> [UInt64] {
    var ready = [linux_ready](repeating: linux_ready(), count: 64)
    // SAFETY: the array has room for what the shim is told.
    let count = unsafe ready.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return CInt(0) }
      return unsafe linux_set_wait(descriptor.number, base, 64, timeout)
    }
    return ready.prefix(Int(max(0, count))).map(\.tag)
  }
}
