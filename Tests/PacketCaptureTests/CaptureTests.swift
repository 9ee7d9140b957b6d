import PacketCapture
import Testing

struct CaptureTests {
  private static func packet(_ count: Int, at nanoseconds: UInt64 = 0x0102_0304_0506_0708) -> CapturedPacket {
    CapturedPacket(
      nanoseconds: nanoseconds, bytes: (0..<count).map { UInt8(truncatingIfNeeded: $0 + 0x45) }, length: UInt32(count),
      isOutgoing: true)
  }

  private static func capture(packets: UInt64 = 10, bytes: UInt64 = 1 << 20, longest: UInt32 = 100) -> Capture {
    Capture(Capture.Bounds(packets: packets, bytes: bytes, longest: longest))
  }

  /// Every byte as the format's document has it.
  @Test func `a file is what the format says`() {
    var capture = Self.capture()
    let section: [UInt8] = [
      0x0a, 0x0d, 0x0d, 0x0a, 56, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0,
      255, 255, 255, 255, 255, 255, 255, 255,
      1, 0, 1, 0, 0x63, 0, 0, 0, 3, 0, 5, 0, 0x4c, 0x69, 0x6e, 0x75, 0x78, 0, 0, 0, 4, 0, 1, 0, 0x70, 0, 0, 0,
    ]
    let begin = capture.begin(program: "p", comment: "c")
    #expect(begin == section.prefix(4) + [60, 0, 0, 0] + section.dropFirst(8) + [0, 0, 0, 0, 60, 0, 0, 0])
    let interface: [UInt8] = [
      1, 0, 0, 0, 48, 0, 0, 0, 101, 0, 0, 0, 100, 0, 0, 0, 2, 0, 3, 0, 0x77, 0x67, 0x30, 0, 3, 0, 1, 0, 0x64, 0, 0, 0,
      9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0, 48, 0, 0, 0,
    ]
    let packet: [UInt8] = [
      6, 0, 0, 0, 52, 0, 0, 0, 0, 0, 0, 0, 4, 3, 2, 1, 8, 7, 6, 5, 5, 0, 0, 0, 5, 0, 0, 0,
      0x45, 0x46, 0x47, 0x48, 0x49, 0, 0, 0, 2, 0, 4, 0, 2, 0, 0, 0, 0, 0, 0, 0, 52, 0, 0, 0,
    ]
    #expect(capture.add(Self.packet(5), on: "wg0", "d") == interface + packet)
    let statistics: [UInt8] = [
      5, 0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 0, 4, 3, 2, 1, 8, 7, 6, 5, 2, 0, 8, 0, 4, 3, 2, 1, 8, 7, 6, 5,
      3, 0, 8, 0, 4, 3, 2, 1, 8, 7, 6, 5, 8, 0, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 64, 0, 0, 0,
    ]
    #expect(capture.finish(empty: "x", "") == statistics)
    #expect(capture.bytes == UInt64(60 + 48 + 52 + 64) && capture.packets == 1 && capture.end == nil)
  }

  @Test func `interfaces are numbered as they are first seen, and each is written once`() {
    var capture = Self.capture()
    let numbers = [("a", "inner"), ("b", "outer"), ("a", "inner"), ("a", "outer")].map { name, description in
      let blocks = capture.add(Self.packet(4), on: name, description)
      return (isNew: blocks[0] == 1, number: blocks[blocks.count - 48 + 8])
    }
    #expect(numbers.map(\.isNew) == [true, true, false, true])
    #expect(numbers.map(\.number) == [0, 1, 0, 2])
    #expect(capture.finish(empty: "x", "").count == 3 * 64)
  }

  @Test(arguments: [0, 1, 2, 3, 4, 5, 99, 100, 101]) func `a packet is cut and padded`(count: Int) {
    var capture = Self.capture()
    _ = capture.add(Self.packet(1), on: "a", "")
    let block = capture.add(Self.packet(count), on: "a", "")
    let kept = min(count, 100)
    #expect(block.count == 44 + (kept + 3) / 4 * 4)
    #expect(block[20] == UInt8(kept) && block[24] == UInt8(count))
  }

  @Test func `a file without packets names an interface all the same`() {
    var capture = Self.capture()
    let begin = capture.begin(program: "p", comment: "c")
    let end = capture.finish(empty: "wg0", "d")
    #expect(end[0] == 1 && end.count == 48 && capture.bytes == UInt64(begin.count + end.count))
  }

  @Test func `it ends with the last packet that was asked for`() {
    var capture = Self.capture(packets: 2)
    #expect(!capture.add(Self.packet(4), on: "a", "").isEmpty && capture.end == nil)
    #expect(!capture.add(Self.packet(4), on: "a", "").isEmpty && capture.end == .packets)
    #expect(capture.add(Self.packet(4), on: "a", "").isEmpty && capture.packets == 2)
  }

  /// X must hold what comes at the end as well; otherwise a file is longer than it may be.
  @Test func `a file is never longer than it may be`() {
    var whole = Self.capture()
    _ = whole.begin(program: "p", comment: "c")
    _ = whole.add(Self.packet(4), on: "a", "")
    _ = whole.add(Self.packet(4), on: "b", "")
    _ = whole.finish(empty: "x", "")
    for (limit, packets) in [(whole.bytes, 2 as UInt64), (whole.bytes - 1, 1)] {
      var capture = Self.capture(bytes: limit)
      var file = capture.begin(program: "p", comment: "c")
      file += capture.add(Self.packet(4), on: "a", "")
      file += capture.add(Self.packet(4), on: "b", "")
      file += capture.add(Self.packet(4), on: "c", "")
      #expect(capture.end == .bytes && capture.packets == packets)
      file += capture.finish(empty: "x", "")
      #expect(UInt64(file.count) == capture.bytes && capture.bytes <= limit)
    }
  }

  @Test func `times of an interface are those of its first and newest packet`() {
    var capture = Self.capture()
    for time in [500, 300, 900, 700] as [UInt64] { _ = capture.add(Self.packet(4, at: time), on: "a", "") }
    let end = capture.finish(empty: "x", "")
    #expect(end[28] == 0xf4 && end[29] == 1, "500")
    #expect(end[40] == 0x84 && end[41] == 3, "900")
    #expect(end[48] == 4)
  }
}
