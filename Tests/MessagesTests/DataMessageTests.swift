import Messages
import Testing

@Suite struct DataMessageTests {
  @Test(arguments: [(1, 16), (1400, 1408), (1410, 1420), (1420, 1420), (0, 0)])
  func `packets are padded as the published examples for an MTU of 1420`(length: Int, padded: Int) {
    #expect(DataMessage.paddedLength(of: length, mtu: 1420) == padded)
  }

  @Test func `without a known MTU a packet is padded to the next multiple of sixteen`() {
    #expect(DataMessage.paddedLength(of: 0, mtu: 0) == 0)
    #expect(DataMessage.paddedLength(of: 1, mtu: 0) == 16)
    #expect(DataMessage.paddedLength(of: 16, mtu: 0) == 16)
    #expect(DataMessage.paddedLength(of: 65_475, mtu: 0) == 65_488)
  }

  @Test func `a packet longer than the MTU is padded as its last fragment`() {
    #expect(DataMessage.paddedLength(of: 1421, mtu: 1420) == 1436)
    #expect(DataMessage.paddedLength(of: 2840, mtu: 1420) == 2840)
    #expect(DataMessage.paddedLength(of: 2835, mtu: 1420) == 2840)
    #expect(DataMessage.paddedLength(of: 9000, mtu: 1280) == 9008)
  }

  @Test func `padding never shortens, adds at most fifteen bytes and respects the MTU`() {
    for mtu in [0, 1, 15, 16, 17, 576, 1280, 1420, 65_535, 2_147_483_552] {
      for length in 0...4096 {
        let padded = DataMessage.paddedLength(of: length, mtu: mtu)
        #expect(padded >= length && padded - length < 16)
        if mtu > 0 && length <= mtu { #expect(padded <= mtu) }
        if mtu == 0 { #expect(padded % 16 == 0) }
      }
    }
  }
}
