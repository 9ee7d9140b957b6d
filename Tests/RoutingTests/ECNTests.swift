import Octets
import TestStorage
import Testing

@testable import Routing

struct `Congestion marks` {
  /// protocol.md §20: rows are the inner codepoints 0 Not-ECT, 1 ECT(1), 2 ECT(0), 3 CE; columns the outer ones.
  static let matrix: [[UInt8]] = [
    [0, 0, 0, 0],
    [1, 1, 1, 3],
    [2, 1, 2, 3],
    [3, 3, 3, 3],
  ]

  @Test func `outside, congestion shows as ECT(0), the rest as it is, and DSCP never`() {
    for field in UInt8.min...UInt8.max {
      #expect(ECN.encapsulate(field) == [0, 1, 2, 2][Int(field & 3)])
    }
  }

  @Test func `all sixteen cells of decapsulation, whatever the DSCP on either side`() {
    for inner in UInt8.min...UInt8.max {
      for outer in UInt8.min...UInt8.max {
        let expected = inner & 0xfc | Self.matrix[Int(inner & 3)][Int(outer & 3)]
        #expect(ECN.decapsulate(inner: inner, outer: outer) == expected)
      }
    }
  }

  @Test func `an IPv4 header is marked in place and its checksum stays right`() {
    var random = SeededGenerator(seed: 7)
    for round in 0..<4000 {
      let outer = UInt8(truncatingIfNeeded: round)
      var header = FixedOctets<20>()
      for i in 0..<20 { header[i] = UInt8(truncatingIfNeeded: random.next()) }
      header[0] = 0x45
      // A header whose sum is close to 0 or 0xffff is where one's complement has two zeros.
      if round % 3 == 0 { for i in 2..<20 { header[i] = round % 2 == 0 ? 0 : 0xff } }
      setChecksum(&header)
      // A checksum of 0 carries twice when it changes.
      if round % 5 == 0 { clearChecksum(&header) }
      let before = header
      header.withMutableBytes { ECN.decapsulate(outer: outer, into: &$0) }
      #expect(header[1] == ECN.decapsulate(inner: before[1], outer: outer))
      #expect(sum(header) == 0xffff, "seed \(random.seed), round \(round)")
      for i in 0..<20 where i != 1 && i != 10 && i != 11 { #expect(header[i] == before[i]) }
    }
  }

  @Test func `a wrong checksum stays wrong`() {
    var header = FixedOctets<20>()
    header[0] = 0x45
    header[1] = 2
    setChecksum(&header)
    header[10] ^= 0x40
    header.withMutableBytes { ECN.decapsulate(outer: 3, into: &$0) }
    #expect(header[1] == 3 && sum(header) != 0xffff)
  }

  @Test func `an IPv6 traffic class is marked in place`() {
    for inner in UInt8.min...UInt8.max {
      for outer in 0...3 as ClosedRange<UInt8> {
        var header = FixedOctets<40>(repeating: 0xa7)
        header[0] = 0x60 | inner >> 4
        header[1] = inner << 4 | 0x0c
        header.withMutableBytes { ECN.decapsulate(outer: outer, into: &$0) }
        let expected = ECN.decapsulate(inner: inner, outer: outer)
        #expect(header[0] == 0x60 | inner >> 4 && header[1] == expected << 4 | 0x0c)
        #expect((2..<40).allSatisfy { header[$0] == 0xa7 })
      }
    }
  }

  @Test func `what is not a whole IP header is left alone`() {
    var short = FixedOctets<19>(repeating: 0x42)
    short.withMutableBytes { ECN.decapsulate(outer: 3, into: &$0) }
    #expect(short == FixedOctets<19>(repeating: 0x42))
    var other = FixedOctets<40>(repeating: 0x52)
    other.withMutableBytes { ECN.decapsulate(outer: 3, into: &$0) }
    #expect(other == FixedOctets<40>(repeating: 0x52))
  }

  /// The one's complement sum of a header: 0xffff when its checksum is right (RFC 1071).
  private func sum(_ header: FixedOctets<20>) -> UInt32 {
    var sum = stride(from: 0, to: 20, by: 2).reduce(UInt32(0)) { $0 + UInt32(header.bytes.bigEndian16(at: $1)) }
    while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
    return sum
  }

  /// Moves the checksum into the last word of the header, which makes it 0.
  private func clearChecksum(_ header: inout FixedOctets<20>) {
    var word = UInt32(header.bytes.bigEndian16(at: 18)) + UInt32(header.bytes.bigEndian16(at: 10))
    if word > 0xffff { word = word & 0xffff + 1 }
    header[18] = UInt8(word >> 8)
    header[19] = UInt8(truncatingIfNeeded: word)
    header[10] = 0
    header[11] = 0
  }

  private func setChecksum(_ header: inout FixedOctets<20>) {
    header[10] = 0
    header[11] = 0
    let checksum = ~UInt16(sum(header))
    header[10] = UInt8(checksum >> 8)
    header[11] = UInt8(truncatingIfNeeded: checksum)
  }
}
