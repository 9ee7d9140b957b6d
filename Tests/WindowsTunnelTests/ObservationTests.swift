import ControlProtocol
import ControlRecords
import Octets
import Testing
import Timeline

@testable import WindowsTunnel

/// The driver's answer to OBSERVE, and what the pipe makes of it.
struct ObservationTests {
  /// An answer with two reasons and one peer, whose records are longer than today's by so many bytes.
  private static func answer(longer: Int = 0) -> [UInt8] {
    let sizes = [64 + longer, 32 + longer, 144 + longer]
    var bytes = [UInt8](repeating: 0, count: sizes[0] + 2 * sizes[1] + sizes[2])
    bytes.write(1, at: 0, count: 4)
    for (place, size) in sizes.enumerated() { bytes.write(UInt64(size), at: 4 + 2 * place, count: 2) }
    for (place, value) in [(12, 3), (16, 2), (20, 1)] { bytes.write(UInt64(value), at: place, count: 4) }
    for (place, value) in [(24, 4), (32, 5), (40, 6), (48, 7)] { bytes.write(UInt64(value), at: place, count: 8) }
    for (ordinal, name) in ["malformed", "reason_of_24_characters_"].enumerated() {
      let place = sizes[0] + ordinal * sizes[1]
      bytes.write(.max - UInt64(ordinal), at: place, count: 8)
      bytes.replaceSubrange(place + 8..<place + 8 + name.utf8.count, with: name.utf8)
    }
    let peer = sizes[0] + 2 * sizes[1]
    for place in 0..<32 { bytes[peer + place] = 9 }
    bytes.write(0x1ff, at: peer + 32, count: 4)
    bytes.write(3, at: peer + 36, count: 4)
    for place in 0..<10 { bytes.write(UInt64(place + 1) * 1_000_000, at: peer + 40 + 8 * place, count: 8) }
    bytes.replaceSubrange(peer + 120..<peer + 136, with: "stale_initiation".utf8)
    return bytes
  }

  private static func names(_ answer: ObservationAnswer) -> Int {
    (0..<300).prefix { answer.tally($0) != nil }.count
  }

  @Test(arguments: [0, 8, 1000])
  func `every field is read, from longer records too`(longer: Int) throws {
    let answer = try #require(ObservationAnswer(Self.answer(longer: longer)))
    let interface = answer.interface
    #expect(interface.isUp && interface.isUnderLoad && interface.queuedHandshakes == 4 && interface.stagedPackets == 5)
    #expect(interface.sessions == 6 && interface.bursts == 7)
    #expect(answer.tally(0)?.reason == "malformed" && answer.tally(0)?.count == .max)
    #expect(answer.tally(1)?.reason == "reason_of_24_characters_" && answer.tally(2) == nil)
    let peer = try #require(answer.peer(0))
    #expect(peer.publicKey == Octets32(repeating: 9) && peer.initiations == 3 && peer.awaitsResponse)
    #expect(peer.sessionIsInitiator && peer.holdsCookie && peer.sinceMessage == .milliseconds(1))
    #expect(peer.roundTrip == .milliseconds(2) && peer.sessionAge == .milliseconds(3))
    #expect(peer.sessionPackets == 4_000_000 && peer.unconfirmedAge == .milliseconds(5))
    #expect(peer.stagedPackets == 6_000_000 && peer.expectedPackets == 7_000_000 && peer.receivedPackets == 8_000_000)
    #expect(peer.sinceRefusal == .milliseconds(9) && peer.refusal == "stale_initiation")
    #expect(peer.sinceRoaming == .milliseconds(10) && answer.peer(1) == nil)
  }

  @Test func `what is not set is not told`() throws {
    var bytes = Self.answer()
    bytes.write(0, at: 64 + 64 + 32, count: 4)
    let peer = try #require(ObservationAnswer(bytes)?.peer(0))
    #expect(!peer.awaitsResponse && peer.sinceMessage == nil && peer.roundTrip == nil && peer.sessionAge == nil)
    #expect(peer.unconfirmedAge == nil && peer.refusal == nil && peer.sinceRefusal == nil && peer.sinceRoaming == nil)
  }

  @Test func `an answer that is cut anywhere is read as far as it goes`() {
    let whole = Self.answer()
    for length in 0..<whole.count {
      let answer = ObservationAnswer(Array(whole[..<length]))
      #expect((answer != nil) == (length >= 64), "\(length)")
      guard let answer else { continue }
      #expect(Self.names(answer) == min(2, (length - 64) / 32) && answer.peer(0) == nil, "\(length)")
    }
  }

  @Test
  func `another version and sizes that cannot be are no answer, counts beyond the bytes mean those that are there`() {
    for (place, value) in [(0, 0), (0, 2), (4, 63), (4, 65535), (6, 31), (8, 143)] as [(Int, UInt64)] {
      var bytes = Self.answer()
      bytes.write(value, at: place, count: 2)
      #expect(ObservationAnswer(bytes) == nil, "\(value) at \(place)")
    }
    var many = Self.answer()
    many.write(UInt64(UInt32.max), at: 20, count: 4)
    #expect(ObservationAnswer(many)?.peer(0) != nil && ObservationAnswer(many)?.peer(1) == nil)
    many.write(UInt64(UInt32.max), at: 16, count: 4)
    #expect(ObservationAnswer(many)?.peer(0) == nil, "it is not known where peers begin")
    var nameless = Self.answer()
    for name in ["", "Bad", "a b"] {
      nameless.replaceSubrange(72..<96, with: Array(name.utf8) + [UInt8](repeating: 0, count: 24 - name.utf8.count))
      #expect(ObservationAnswer(nameless).map(Self.names) == 0, "\(name)")
    }
  }

  @Test func `the pipe answers observe=1, and does not know it of a driver that does not`() {
    let windows = FakeWindows()
    windows.observation = Self.answer()
    let text = ControlTests.answer("observe=1\n\n", of: windows)
    #expect(text.hasPrefix("up=1\nunder_load=1\nqueued_handshakes=4\n"), "\(text)")
    #expect(text.contains("rejected_malformed=\(UInt64.max)\nrejected_reason_of_24_characters_=\(UInt64.max - 1)\n"))
    #expect(text.contains("expected_packets=7000000\nreceived_packets=8000000\nrefused=stale_initiation\n"))
    #expect(text.hasSuffix("errno=0\n\n"))
    windows.failures["observation"] = .invalidParameter
    #expect(ControlTests.answer("observe=1\n\n", of: windows) == "")
    windows.failures = [:]
    windows.observation = [1]
    #expect(ControlTests.answer("observe=1\n\n", of: windows) == "")
  }
}
