import ControlProtocol
import ControlProtocolTesting
import Octets
import Testing

@Suite struct SetRequestTests {
  /// `directives` as a request.
  private func request(_ directives: [Directive]) -> String {
    var text = printed { _ = SetRequest.printBeginning(into: &$0) }
    for directive in directives { text += printed { _ = SetRequest.print(directive, into: &$0) } }
    return text + printed { _ = SetRequest.printEnd(into: &$0) }
  }

  @Test func `a server understands every directive as it was meant`() throws {
    let prefix = try #require(Prefix(IPAddress(family: .v6, value: .max), length: 128))
    let one = Octets32(repeating: 0xa1)
    let directives: [Directive] = [
      .privateKey(Octets32(repeating: 0x48)), .listenPort(.max), .fwmark(.max), .replacePeers, .removePeer(one),
      .beginPeer(one), .presharedKey(one), .endpoint(Endpoint(IPAddress(v4: .max), port: .max)),
      .endpoint(Endpoint(IPAddress(family: .v6, value: .max), port: .max, scope: .max)), .persistentKeepalive(.max),
      .replaceAllowedIPs, .addAllowedIP(prefix), .removeAllowedIP(prefix), .endPeer, .beginExistingPeer(one),
      .persistentKeepalive(1), .endPeer,
    ]
    var target = MemoryTarget()
    #expect(answer(request(directives), from: &target) == "errno=0\n\n")
    #expect(target.directives == directives)
    for directive in directives {
      #expect(request([directive]).utf8.count - request([]).utf8.count <= SetRequest.minimumRoom)
    }
  }

  @Test func `without room nothing is printed`() {
    var printed = true
    let text = [UInt8](capacity: SetRequest.minimumRoom - 1) { output in
      printed = SetRequest.print(.replacePeers, into: &output)
    }
    #expect(text.isEmpty && !printed)
  }
}
