internal import CLinuxTunnel

// SAFETY, for all of these: the string is terminated and outlives the call; the shims copy at most 15 bytes of it.
extension InterfaceName {
  /// Attaches a fresh TUN descriptor to the interface of this name; negative on failure.
  func openTun(virtioHeader: Bool) -> CInt {
    unsafe linux_tun_open(description, virtioHeader, false)
  }

  /// The interface's MTU in this thread's network namespace.
  func mtu() throws(SystemError) -> Int {
    Int(try SystemError.check(unsafe linux_interface_mtu(description), .readMTU))
  }

  /// Sets the interface's MTU in this thread's network namespace.
  func setMTU(_ mtu: Int) throws(SystemError) {
    try SystemError.check(unsafe linux_interface_set_mtu(description, CInt(mtu)), .setMTU)
  }

  /// Sets how many packets wait at most before the interface, in this thread's network namespace; a kernel that refuses
  /// keeps its own number.
  func setQueue(_ packets: Int) {
    _ = unsafe linux_interface_set_queue(description, CInt(packets))
  }

  /// The interface's index in this thread's network namespace; nil when it has none of this name.
  func index() -> UInt32? {
    let result = unsafe linux_interface_index(description)
    return result > 0 ? UInt32(result) : nil
  }
}
