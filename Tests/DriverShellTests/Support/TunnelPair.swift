import CShell
import Cryptography
import DriverInterfaceTesting
import Foundation
import Octets

/// Two adapters that are each other's peer, 10.0.0.1 and 10.0.0.2, and the network between them.
final class TunnelPair {
  let left: TestDriver
  let right: TestDriver
  /// Datagrams that were under way, oldest first.
  private(set) var wire: [TestDatagram] = []

  init(seed: UInt64, workerCount: UInt32 = 1, left: TestDriver? = nil) {
    self.left = left ?? TestDriver(seed: seed, workerCount: workerCount)!
    right = TestDriver(seed: seed &+ 1, workerCount: workerCount)!
    configure(self.left, key: 1, peerKey: 2, number: 2)
    configure(right, key: 2, peerKey: 1, number: 1)
    _ = self.left.state(1)
    _ = right.state(1)
  }

  private func configure(_ driver: TestDriver, key: UInt8, peerKey: UInt8, number: UInt8) {
    let privateKey = [UInt8](repeating: key, count: 32)
    let peerPrivate = Octets32([UInt8](repeating: peerKey, count: 32))
    let peerPublic = X25519.publicKey(peerPrivate.bytes)
    var peer = Request.Peer(0, flags: 1 | 8, [.v4(10, 0, 0, number, 32), .v6(0xfd, number, 16)])
    peer.publicKey = (0..<32).map { peerPublic[$0] }
    peer.endpoint = endpoint4
    // A refused request changes nothing: once memory is there again it succeeds.
    let request = Request(flags: 2, privateKey: privateKey, peers: [peer]).bytes
    for _ in 0..<2 where driver.set(request).status == 0 { return }
    preconditionFailure("the configuration is refused")
  }

  /// Lets both work, and carries datagrams between them, until nothing moves; `passes` drops those it refuses.
  func run(_ passes: (TestDatagram) -> Bool = { _ in true }) {
    for _ in 0..<10_000 {
      left.work()
      right.work()
      var moved = 0
      for (from, to) in [(left, right), (right, left)] {
        for datagram in from.takeSent() {
          moved += 1
          wire.append(datagram)
          if passes(datagram) { to.receive(datagram) }
        }
      }
      if moved == 0 { return }
    }
  }

  /// Lets time pass on both sides.
  func pass(milliseconds: UInt64) {
    left.time += milliseconds * 1_000_000
    right.time += milliseconds * 1_000_000
  }

  /// An IPv4 packet between the two, from the left or from the right, `count ≥ 20` bytes long.
  static func packet(fromLeft: Bool, count: Int, marker: UInt8 = 0, trafficClass: UInt8 = 0) -> [UInt8] {
    var packet = [UInt8](repeating: marker, count: count)
    packet.replaceSubrange(
      0..<20,
      with: [
        0x45, trafficClass, UInt8(count >> 8), UInt8(count & 0xff), 0, 0, 0, 0, 64, 17, 0, 0,
        10, 0, 0, fromLeft ? 1 : 2, 10, 0, 0, fromLeft ? 2 : 1,
      ])
    return packet
  }

  func end() -> [String] {
    left.end()
    right.end()
    var faults = left.faults + right.faults
    for driver in [left, right] where driver.blockCount != 0 || driver.frameCount != 0 {
      faults.append("\(driver.blockCount) blocks and \(driver.frameCount) frames leaked")
    }
    return faults
  }
}

extension FixedOctets {
  /// The octets of an array of as many.
  init(_ array: [UInt8]) {
    self.init()
    for (place, byte) in array.enumerated() { self[place] = byte }
  }
}

/// Runs `body` on `count` threads at once, and waits for all.
func concurrently(_ count: Int, _ body: @escaping @Sendable (UInt32) -> Void) {
  let group = DispatchGroup()
  for number in 0..<count {
    let thread = Thread {
      body(UInt32(number))
      group.leave()
    }
    group.enter()
    thread.start()
  }
  group.wait()
}
