import Octets
import PacketTesting
import Segmentation
import Testing

@Suite struct InternetChecksumTests {
  @Test func `the sum agrees with the plain algorithm at every length and alignment`() {
    var random = SeededGenerator(seed: 1)
    let bytes = random.bytes(400)
    for start in 0..<8 {
      for count in 0..<200 {
        var sum = InternetChecksum()
        withBytes(bytes) { sum.add($0, at: start, count: count) }
        #expect(sum.folded == TestPacket.sum(Array(bytes[start..<(start + count)])), "start \(start) count \(count)")
      }
    }
  }

  @Test func `the largest packet of ones does not overflow the sum`() {
    let ones = [UInt8](repeating: 0xff, count: 65_534)
    var sum = InternetChecksum()
    for _ in 0..<100 { withBytes(ones) { sum.add($0, at: 0, count: 65_534) } }
    #expect(sum.folded == 0xffff)
    #expect(sum.isIntact)
  }

  @Test func `copying gives the same sum and the same bytes, and touches no other byte`() {
    var random = SeededGenerator(seed: 2)
    let bytes = random.bytes(300)
    for count in 0..<150 {
      var target = [UInt8](repeating: 0xa5, count: 200)
      var sum = InternetChecksum()
      withMutableBytes(&target) { raw in
        withBytes(bytes) { sum.add(copying: $0, at: 3, count: count, into: &raw, at: 5) }
      }
      let expected =
        [UInt8](repeating: 0xa5, count: 5) + bytes[3..<(3 + count)] + [UInt8](repeating: 0xa5, count: 195 - count)
      #expect(target == expected, "count \(count)")
      #expect(sum.folded == TestPacket.sum(Array(bytes[3..<(3 + count)])))
    }
  }

  @Test func `numbers are added and removed in network order`() {
    var sum = InternetChecksum()
    sum.add(0x1234)
    #expect(sum.folded == 0x1234)
    sum.add(number: 0x0001_0002)
    #expect(sum.folded == 0x1237)
    sum.remove(0x0003)
    #expect(sum.folded == 0x1234)
    #expect(sum.checksum == ~0x1234)
  }

  @Test func `a checksum of zero is written as its equal`() {
    var sum = InternetChecksum()
    sum.add(0xffff)
    #expect(sum.checksum == 0)
    #expect(sum.nonZeroChecksum == 0xffff)
  }
}
