import ControlRecords
import DriverInterfaceTesting
import Testing

@testable import DriverInterface

/// What a GET answers, in buffers of every interesting length.
struct GetTests {
  /// An interface with everything: key, port, three peers with none, one and forty allowed IPs.
  static func configured() -> TestHost {
    var host = TestHost()
    var first = Request.Peer(0x31, flags: 0x1 | 0x2 | 0x4 | 0x8)
    first.presharedKey = [UInt8](repeating: 0x77, count: 32)
    first.keepalive = 25
    first.endpoint = endpoint4
    var second = Request.Peer(0x20, flags: 0x9, [.v6(0x20, 0x01, 16)])
    second.endpoint = endpoint6
    let third = Request.Peer(0x10, (0..<40).map { .v4(10, UInt8($0), 0, 1, 24) })
    var request = Request(flags: 2 | 4, port: 51820, peers: [first, second, third])
    request.privateKey = [UInt8](repeating: 0x11, count: 32)
    #expect(host.set(request.bytes).status == .success)
    return host
  }

  static let total = 80 + 3 * 136 + 41 * 24

  @Test func `codes and lengths are the contract's`() {
    #expect(
      [ControlCode.read, .write, .state, .readLogLine].map(\.rawValue)
        == [0xb098_c506, 0xb098_c509, 0xb098_c50c, 0xb098_c510])
    let lengths = [
      InterfaceLayout.byteCount, PeerLayout.byteCount, AllowedIPLayout.byteCount,
      DriverInterface.logEntryLength,
    ]
    #expect(lengths == [80, 136, 24, 128])
  }

  @Test func `every field stands where the contract has it`() {
    var host = Self.configured()
    let (completion, bytes) = host.get(Self.total)
    #expect(completion == Completion(.success, information: UInt64(Self.total)))
    #expect(number(bytes, at: 0, count: 4) == 0x7 && number(bytes, at: 4, count: 2) == 51820)
    #expect(bytes[6] == 0x10 && bytes[7..<37].allSatisfy { $0 == 0x11 } && bytes[37] == 0x51)
    #expect(!bytes[38..<70].allSatisfy { $0 == 0 } && number(bytes, at: 72, count: 4) == 3)
    let peer = Array(bytes[80..<216])
    #expect(number(peer, at: 0, count: 4) == 0xf && number(peer, at: 4, count: 4) == 1)
    #expect(peer[8..<40].allSatisfy { $0 == 0x31 } && peer[40..<72].allSatisfy { $0 == 0x77 })
    #expect(number(peer, at: 72, count: 2) == 25 && Array(peer[76..<104]) == endpoint4)
    #expect(peer[104..<136].allSatisfy { $0 == 0 })
    let second = Array(bytes[216..<376])
    #expect(number(second, at: 0, count: 4) == 0xd && Array(second[76..<104]) == endpoint6)
    #expect(number(second, at: 128, count: 4) == 1)
    #expect(
      second[136] == 0x20 && second[137] == 1 && second[138...].prefix(14).allSatisfy { $0 == 0 }, "host bits are clear"
    )
    #expect(number(second, at: 152, count: 2) == 23 && second[154] == 16 && number(second, at: 156, count: 4) == 0)
    #expect(bytes[376 + 8] == 0x10 && number(bytes, at: 376 + 128, count: 4) == 40)
    for i in 0..<40 { #expect(Array(bytes[512 + 24 * i..<516 + 24 * i]) == [10, UInt8(i), 0, 0]) }
  }

  @Test func `an empty interface is one record of zeros`() {
    var host = TestHost()
    #expect(host.get(80).bytes == [UInt8](repeating: 0, count: 80))
  }

  @Test func `what does not fit is a strict prefix with counts of its own`() {
    var host = Self.configured()
    let whole = host.configuration()
    for length in 0...Self.total + 100 {
      let (completion, bytes) = host.get(length)
      let fits = length >= Self.total
      #expect(completion == Completion(fits ? .success : .bufferOverflow, information: UInt64(Self.total)))
      guard length >= 80 else {
        #expect(bytes.allSatisfy { $0 == 0xee })
        continue
      }
      var expected = whole
      let (peers, end) = Self.trim(&expected, to: length)
      #expect(number(bytes, at: 72, count: 4) == UInt64(peers))
      #expect(Array(bytes[..<end]) == Array(expected[..<end]), "\(length)")
      #expect(bytes[end...].allSatisfy { $0 == 0xee }, "nothing is written behind the last record: \(length)")
    }
  }

  /// Makes the counts in `whole` those of the records that fit `length`; how many peers do, and where the last ends.
  static func trim(_ whole: inout [UInt8], to length: Int) -> (peers: Int, end: Int) {
    var (offset, peers) = (80, 0)
    while offset < whole.count, offset + 136 <= length {
      let count = Int(number(whole, at: offset + 128, count: 4))
      let fitting = min(count, (length - offset - 136) / 24)
      whole.replaceSubrange(offset + 128..<offset + 132, with: little(UInt32(fitting)))
      offset += 136 + 24 * fitting
      peers += 1
      if fitting < count { break }
    }
    whole.replaceSubrange(72..<76, with: little(UInt32(peers)))
    return (peers, offset)
  }

  @Test func `four gigabytes are too many`() {
    #expect(DriverInterface.completion(ofReading: 0xffff_ffff, capacity: 80).status == .bufferOverflow)
    #expect(DriverInterface.completion(ofReading: 0x1_0000_0000, capacity: 80).status == .sectionTooBig)
  }

  @Test func `peers come in the order of their creation, and moved prefixes go to the end`() {
    var host = TestHost()
    let peers = (1...9).map { Request.Peer(UInt8($0), [.v4(10, UInt8($0), 0, 0, 16), .v4(10, 9, UInt8($0), 0, 24)]) }
    #expect(host.set(Request(peers: peers).bytes).status == .success)
    #expect(host.set(Request.peers(.init(4, flags: 0x41), .init(1, [.v4(10, 1, 0, 0, 16)]))).status == .success)
    #expect(host.set(Request.peers(.init(4), .init(2, [.v4(10, 9, 1, 0, 24)]))).status == .success)
    let bytes = host.configuration()
    var (offset, keys, prefixes) = (80, [UInt8](), [[[UInt8]]]())
    while offset < bytes.count {
      keys.append(bytes[offset + 8])
      let count = Int(number(bytes, at: offset + 128, count: 4))
      prefixes.append((0..<count).map { Array(bytes[offset + 136 + 24 * $0..<offset + 140 + 24 * $0]) })
      offset += 136 + 24 * count
    }
    #expect(keys == [1, 2, 3, 5, 6, 7, 8, 9, 4])
    #expect(prefixes[0] == [[10, 1, 0, 0]])
    #expect(prefixes[1] == [[10, 2, 0, 0], [10, 9, 2, 0], [10, 9, 1, 0]])
  }
}
