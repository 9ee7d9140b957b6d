import Octets
import Testing

struct `Fixed octets` {
  @Test func `a value starts as zeros and holds what is written`() {
    var value = FixedOctets<5>()
    #expect(value.isZero)
    value[4] = 9
    #expect(!value.isZero)
    #expect(value[4] == 9 && value[3] == 0)
    #expect(FixedOctets<3>(repeating: 7) == FixedOctets<3>(repeating: 7))
  }

  @Test func `a difference in any one bit is seen`() {
    let zero = Octets32()
    for bit in 0..<256 {
      var other = Octets32()
      other[bit / 8] = 1 &<< UInt8(bit % 8)
      #expect(other != zero)
      #expect(!other.isZero)
    }
  }

  @Test func `order is that of the bytes, first byte first`() {
    var low = FixedOctets<12>()
    var high = FixedOctets<12>()
    low[11] = 255
    high[10] = 1
    #expect(low.precedes(high))
    #expect(!high.precedes(low))
    #expect(!low.precedes(low))
    high[0] = 0x80
    #expect(low.precedes(high))
  }

  @Test func `bytes are read from where the caller says`() {
    var source = FixedOctets<40>()
    for i in 0..<40 { source[i] = UInt8(i) }
    let value = Octets32(source.bytes, at: 8)
    #expect((0..<32).allSatisfy { value[$0] == UInt8(8 + $0) })
    #expect(value.bytes.byteCount == 32)
    #expect(value.bytes.octet(at: 31) == 39)
  }

  @Test func `reading past the end traps`() async {
    await #expect(processExitsWith: .failure) {
      let source = FixedOctets<31>()
      _ = Octets32(source.bytes)
    }
    await #expect(processExitsWith: .failure) {
      let source = FixedOctets<64>()
      _ = Octets32(source.bytes, at: 33)
    }
    await #expect(processExitsWith: .failure) {
      let source = FixedOctets<64>()
      _ = Octets32(source.bytes, at: -1)
    }
  }

  @Test func `wiping leaves zeros`() {
    var value = Octets32(repeating: 0xff)
    value.wipe()
    #expect(value.isZero)
    var number: UInt64 = .max
    secureWipe(&number)
    #expect(number == 0)
  }

  @Test func `bytes lent for writing are the value's own`() {
    var value = FixedOctets<8>()
    value.withMutableBytes { bytes in bytes.store(bigEndian32: 0x0102_0304, at: 4) }
    #expect(value[4] == 1 && value[7] == 4 && value[0] == 0)
  }
}
