import Octets
import Testing

struct `Fields of spans` {
  /// The bytes 1, 2, … 16.
  static var numbered: Octets16 {
    var value = Octets16()
    for i in 0..<16 { value[i] = UInt8(i + 1) }
    return value
  }

  @Test func `fields are read in their byte order at any offset`() {
    let value = Self.numbered
    let span = value.bytes
    #expect(span.octet(at: 15) == 16)
    #expect(span.littleEndian32(at: 1) == 0x0504_0302)
    #expect(span.bigEndian32(at: 1) == 0x0203_0405)
    #expect(span.bigEndian16(at: 13) == 0x0e0f)
    #expect(span.littleEndian64(at: 3) == 0x0b0a_0908_0706_0504)
    #expect(span.bigEndian64(at: 8) == 0x090a_0b0c_0d0e_0f10)
  }

  @Test func `fields are written in their byte order and touch nothing else`() {
    func written(_ body: (inout MutableRawSpan) -> Void) -> [UInt8] {
      var value = FixedOctets<10>(repeating: 0xee)
      value.withMutableBytes { body(&$0) }
      return (0..<10).map { value[$0] }
    }
    let rest: [UInt8] = [0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee]
    #expect(written { $0.store(0x11, at: 9) } == rest[..<9] + [0x11])
    #expect(written { $0.store(littleEndian32: 0x0102_0304, at: 1) } == [0xee, 4, 3, 2, 1] + rest[..<5])
    #expect(written { $0.store(bigEndian32: 0x0102_0304, at: 6) } == rest[..<6] + [1, 2, 3, 4])
    #expect(written { $0.store(bigEndian16: 0x0102, at: 8) } == rest[..<8] + [1, 2])
    #expect(written { $0.store(littleEndian64: 0x0102_0304_0506_0708, at: 2) } == [0xee, 0xee, 8, 7, 6, 5, 4, 3, 2, 1])
    #expect(written { $0.store(FixedOctets<3>(repeating: 5), at: 7) } == rest[..<7] + [5, 5, 5])
    #expect(written { $0.store(FixedOctets<0>().bytes, at: 10) } == rest)
  }

  @Test func `a field one byte past the end traps`() async {
    await #expect(processExitsWith: .failure) { _ = `Fields of spans`.numbered.bytes.octet(at: 16) }
    await #expect(processExitsWith: .failure) { _ = `Fields of spans`.numbered.bytes.octet(at: -1) }
    await #expect(processExitsWith: .failure) { _ = `Fields of spans`.numbered.bytes.bigEndian16(at: 15) }
    await #expect(processExitsWith: .failure) { _ = `Fields of spans`.numbered.bytes.littleEndian32(at: 13) }
    await #expect(processExitsWith: .failure) { _ = `Fields of spans`.numbered.bytes.littleEndian64(at: 9) }
    await #expect(processExitsWith: .failure) { _ = `Fields of spans`.numbered.bytes.bigEndian64(at: Int.min) }
    await #expect(processExitsWith: .failure) { _ = FixedOctets<0>().bytes.littleEndian32(at: 0) }
  }

  @Test func `writing one byte past the end traps`() async {
    await #expect(processExitsWith: .failure) {
      var value = FixedOctets<8>()
      value.withMutableBytes { $0.store(1, at: 8) }
    }
    await #expect(processExitsWith: .failure) {
      var value = FixedOctets<8>()
      value.withMutableBytes { $0.store(littleEndian32: 1, at: 5) }
    }
    await #expect(processExitsWith: .failure) {
      var value = FixedOctets<8>()
      value.withMutableBytes { $0.store(littleEndian64: 1, at: 1) }
    }
    await #expect(processExitsWith: .failure) {
      var value = FixedOctets<8>()
      value.withMutableBytes { $0.store(bigEndian16: 1, at: 7) }
    }
    await #expect(processExitsWith: .failure) {
      var value = FixedOctets<8>()
      value.withMutableBytes { $0.store(Octets16(), at: 0) }
    }
  }
}
