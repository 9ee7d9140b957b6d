import ControlProtocol
import ControlProtocolTesting
import Octets
import Testing

@Suite struct ConfigurationTargetTests {
  private let one = Octets32(repeating: 0xa1)
  private let two = Octets32(repeating: 0xa2)

  @Test func `a list of directives is applied block by block`() throws {
    var target = MemoryTarget()
    try target.apply([
      .listenPort(7), .beginPeer(one), .persistentKeepalive(1), .endPeer, .beginPeer(two), .persistentKeepalive(2),
      .endPeer, .removePeer(one), .fwmark(9),
    ])
    #expect(target.peers.map { $0.facts.persistentKeepalive } == [2])
    #expect(target.interface.listenPort == 7 && target.interface.fwmark == 9 && target.openBlocks == 0)
  }

  @Test func `an ignored block is passed over`() throws {
    var target = MemoryTarget()
    try target.apply([.beginExistingPeer(one), .persistentKeepalive(1), .endPeer, .fwmark(9)])
    #expect(target.directives == [.beginExistingPeer(one), .fwmark(9)])
  }

  @Test func `a refusal ends the block under way and keeps what came before`() {
    var target = MemoryTarget()
    target.portInUse = 53
    #expect(throws: ConfigurationError.addressInUse) {
      try target.apply([.beginPeer(one), .persistentKeepalive(1), .listenPort(53), .fwmark(9)])
    }
    #expect(target.directives == [.beginPeer(one), .persistentKeepalive(1), .endPeer])
    #expect(target.openBlocks == 0)
  }
}
