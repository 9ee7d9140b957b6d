import PacketCapture
import Testing

struct PacketRingTests {
  private static func packet(_ number: Int, _ count: Int) -> CapturedPacket {
    CapturedPacket(
      nanoseconds: UInt64(number), bytes: [UInt8](repeating: 0x45, count: count), length: UInt32(count),
      isOutgoing: false)
  }

  /// What a ring makes of packets of these sizes, the file of it, and how many it dropped.
  private static func file(
    _ bounds: Capture.Bounds, _ sizes: [Int], interfaces: Int = 1
  ) -> (times: [UInt64], bytes: Int, dropped: UInt64) {
    var capture = Capture(Capture.Bounds(packets: .max, bytes: .max, longest: bounds.longest))
    var file = capture.begin(program: "p", comment: "c")
    var ring = PacketRing(bounds, head: file)
    for (number, size) in sizes.enumerated() {
      ring.add(packet(number, size), on: "if\(number % interfaces)", "d")
    }
    var times: [UInt64] = []
    ring.visit { packet, name, description in
      times.append(packet.nanoseconds)
      file += capture.add(packet, on: name, description)
    }
    #expect(ring.count == times.count && ring.count + Int(ring.dropped) == sizes.count)
    file += capture.finish(empty: "x", "")
    return (times, file.count, ring.dropped)
  }

  @Test(arguments: [1, 2, 3, 10, 1000] as [UInt64]) func `the last packets are kept, in their order`(packets: UInt64) {
    for count in [0, 1, 2, 3, 11, 500] {
      let bounds = Capture.Bounds(packets: packets, bytes: 1 << 20, longest: 100)
      let (times, _, dropped) = Self.file(bounds, [Int](repeating: 7, count: count))
      let kept = min(Int(packets), count)
      #expect(times == (count - kept..<count).map { UInt64($0) } && dropped == UInt64(count - kept))
    }
  }

  @Test(arguments: [1024, 1025, 2000, 4096, 10_000] as [UInt64], [1, 3])
  func `the file is within its bound, and one packet more would not be`(bytes: UInt64, interfaces: Int) {
    var generator = Generator(state: bytes)
    let sizes = (0..<300).map { _ in Int(generator.next() % 130) }
    let bounds = Capture.Bounds(packets: 10_000, bytes: bytes, longest: 100)
    let (times, length, dropped) = Self.file(bounds, sizes, interfaces: interfaces)
    #expect(UInt64(length) <= bytes && !times.isEmpty && dropped > 0)
    #expect(times.last == 299, "the newest is there")
    // The one before the oldest, with all interfaces there.
    let next = min(sizes[Int(times[0]) - 1], 100)
    #expect(UInt64(length + 44 + (next + 3) / 4 * 4) > bytes || interfaces > 1)
  }

  @Test func `a packet that has no room by itself is not kept, and the next is`() {
    let bounds = Capture.Bounds(packets: 10, bytes: 1024, longest: 4000)
    #expect(Self.file(bounds, [10, 3000]).times == [])
    #expect(Self.file(bounds, [10, 3000, 20]).times == [2])
  }

  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
  }
}
