import Octets
import Testing
import TunnelReport

struct TunnelObservationTests {
  private static func observation(_ reply: String) throws(ReplyFault) -> TunnelObservation {
    let bytes = SecretBytes()
    bytes.append(reply)
    return try bytes.withBytes { (span) throws(ReplyFault) in try TunnelObservation(reply: span) }
  }

  private static let peer = "public_key=\(String(repeating: "1", count: 64))\n"

  @Test func `a reply is read, unknown lines are passed over`() throws {
    let told = try Self.observation(
      "up=1\nunder_load=1\nqueued_handshakes=2\nstaged_packets=3\nsessions=4\nbursts=5\nmtu=1412\n"
        + "receive_queue_bytes=16\nreceive_drops=17\nworker_receive_cpu_us=18\nworker__cpu_us=1\nnew=x\nrejected_bad_mac1=6\n"
        + "rejected_other=\(UInt64.max)\n\(Self.peer)initiations=7\nawaits_response=1\nhandshake_message_age_ms=8\n"
        + "round_trip_us=9\nsession_age_ms=10\nsession_is_initiator=1\nsession_packets=11\nunconfirmed_age_ms=12\n"
        + "holds_cookie=1\nstaged_packets=13\nexpected_packets=20\nreceived_packets=19\nrefused=stale_initiation\nrefused_age_ms=14\nroamed_age_ms=15\nlater=y\nerrno=0\n\n"
    )
    #expect(told.isUp && told.isUnderLoad && told.queuedHandshakes == 2 && told.stagedPackets == 3)
    #expect(told.receiveQueueBytes == 16 && told.receiveDrops == 17)
    #expect(told.workers == [.init(name: "receive", processorTime: 18)])
    #expect(told.sessions == 4 && told.mtu == 1412 && told.rejections.map(\.reason) == ["bad_mac1", "other"])
    #expect(told.count(of: "bad_mac1") == 6 && told.count(of: "other") == .max && told.count(of: "none") == 0)
    let peer = try #require(told.peer(Octets32(repeating: 0x11)))
    #expect(told.peers.byKey[peer.publicKey.keyText] == peer)
    #expect(peer.initiations == 7 && peer.awaitsResponse && peer.messageAge == 8 && peer.roundTrip == 9)
    #expect(peer.sessionAge == 10 && peer.sessionIsInitiator && peer.sessionPackets == 11)
    #expect(peer.unconfirmedAge == 12 && peer.holdsCookie && peer.stagedPackets == 13)
    #expect(peer.refusal == "stale_initiation" && peer.refusalAge == 14 && peer.roamedAge == 15)
    #expect(peer.expectedPackets == 20 && peer.receivedPackets == 19)
    let plain = try Self.observation(Self.peer + "errno=0\n\n")
    #expect(plain.peers == [PeerObservation(publicKey: Octets32(repeating: 0x11))] && !plain.isUp)
  }

  @Test func `what is no reply is none`() {
    for (reply, fault) in [
      ("", ReplyFault.malformed), ("up=1\n", .malformed), ("up=1\n\n", .malformed), ("up=2\nerrno=0\n\n", .malformed),
      ("up\nerrno=0\n\n", .malformed), ("rejected_x=-1\nerrno=0\n\n", .malformed), ("errno=5\n\n", .refused(5)),
      ("public_key=12\nerrno=0\n\n", .malformed), (Self.peer + "initiations=\nerrno=0\n\n", .malformed),
    ] {
      #expect(throws: fault, "\(reply)") { try Self.observation(reply) }
    }
  }
}
