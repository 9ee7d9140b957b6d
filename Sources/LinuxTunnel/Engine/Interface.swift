internal import Synchronization

/// The TUN device and what all threads know of it.
final class Interface: Sendable {
  /// The device.
  let tun: TunDevice
  private let mtuValue: Atomic<Int>
  private let ending = Atomic<Bool>(false)
  /// Wakes the thread in charge when the interface has gone.
  let endWake: Wake

  init(_ tun: consuming TunDevice) throws(SystemError) {
    endWake = try Wake()
    self.tun = tun
    mtuValue = Atomic(TunDevice.initialMTU)
  }

  /// The MTU as it was last read.
  var mtu: Int {
    get { mtuValue.load(ordering: .relaxed) }
    set { mtuValue.store(newValue, ordering: .relaxed) }
  }

  /// Whether the interface was deleted, or the engine is to stop.
  var hasEnded: Bool { ending.load(ordering: .acquiring) }

  /// Says that the interface has gone, or that everybody is to stop.
  func end() {
    ending.store(true, ordering: .releasing)
    endWake.signal()
  }
}
