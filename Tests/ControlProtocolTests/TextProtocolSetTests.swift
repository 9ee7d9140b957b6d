import ControlProtocol
import ControlProtocolTesting
import Octets
import Testing

private let one = Example.hex(0xa1)
private let two = Example.hex(0xa2)

/// The directives that `request` leads to at a target that knows the peers of `existing`.
private func directives(_ request: String, existing: [UInt8] = []) -> [Directive] {
  var target = MemoryTarget()
  for key in existing {
    try? target.apply([.beginPeer(Octets32(repeating: key)), .endPeer])
  }
  target.directives = []
  #expect(answer("set=1\n\(request)\n", from: &target) == "errno=0\n\n")
  #expect(target.openBlocks == 0)
  return target.directives
}

/// What a fresh target answers to a set of `lines`.
private func refusal(_ lines: String) -> String {
  var target = MemoryTarget()
  return answer("set=1\n\(lines)\n", from: &target)
}

@Suite struct TextProtocolSetTests {
  @Test func `an empty request succeeds`() {
    #expect(directives("") == [])
  }

  @Test func `every key becomes its directive`() throws {
    let prefix = try #require(Prefix(IPAddress(v4: 0x0a00_0000), length: 8))
    let request = """
      private_key=\(Example.hex(0x48))
      listen_port=51820
      fwmark=4294967295
      replace_peers=true
      public_key=\(one)
      preshared_key=\(Example.hex(0xB1).uppercased())
      protocol_version=1
      endpoint=[fe80::1%eth0]:5
      persistent_keepalive_interval=25
      replace_allowed_ips=true
      allowed_ip=10.9.8.7/8
      allowed_ip=-10.0.0.0/8

      """
    #expect(
      directives(request) == [
        .privateKey(Octets32(repeating: 0x48)), .listenPort(51820), .fwmark(.max), .replacePeers,
        .beginPeer(Octets32(repeating: 0xa1)), .presharedKey(Octets32(repeating: 0xb1)),
        .endpoint(Endpoint(IPAddress(v6High: 0xfe80 << 48, low: 1), port: 5, scope: 2)), .persistentKeepalive(25),
        .replaceAllowedIPs, .addAllowedIP(prefix), .removeAllowedIP(prefix), .endPeer,
      ])
  }

  @Test func `a block ends where the next one starts`() {
    let first = Octets32(repeating: 0xa1)
    #expect(
      directives("public_key=\(one)\npublic_key=\(two)\npublic_key=\(one)\npersistent_keepalive_interval=1\n") == [
        .beginPeer(first), .endPeer, .beginPeer(Octets32(repeating: 0xa2)), .endPeer, .beginPeer(first),
        .persistentKeepalive(1), .endPeer,
      ])
  }

  @Test func `removing a peer creates none and the rest of its block is only checked`() {
    let first = Octets32(repeating: 0xa1)
    let removal: [Directive] = [.removePeer(first)]
    #expect(directives("public_key=\(one)\nremove=true\n") == removal)
    #expect(directives("public_key=\(one)\nremove=true\nremove=true\nupdate_only=true\nallowed_ip=::/0\n") == removal)
    #expect(directives("public_key=\(one)\nupdate_only=true\nremove=true\n") == removal)
    #expect(
      directives("public_key=\(one)\npersistent_keepalive_interval=1\nremove=true\nallowed_ip=::/0\n")
        == [.beginPeer(first), .persistentKeepalive(1), .removePeer(first)])
    #expect(refusal("public_key=\(one)\nremove=true\nallowed_ip=x\n") == "errno=-22\n\n")
  }

  @Test func `update_only reaches an existing peer and skips another`() {
    let request = "public_key=\(one)\nupdate_only=true\npersistent_keepalive_interval=1\n"
    #expect(directives(request) == [.beginExistingPeer(Octets32(repeating: 0xa1))])
    #expect(
      directives(request, existing: [0xa1]) == [
        .beginExistingPeer(Octets32(repeating: 0xa1)), .persistentKeepalive(1), .endPeer,
      ])
    #expect(refusal("public_key=\(one)\nupdate_only=true\nallowed_ip=x\n") == "errno=-22\n\n")
    #expect(refusal("public_key=\(one)\nallowed_ip=::/0\nupdate_only=true\n") == "errno=-22\n\n")
  }

  @Test func `a block for our own key is checked and ignored`() {
    var target = MemoryTarget()
    target.ownPublicKey = Octets32(repeating: 0xa1)
    let lines = "public_key=\(one)\nallowed_ip=::/0\npublic_key=\(two)\nallowed_ip=::/1\n"
    #expect(answer("set=1\n\(lines)\n", from: &target) == "errno=0\n\n")
    #expect(target.peers.map(\.facts.publicKey) == [Octets32(repeating: 0xa2)])
    #expect(answer("set=1\npublic_key=\(one)\nallowed_ip=x\n\n", from: &target) == "errno=-22\n\n")
  }

  @Test(arguments: [
    "unknown=1", "Listen_port=1", "listen_port =1", " listen_port=1", "=1", "=", "listen_port=", "listen_port=65536",
    "listen_port=-1", "listen_port=+1", "listen_port=0x1", "listen_port= 1", "listen_port=1 ", "fwmark=4294967296",
    "fwmark=0x10", "fwmark=off", "replace_peers=false", "replace_peers=1", "replace_peers=True", "private_key=",
    "private_key=0", "private_key=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "preshared_key=\(one)", "remove=true",
    "update_only=true", "protocol_version=1", "endpoint=1.2.3.4:5", "persistent_keepalive_interval=1",
    "replace_allowed_ips=true", "allowed_ip=::/0", "public_key=\(one)\nlisten_port=1",
    "public_key=\(one)\nprivate_key=\(one)",
    "public_key=\(one)\nfwmark=1", "public_key=\(one)\nreplace_peers=true", "public_key=\(one)\nprotocol_version=2",
    "public_key=\(one)\nprotocol_version=01", "public_key=\(one)\nallowed_ip=10.0.0.0",
    "public_key=\(one)\nallowed_ip=--::/0",
    "public_key=\(one)\nallowed_ip=+::/0", "public_key=\(one)\nallowed_ip=-", "public_key=\(one)\nendpoint=host:1",
    "public_key=\(one)\nendpoint=[fe80::1%nosuch]:1", "public_key=\(one)\npersistent_keepalive_interval=off",
    "public_key=\(one)\npersistent_keepalive_interval=65536", "public_key=\(one)\nremove=false", "get=1", "set=1",
    "errno=0", "public_key=\(String(repeating: "a", count: 300))", "x=\(String(repeating: "a", count: 65000))",
  ])
  func `a bad value, an unknown key and a line out of place fail with -22`(lines: String) {
    #expect(refusal(lines + "\n") == "errno=-22\n\n")
  }

  @Test(arguments: ["x", "listen_port", " ", "\t", "\0", String(repeating: "a", count: 65536)])
  func `a line without an equals sign fails with -71`(line: String) {
    #expect(refusal(line + "\n") == "errno=-71\n\n")
  }

  @Test func `a line over 64 KiB fails with -5 before it ends`() {
    let key = "private_key="
    #expect(refusal(key + String(repeating: "0", count: 65536 - key.count) + "\n") == "errno=-22\n\n")
    #expect(refusal(key + String(repeating: "0", count: 65537 - key.count)) == "errno=-5\n\n")
  }

  @Test func `what was set before the failing line stays, and the block under way is closed`() {
    var target = MemoryTarget()
    let conversation = Conversation()
    let request = "set=1\nlisten_port=7\npublic_key=\(one)\npersistent_keepalive_interval=9\nallowed_ip=x\nfwmark=1\n\n"
    conversation.send(Array(request.utf8), to: &target)
    #expect(conversation.text == "errno=-22\n\n")
    #expect(conversation.closed)
    #expect(conversation.failure == TextProtocol.Failure(line: 5, error: .invalidValue))
    #expect(target.interface.listenPort == 7 && target.interface.fwmark == 0)
    #expect(target.directives.last == .endPeer && target.openBlocks == 0)
  }

  @Test func `what the target refuses is reported with its number`() {
    var target = MemoryTarget()
    target.portInUse = 53
    #expect(answer("set=1\nlisten_port=53\n\n", from: &target) == "errno=-98\n\n")
    target.peerLimit = 1
    #expect(answer("set=1\npublic_key=\(one)\npublic_key=\(two)\n\n", from: &target) == "errno=-22\n\n")
    #expect(target.peers.count == 1 && target.openBlocks == 0)
    // Neither of these needs room for another peer.
    #expect(answer("set=1\npublic_key=\(two)\nremove=true\n\n", from: &target) == "errno=0\n\n")
    #expect(answer("set=1\npublic_key=\(two)\nupdate_only=true\n\n", from: &target) == "errno=0\n\n")
  }

  @Test func `the end of the input does for the blank line but not for the end of a line`() {
    var target = MemoryTarget()
    #expect(answer("set=1\npublic_key=\(one)\nallowed_ip=10.0.0.0/16\n", ends: true, from: &target) == "errno=0\n\n")
    #expect(target.peers.first?.allowedIPs.count == 1 && target.openBlocks == 0)
    #expect(answer("set=1\npublic_key=\(two)\nallowed_ip=10.0.0.0/1", ends: true, from: &target) == "errno=-71\n\n")
    #expect(target.peer(Octets32(repeating: 0xa2))?.allowedIPs == [] && target.openBlocks == 0)
  }
}
