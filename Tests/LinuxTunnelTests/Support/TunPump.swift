import CLinuxTunnel
import Foundation
import Octets
import PacketTesting
import Synchronization

@testable import LinuxTunnel

/// Carries packets from one TUN device to another: every super-packet is cut up and put together again.
final class TunPump: Sendable {
  let device: TunDevice
  private let isStopped = Atomic<Bool>(false)
  let packets = Atomic<Int>(0)
  let reads = Atomic<Int>(0)
  let writes = Atomic<Int>(0)
  let unsound = Atomic<Int>(0)

  init(_ device: consuming TunDevice) { self.device = device }

  var isAlive: Bool { device.isAlive }

  func stop() { isStopped.store(true, ordering: .relaxed) }

  /// Starts a thread that moves packets from this device to `other`'s until either is stopped.
  func start(to other: TunPump, checking: Bool) {
    Thread.detachNewThread {
      do { try self.run(to: other, checking: checking) } catch { print("pump: \(error)") }
    }
  }

  private func run(to other: TunPump, checking: Bool) throws {
    let step = 16 + 65_536
    var memory = try PacketMemory(byteCount: 64 * step)
    var read = try PacketMemory(byteCount: TunDevice.readByteCount)
    var writer = try TunWriter(offload: other.device.offload)
    while !isStopped.load(ordering: .relaxed) {
      var buffer = read.mutableBytes
      guard case .packet(let count) = device.read(into: &buffer) else {
        _ = linux_wait_readable(device.descriptor.number, -1, -1, 20)
        continue
      }
      reads.add(1, ordering: .relaxed)
      let segments = try TunSegments(
        parsing: read.bytes, count: count, hasVirtioHeader: device.offload.hasVirtioHeader)
      for index in 0..<segments.count {
        let offset = 16 + (index % 64) * step
        var frame = memory.mutableBytes
        let length = segments.emit(index, of: read.bytes, into: &frame, at: offset)
        let packet = TestPacket(memory.array(offset..<(offset + (checking ? length : 20))))
        if checking && [6, 17].contains(packet.bytes[packet.isIPv6 ? 6 : 9]) && !packet.isSound {
          unsound.add(1, ordering: .relaxed)
        }
        writer.append(at: offset, length: length, of: memory)
        packets.add(1, ordering: .relaxed)
        if index % 64 == 63 { writes.add(writer.flush(&memory, to: other.device).calls, ordering: .relaxed) }
      }
      writes.add(writer.flush(&memory, to: other.device).calls, ordering: .relaxed)
    }
  }
}
