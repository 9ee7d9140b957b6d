import ControlProtocol
import Octets
import Testing

@testable import WindowsTunnel

/// The text protocol over the driver's requests.
struct ControlTests {
  private let windows = FakeWindows()

  /// What a connection answers to a request, its input in pieces of a length.
  private func answer(_ request: String, pieces: Int = .max) -> String {
    Self.answer(request, pieces: pieces, of: windows)
  }

  /// The same of another Windows.
  static func answer(_ request: String, pieces: Int = .max, of windows: FakeWindows) -> String {
    let connection = ControlConnection(FakeWindows.FakeAdapter(windows, "office"))
    var rest = Array(request.utf8)[...]
    var output: [UInt8] = []
    while true {
      let piece = Array(rest.prefix(pieces))
      let ends = rest.isEmpty
      var wants = TextProtocol.Want.input
      var consumed = 0
      output += [UInt8](capacity: 4096) { span in
        let step = piece.withRawSpan { connection.receive($0, inputEnds: ends, into: &span) }
        wants = step.wants
        consumed = step.consumed
      }
      rest = rest.dropFirst(consumed)
      if wants == .close || (ends && wants == .input) { return String(decoding: output, as: UTF8.self) }
    }
  }

  private static func hex(_ byte: String) -> String { String(repeating: byte, count: 32) }

  @Test(arguments: [1, 7, Int.max])
  func `each line of the interface and each block is one request`(_ pieces: Int) {
    let request = """
      set=1
      private_key=\(Self.hex("40"))
      listen_port=9
      fwmark=0
      replace_peers=true
      public_key=\(Self.hex("07"))
      preshared_key=\(Self.hex("08"))
      allowed_ip=10.0.0.0/8
      public_key=\(Self.hex("09"))
      remove=true


      """
    #expect(answer(request, pieces: pieces) == "errno=0\n\n")
    let key = Octets32(repeating: 7)
    #expect(
      windows.requests
        == [
          [.privateKey(Octets32(repeating: 0x40))], [.listenPort(9)], [.fwmark(0)], [.replacePeers],
          [
            .beginPeer(key), .presharedKey(Octets32(repeating: 8)),
            .addAllowedIP(Prefix(IPAddress(v4: 0x0a00_0000), length: 8)!),
          ], [.removePeer(Octets32(repeating: 9))],
        ].map { (directives: [Directive]) in ConfigurationRequest(directives).bytes })
  }

  @Test(arguments: [
    (SystemError.duplicateName, -98), (.notEnoughMemory, -12), (.invalidParameter, -22), (.fileNotFound, -5),
    (.accessDenied, -5),
  ])
  func `what the driver refuses is told by number, and ends the request`(_ error: SystemError, _ number: Int) {
    windows.failures["configure"] = error
    #expect(answer("set=1\nlisten_port=9\nprivate_key=\(Self.hex("40"))\n\n") == "errno=\(number)\n\n")
    #expect(windows.steps == ["configure"])
  }

  @Test func `a block of very many prefixes goes in pieces`() throws {
    let count = 6000
    let prefixes = (0..<count).map { "allowed_ip=10.\($0 >> 8).\($0 & 255).0/24\n" }.joined()
    #expect(
      answer("set=1\npublic_key=\(Self.hex("07"))\nreplace_allowed_ips=true\n\(prefixes)\n") == "errno=0\n\n")
    #expect(windows.requests.count == 3 && windows.requests.allSatisfy { $0.count <= 65536 + 24 })
    // Only the first one replaces, and only the first one may make the peer.
    #expect(windows.requests.map { $0.number(at: 80, count: 4) } == [0x21, 0x81, 0x81])
    #expect(windows.requests.map { Int($0.number(at: 80 + 128, count: 4)) }.reduce(0, +) == count)
  }

  @Test func `a get is answered from one look`() {
    windows.answer =
      ConfigurationRequest([
        .privateKey(Octets32(repeating: 0x40)), .beginPeer(Octets32(repeating: 7)),
        .addAllowedIP(Prefix(IPAddress(v4: 0x0a00_0000), length: 8)!),
      ]).bytes
    let text = answer("get=1\n\nget=1\n\n")
    #expect(text.components(of: "errno=0\n\n") == 2 && windows.steps == ["configuration", "configuration"])
    #expect(text.contains("private_key=\(Self.hex("40"))\npublic_key=\(Self.hex("07"))\n"))
    #expect(text.contains("allowed_ip=10.0.0.0/8\nerrno=0\n"))
    windows.failures["configuration"] = .fileNotFound
    #expect(answer("get=1\n\n") == "errno=5\n\n")
    windows.failures = [:]
    windows.answer = [1]
    #expect(answer("get=1\n\n") == "errno=5\n\n")
  }

  @Test func `who only looks whether somebody is there is not answered`() {
    #expect(answer("") == "" && answer("x\n") == "" && windows.steps.isEmpty)
  }
}

extension String {
  /// How often a text is in this one.
  fileprivate func components(of text: String) -> Int { ranges(of: text).count }
}
