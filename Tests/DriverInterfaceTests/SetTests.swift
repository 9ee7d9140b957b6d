import DriverInterfaceTesting
import Octets
import Testing
import Tunnel

@testable import DriverInterface

/// What a SET accepts, refuses and does.
struct SetTests {
  static let valid = Request.peers(
    .init(1, [.v4(10, 0, 0, 0, 8), .v6(0xfd, 0, 8)]), .init(2, flags: 0x21, [.v4(192, 168, 0, 1, 32)]))

  private func refuses(_ bytes: [UInt8], _ status: Status, _ comment: Comment? = nil) {
    var host = GetTests.configured()
    let before = host.configuration()
    #expect(host.set(bytes) == Completion(status), comment)
    #expect(host.configuration() == before, comment)
  }

  @Test func `a request cut short anywhere is refused and changes nothing`() {
    var host = GetTests.configured()
    let before = host.configuration()
    for length in 0..<Self.valid.count {
      #expect(host.set(Array(Self.valid[..<length])) == Completion(.invalidParameter), "\(length)")
    }
    #expect(host.configuration() == before)
    #expect(host.set(Self.valid) == Completion(.success, information: UInt64(Self.valid.count)))
  }

  @Test func `what follows the last record is ignored`() {
    var host = TestHost()
    let junk = [UInt8](repeating: 0xff, count: 300)
    #expect(host.set(Self.valid + junk) == Completion(.success, information: UInt64(Self.valid.count)))
  }

  @Test func `counts that the bytes do not bear out`() {
    refuses(Request(peers: [.init(1)], peerCount: 2).bytes, .invalidParameter)
    refuses(Request(peers: [.init(1)], peerCount: .max).bytes, .invalidParameter)
    for count: UInt32 in [1, 0x0aaa_aaaa, 0x0aaa_aaab, 0x1000_0000, .max] {
      var peer = Request.Peer(1)
      peer.allowedIPCount = count
      refuses(Request(peers: [peer]).bytes, .invalidParameter, "\(count)")
    }
  }

  @Test func `values that do not fit`() {
    refuses(Request.peers(.init(1), .init(2, flags: 0x80)), .invalidParameter)
    refuses(Request.peers(.init(1), .init(2, [.v4(10, 0, 0, 0, 33)])), .invalidParameter)
    refuses(Request.peers(.init(1), .init(2, [.v6(0xfd, 0, 129)])), .invalidParameter)
    for family: UInt16 in [0, 1, 3, 24, 0x0200] {
      var allowedIP = Request.AllowedIP.v4(10, 0, 0, 0, 8)
      allowedIP.family = family
      refuses(Request.peers(.init(1), .init(2, [allowedIP])), .invalidParameter, "\(family)")
    }
    for version: UInt32 in [2, .max] {
      var peer = Request.Peer(2, flags: 0x11)
      peer.version = version
      refuses(Request(peers: [.init(1), peer]).bytes, .notImplemented)
    }
    refuses(Request.peers(.init(1, flags: 0x41, [.v4(0, 0, 0, 0, 99)])), .invalidParameter, "of a removed peer too")
  }

  @Test func `versions 0 and 1, and any without the flag`() {
    for (flags, version): (UInt32, UInt32) in [(0x11, 0), (0x11, 1), (0x1, 2), (0x1, .max)] {
      var host = TestHost()
      var peer = Request.Peer(2, flags: flags)
      peer.version = version
      #expect(host.set(Request(peers: [peer]).bytes).status == .success)
    }
  }

  @Test func `unknown flags are ignored`() {
    var host = TestHost()
    let peer = Request.Peer(1, flags: 0xffff_ff01, [.v4(10, 0, 0, 0, 8, flags: 0xffff_fffe)])
    #expect(host.set(Request(flags: 0xffff_fff0, peers: [peer]).bytes).status == .success)
    #expect(host.configuration().count == 80 + 136 + 24)
  }

  @Test func `unknown peers are neither updated nor removed, and the own key is passed over`() {
    var host = TestHost()
    #expect(host.set(Request.peers(.init(1, flags: 0x41, [.v4(10, 0, 0, 0, 8)]))).status == .success)
    #expect(host.set(Request.peers(.init(1, flags: 0x81, [.v4(10, 0, 0, 0, 8)]))).status == .success)
    #expect(host.configuration().count == 80)
    #expect(host.set(Request.key(0x11)).status == .success)
    var own = Request.Peer(0, [.v4(10, 0, 0, 0, 8)])
    own.publicKey = Array(host.configuration()[38..<70])
    #expect(host.set(Request(peers: [own, .init(2)]).bytes).status == .success)
    #expect(host.configuration().count == 80 + 136)
    #expect(host.allowedIPCount == 0)
  }

  @Test func `a key that a peer has as its public key removes that peer`() {
    var host = TestHost()
    #expect(host.set(Request.key(0x11)).status == .success)
    let own = Array(host.configuration()[38..<70])
    #expect(host.set(Request.key(0x22)).status == .success)
    var peer = Request.Peer(0, [.v4(10, 0, 0, 0, 8)])
    peer.publicKey = own
    #expect(host.set(Request(peers: [peer]).bytes).status == .success)
    #expect(host.peerCount == 1)
    #expect(host.set(Request.key(0x11)).status == .success)
    #expect(host.peerCount == 0 && host.allowedIPCount == 0)
  }

  @Test func `thirty-two zero bytes remove the identity`() {
    var host = TestHost()
    #expect(host.set(Request.key(0x11)).status == .success)
    #expect(number(host.configuration(), at: 0, count: 4) == 3)
    #expect(host.set(Request.key(0)).status == .success)
    #expect(host.configuration() == [UInt8](repeating: 0, count: 80))
  }

  @Test func `a peer named twice is one peer, and one that comes back is new`() {
    var host = TestHost()
    var first = Request.Peer(1, flags: 0x3, [.v4(10, 0, 0, 0, 8)])
    first.presharedKey = [UInt8](repeating: 9, count: 32)
    #expect(host.set(Request.peers(first, .init(1, [.v4(11, 0, 0, 0, 8)]))).status == .success)
    #expect(host.peerCount == 1 && host.allowedIPCount == 2)
    #expect(host.set(Request.peers(.init(1, flags: 0x41), .init(1))).status == .success)
    #expect(host.configuration().count == 216 && number(host.configuration(), at: 80, count: 4) == 5)
  }

  @Test func `only the owner's prefix of the same length is removed`() {
    var host = TestHost()
    #expect(host.set(Request.peers(.init(1, [.v4(10, 0, 0, 0, 8)]), .init(2))).status == .success)
    for other: Request.Peer in [.init(2, [.v4(10, 0, 0, 0, 8, flags: 1)]), .init(1, [.v4(10, 0, 0, 0, 9, flags: 1)])] {
      #expect(host.set(Request.peers(other)).status == .success)
      #expect(host.allowedIPCount == 1)
    }
    #expect(host.set(Request.peers(.init(1, [.v4(10, 1, 2, 3, 8, flags: 1)]))).status == .success)
    #expect(host.allowedIPCount == 0)
  }

  @Test func `records take effect in their order`() {
    var host = TestHost()
    let prefix = Request.AllowedIP.v4(10, 0, 0, 0, 8)
    let gone = Request.AllowedIP.v4(10, 0, 0, 0, 8, flags: 1)
    #expect(host.set(Request.peers(.init(1, [prefix, gone, prefix]), .init(2, [prefix, gone]))).status == .success)
    #expect(host.allowedIPCount == 0)
    let back = Request.peers(.init(1, [prefix]), .init(1, flags: 0x41), .init(1, [prefix]), flags: 8)
    #expect(host.set(back).status == .success)
    #expect(host.peerCount == 1 && host.allowedIPCount == 1)
    let address = IPAddress(v4: 0x0a00_0001)
    #expect(host.machine.route(address) == host.machine.peer(for: Octets32(repeating: 1)))
  }

  @Test func `an endpoint of another family is ignored, and a scope is kept`() {
    var host = TestHost()
    var peer = Request.Peer(1, flags: 0x9)
    peer.endpoint = [UInt8](repeating: 3, count: 28)
    #expect(host.set(Request.peers(peer)).status == .success)
    #expect(number(host.configuration(), at: 80, count: 4) == 5)
    peer.endpoint = endpoint6
    #expect(host.set(Request.peers(peer)).status == .success)
    #expect(host.machine.status(of: host.machine.firstPeer!)?.endpoint?.scope == 7)
  }

  @Test func `a keepalive turned on while up asks for a handshake`() {
    var host = GetTests.configured()
    var first = Request.Peer(0x31, flags: 0x5)
    first.keepalive = 0
    #expect(host.set(Request.peers(first)).status == .success && host.up() == .success)
    var peer = Request.Peer(0x20, flags: 0x5)
    peer.keepalive = 10
    let handle = host.machine.peer(for: Octets32(repeating: 0x20))!
    #expect(!host.wantsHandshake && host.machine.status(of: handle)!.persistentKeepalive == 0)
    #expect(host.set(Request.peers(peer)).status == .success)
    #expect(host.wantsHandshake && host.machine.status(of: handle)!.persistentKeepalive == 10)
  }

  @Test func `as many peers as the machine takes, and no more`() {
    var limits = MachineLimits()
    limits.peers = 4
    var host = TestHost(limits: limits)
    let four = (1...4).map { Request.Peer(UInt8($0), [.v4(10, UInt8($0), 0, 0, 16)]) }
    let five = four + [Request.Peer(5)]
    #expect(host.set(Request(peers: five).bytes) == Completion(.tooManyNodes))
    #expect(host.configuration().count == 80 && host.allowedIPCount == 0)
    #expect(host.set(Request(peers: four).bytes).status == .success)
    #expect(host.set(Request(flags: 8, peers: four).bytes).status == .success, "in place of those there are")
    #expect(host.set(Request(peers: [.init(9)]).bytes) == Completion(.tooManyNodes))
    #expect(host.peerCount == 4)
  }
}
