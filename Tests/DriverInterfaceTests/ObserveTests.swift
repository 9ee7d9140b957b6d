import ControlRecords
import DriverInterfaceTesting
import Octets
import Testing
import Timeline
import Tunnel

@testable import DriverInterface

/// What an OBSERVE answers, in buffers of every interesting length.
struct ObserveTests {
  static let reasons = 26
  static let total = 64 + 32 * reasons + 144 * 3

  private static func name(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  @Test func `codes and lengths are those of the page that documents them`() {
    #expect(ControlCode.observe.rawValue == 0xb098_6402)
    // Device type, access to read, a function that Microsoft leaves to others, METHOD_OUT_DIRECT.
    #expect(ControlCode.observe.rawValue == 0xb098 << 16 | 1 << 14 | 0x900 << 2 | 2)
    #expect([ObservationLayout.byteCount, ReasonLayout.byteCount, ObservedPeerLayout.byteCount] == [64, 32, 144])
    #expect(DriverInterface.reasonCount == Self.reasons)
  }

  @Test func `an idle interface says who it is and that nothing has happened`() {
    var host = GetTests.configured()
    let (completion, bytes) = host.observe(Self.total)
    #expect(completion == Completion(.success, information: UInt64(Self.total)))
    #expect(number(bytes, at: 0, count: 4) == 1)
    #expect(
      [4, 6, 8].map { number(bytes, at: $0, count: 2) } == [64, 32, 144] && number(bytes, at: 10, count: 2) == 0)
    #expect(number(bytes, at: 12, count: 4) == 0 && number(bytes, at: 16, count: 4) == UInt64(Self.reasons))
    #expect(number(bytes, at: 20, count: 4) == 3 && bytes[24..<64].allSatisfy { $0 == 0 })
    for reason in 0..<Self.reasons {
      let place = 64 + 32 * reason
      #expect(number(bytes, at: place, count: 8) == 0)
      let expected = Rejection(rawValue: UInt8(reason))!.name
      #expect(Self.name(bytes[place + 8..<place + 32]) == "\(expected)")
    }
    for (peer, key) in [0x31, 0x20, 0x10].enumerated() as EnumeratedSequence<[UInt8]> {
      let record = bytes[(64 + 32 * Self.reasons + 144 * peer)...].prefix(144)
      #expect(record.prefix(32).allSatisfy { $0 == key } && record.dropFirst(32).allSatisfy { $0 == 0 })
    }
    for secret in [0x77, 0x11] as [UInt8] {
      #expect(!zip(bytes, bytes.dropFirst()).contains { $0 == (secret, secret) }, "no secret is told")
    }
  }

  @Test func `what happens is told, with its reason and its age`() {
    var host = GetTests.configured()
    #expect(host.up() == .success)
    let now = host.now
    host.withMachine { machine in
      _ = machine.route(IPAddress(v4: 0x0101_0101))
      let peer = machine.peer(for: Octets32(repeating: 0x31))!
      _ = machine.park(StagedPacket(token: 1, length: 100), for: peer, now)
    }
    host.now = Now(instant: now.instant + .seconds(3), wall: now.wall)
    let (_, bytes) = host.observe(Self.total)
    #expect(number(bytes, at: 12, count: 4) == 1 && number(bytes, at: 32, count: 8) == 1)
    let reason = 64 + 32 * Int(Rejection.noRoute.rawValue)
    #expect(number(bytes, at: reason, count: 8) == 1 && Self.name(bytes[reason + 8..<reason + 32]) == "no_route")
    let peer = 64 + 32 * Self.reasons
    #expect(number(bytes, at: peer + 80, count: 8) == 1)
  }

  @Test func `what does not fit is a strict prefix with counts of its own`() {
    var host = GetTests.configured()
    let whole = host.observe(Self.total).bytes
    for length in 0...Self.total + 40 {
      let (completion, bytes) = host.observe(length)
      let fits = length >= Self.total
      #expect(completion == Completion(fits ? .success : .bufferOverflow, information: UInt64(Self.total)))
      guard length >= 64 else {
        #expect(bytes.allSatisfy { $0 == 0xee }, "\(length)")
        continue
      }
      let reasons = min(Self.reasons, (length - 64) / 32)
      let peers = reasons < Self.reasons ? 0 : min(3, (length - 64 - 32 * reasons) / 144)
      let end = 64 + 32 * reasons + 144 * peers
      #expect(number(bytes, at: 16, count: 4) == UInt64(reasons) && number(bytes, at: 20, count: 4) == UInt64(peers))
      #expect(bytes[..<16] == whole[..<16] && bytes[24..<end] == whole[24..<end], "\(length)")
      #expect(bytes[end...].allSatisfy { $0 == 0xee }, "nothing is written behind the last record: \(length)")
    }
  }
}
