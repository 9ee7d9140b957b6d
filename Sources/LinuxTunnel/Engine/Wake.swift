internal import CLinuxTunnel

/// A counter that one thread waits on and any thread can raise.
struct Wake: ~Copyable, Sendable {
  private let descriptor: Descriptor

  init() throws(SystemError) {
    descriptor = Descriptor(owning: try SystemError.check(linux_wake_open(), .allocateMemory))
  }

  /// What to wait on.
  var number: CInt { descriptor.number }

  /// Wakes.
  func signal() { linux_wake(descriptor.number) }

  /// Takes wake-ups back.
  func clear() { linux_wake_clear(descriptor.number) }
}
