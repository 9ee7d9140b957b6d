import Octets
import Testing

struct `IP addresses` {
  @Test func `an IPv4 address keeps its low 32 bits only`() {
    #expect(IPAddress(family: .v4, value: UInt128.max) == IPAddress(v4: 0xffff_ffff))
    #expect(IPAddress(v4: 0x0a00_0001) != IPAddress(family: .v6, value: 0x0a00_0001))
  }

  @Test func `addresses cross the wire in network order`() {
    let four = IPAddress(v4: 0x0a01_0203)
    let six = IPAddress(v6High: 0x2001_0db8_0000_0001, low: 0x0203_0405_0607_0809)
    var buffer = FixedOctets<24>(repeating: 0xee)
    let written = buffer.withMutableBytes { bytes in
      (four.store(into: &bytes, at: 1), six.store(into: &bytes, at: 6))
    }
    #expect(written == (4, 16))
    #expect((1...4).map { buffer[$0] } == [10, 1, 2, 3])
    #expect((6...9).map { buffer[$0] } == [0x20, 0x01, 0x0d, 0xb8])
    #expect(buffer[0] == 0xee && buffer[5] == 0xee && buffer[21] == 9 && buffer[22] == 0xee)
    #expect(IPAddress(family: .v4, networkOrder: buffer.bytes, at: 1) == four)
    #expect(IPAddress(family: .v6, networkOrder: buffer.bytes, at: 6) == six)
  }

  @Test(arguments: 0...32) func `an IPv4 prefix clears exactly its host bits`(length: Int) throws {
    let prefix = try #require(Prefix(IPAddress(v4: .max), length: length))
    let expected: UInt32 = length == 0 ? 0 : .max << UInt32(32 - length)
    #expect(prefix.address == IPAddress(v4: expected))
    #expect(prefix.contains(IPAddress(v4: .max)))
    #expect(prefix.contains(IPAddress(v4: 0)) == (length == 0))
    #expect(!prefix.contains(IPAddress(family: .v6, value: UInt128(expected))))
  }

  @Test(arguments: 0...128) func `an IPv6 prefix clears exactly its host bits`(length: Int) throws {
    let prefix = try #require(Prefix(IPAddress(family: .v6, value: .max), length: length))
    #expect(prefix.address.value == (length == 0 ? 0 : UInt128.max << UInt128(128 - length)))
    #expect(prefix.contains(IPAddress(family: .v6, value: .max)))
    if length > 0 {
      let neighbour = UInt128.max ^ (1 << UInt128(128 - length))
      #expect(!prefix.contains(IPAddress(family: .v6, value: neighbour)))
    }
  }

  @Test func `a length that does not fit the family makes no prefix`() {
    #expect(Prefix(IPAddress(v4: 0), length: 33) == nil)
    #expect(Prefix(IPAddress(v4: 0), length: -1) == nil)
    #expect(Prefix(IPAddress(v6High: 0, low: 0), length: 129) == nil)
    #expect(Prefix(IPAddress(v6High: 0, low: 0), length: 128) != nil)
  }

  @Test func `a path differs when any part of it does and can forget its source`() {
    let remote = Endpoint(IPAddress(v4: 1), port: 51820)
    let plain = Path(remote)
    let bound = Path(remote, source: IPAddress(v4: 2), interface: 3)
    #expect(plain != bound && bound.withoutSource == plain)
    #expect(Endpoint(IPAddress(v4: 1), port: 51820, scope: 1) != remote)
    #expect(Endpoint(IPAddress(v4: 1), port: 51821) != remote)
  }
}
