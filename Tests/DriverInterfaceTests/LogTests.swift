import Containers
import ControlProtocolTesting
import DriverInterfaceTesting
import Octets
import TestStorage
import Testing
import Timeline
import Tunnel

@testable import DriverInterface

/// The log ring, its limiter and what lines say.
struct LogTests {
  static func now(_ seconds: Double) -> Now {
    Now(
      instant: Instant(nanoseconds: UInt64(seconds * 1e9)), wall: WallTime(seconds: 1_700_000_000, nanoseconds: 300))
  }

  static func text(_ entry: FixedOctets<128>) -> String {
    let bytes = entry.array[8...]
    return String(decoding: bytes[..<bytes.firstIndex(of: 0)!], as: UTF8.self)
  }

  static func report(_ event: Report.Event, number: UInt64 = 3, endpoint: Endpoint? = nil) throws -> Report {
    // Reports are made by a machine only.
    var host = TestHost()
    var request = Request(flags: 2, peers: (1...UInt8(number)).map { Request.Peer($0) })
    request.privateKey = [UInt8](repeating: 0x11, count: 32)
    #expect(host.set(request.bytes).status == .success)
    let peer = host.machine.peer(for: Octets32(repeating: UInt8(number)))!
    var report = Report(event: event, peer: peer, publicKey: Octets32(repeating: 1), number: number, endpoint: endpoint)
    report.event = event
    return report
  }

  @Test func `lines are read in order and once`() throws {
    var log = try AdapterLog(storage: TestStorage().storage)
    log.append(LogLine(isUp: true), at: WallTime(seconds: 1_700_000_000, nanoseconds: 300))
    log.append(LogLine(.warning, "second"), at: WallTime(seconds: 0, nanoseconds: 0))
    let first = log.removeFirst()!
    #expect(first.bytes.littleEndian64(at: 0) == 133_444_736_000_000_003)
    #expect(Self.text(first) == "3Interface up" && Self.text(log.removeFirst()!) == "2second")
    #expect(log.removeFirst() == nil)
  }

  @Test func `the sixty-fifth line drops the first`() throws {
    var log = try AdapterLog(storage: TestStorage().storage)
    for i in 0..<70 { log.append(LogLine(suppressed: UInt64(i)), at: WallTime(seconds: 1, nanoseconds: 0)) }
    #expect(log.count == 64)
    for i in 6..<70 { #expect(Self.text(log.removeFirst()!) == "2\(i) lines suppressed") }
    #expect(log.count == 0)
  }

  @Test func `text ends after 119 bytes, level included`() {
    let line = LogLine(
      .error,
      "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567"
    )
    let cut = LogLine(
      .error,
      "01234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678"
    )
    let time = WallTime(seconds: 1, nanoseconds: 0)
    #expect(Self.text(line.entry(at: time)).count == 119 && line.entry(at: time) == cut.entry(at: time))
    #expect(line.entry(at: time).array[127] == 0)
  }

  @Test func `a report names the peer and where it was`() throws {
    let time = WallTime(seconds: 1, nanoseconds: 0)
    let endpoint = Endpoint(IPAddress(v4: 0xcb00_7109), port: 51820)
    let line = LogLine(try Self.report(.gaveUp, endpoint: endpoint)).entry(at: time)
    #expect(Self.text(line) == "2Peer 3 (203.0.113.9:51820): Handshake did not complete in 90 seconds, giving up")
    let other = LogLine(try Self.report(.sentInitiation)).entry(at: time)
    #expect(Self.text(other) == "3Peer 3: Sending handshake initiation")
  }

  @Test func `the longest line of all fits its scratch`() throws {
    let all = UInt64.max
    let endpoint = Endpoint(IPAddress(v6High: all, low: all), port: .max, scope: .max)
    for value in 0...UInt8.max {
      guard let event = Report.Event(rawValue: value) else { break }
      var report = try Self.report(event, endpoint: endpoint)
      report.number = all
      #expect(Self.text(LogLine(report).entry(at: WallTime(seconds: 1, nanoseconds: 0))).count <= 119)
    }
  }

  @Test func `ten lines of packets in five seconds, others always`() throws {
    var log = try AdapterLog(storage: TestStorage().storage)
    let packet = try Self.report(.sentResponse)
    let timer = try Self.report(.retry)
    for i in 0..<25 { #expect(log.note(packet, Self.now(100 + Double(i) / 10)) == (i < 10)) }
    #expect(log.note(timer, Self.now(103)) && log.count == 11)
    #expect(!log.note(packet, Self.now(104.999)) && log.count == 11)
    #expect(log.note(packet, Self.now(105)) && log.count == 13)
    for _ in 0..<11 { _ = log.removeFirst() }
    #expect(Self.text(log.removeFirst()!) == "216 lines suppressed")
    #expect(log.note(packet, Self.now(120)) && log.count == 2, "nothing was suppressed in that window")
  }

  @Test func `a buffer for a line has 128 bytes`() {
    #expect(DriverInterface.checkLogBuffer(byteCount: 127) == .bufferTooSmall)
    #expect(
      DriverInterface.checkLogBuffer(byteCount: 128) == nil && DriverInterface.checkLogBuffer(byteCount: 500) == nil)
  }
}
