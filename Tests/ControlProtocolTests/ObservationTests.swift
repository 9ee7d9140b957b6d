import ControlProtocol
import ControlProtocolTesting
import Octets
import Testing
import Timeline

@Suite struct ObservationTests {
  /// An interface that refused something, with one peer at its longest and one of which nothing is known.
  private static func target() -> MemoryTarget {
    var target = Example.target()
    var interface = ObservedInterface()
    (interface.isUp, interface.isUnderLoad) = (true, true)
    (interface.queuedHandshakes, interface.stagedPackets, interface.sessions, interface.bursts) = (4096, 1, 2, 3)
    (interface.mtu, interface.receiveQueueBytes, interface.receiveDrops) = (.max, .max, .max)
    target.workers = [
      ObservedWorker(name: "worker_of_24_characters_", processorTime: .nanoseconds(.max)),
      ObservedWorker(name: "idle", processorTime: .nanoseconds(999)),
    ]
    target.observed = interface
    target.tallies = [
      ObservedTally(reason: "bad_mac1", count: .max), ObservedTally(reason: "reason_of_24_characters_", count: 0),
    ]
    var peer = ObservedPeer()
    peer.publicKey = Octets32(repeating: 0xff)
    peer.initiations = .max
    peer.awaitsResponse = true
    peer.sinceMessage = .nanoseconds(.max)
    peer.roundTrip = .nanoseconds(.max)
    peer.sessionAge = .nanoseconds(.max)
    peer.sessionIsInitiator = true
    peer.sessionPackets = .max
    peer.unconfirmedAge = .nanoseconds(.max)
    peer.holdsCookie = true
    peer.stagedPackets = 4_294_967_295
    (peer.expectedPackets, peer.receivedPackets) = (.max, .max - 1)
    peer.refusal = "reason_of_24_characters_"
    peer.sinceRefusal = .nanoseconds(.max)
    peer.sinceRoaming = .nanoseconds(.max)
    target.observedPeers = [peer, ObservedPeer()]
    return target
  }

  private static var reply: String {
    let tallies = "rejected_bad_mac1=\(UInt64.max)\nrejected_reason_of_24_characters_=0\n"
    let milliseconds = UInt64.max / 1_000_000
    return "up=1\nunder_load=1\nqueued_handshakes=4096\nstaged_packets=1\nsessions=2\nbursts=3\nmtu=\(UInt64.max)\n"
      + "receive_queue_bytes=\(UInt64.max)\nreceive_drops=\(UInt64.max)\n"
      + "worker_worker_of_24_characters__cpu_us=\(UInt64.max / 1000)\nworker_idle_cpu_us=0\n" + tallies
      + "public_key=\(String(repeating: "f", count: 64))\ninitiations=255\nawaits_response=1\n"
      + "handshake_message_age_ms=\(milliseconds)\nround_trip_us=\(UInt64.max / 1000)\n"
      + "session_age_ms=\(milliseconds)\nsession_is_initiator=1\nsession_packets=\(UInt64.max)\n"
      + "unconfirmed_age_ms=\(milliseconds)\nholds_cookie=1\nstaged_packets=4294967295\n"
      + "expected_packets=\(UInt64.max)\nreceived_packets=\(UInt64.max - 1)\n"
      + "refused=reason_of_24_characters_\nrefused_age_ms=\(milliseconds)\nroamed_age_ms=\(milliseconds)\n"
      + "public_key=\(String(repeating: "0", count: 64))\ninitiations=0\nawaits_response=0\nholds_cookie=0\n"
      + "staged_packets=0\nexpected_packets=0\nreceived_packets=0\nerrno=0\n\n"
  }

  @Test func `everything is told, at its longest too, and the connection goes on`() {
    var target = Self.target()
    let conversation = Conversation()
    conversation.send(Array("observe=1\n\n".utf8), to: &target)
    #expect(conversation.text == Self.reply && !conversation.closed)
    conversation.send(Array("get=1\n\n".utf8), ends: true, to: &target)
    #expect(conversation.text.hasPrefix(Self.reply) && conversation.text.count > Self.reply.count)
    #expect(conversation.closed)
  }

  @Test func `what a target does not know is left out`() {
    var target = Example.target()
    target.observed = ObservedInterface()
    let conversation = Conversation()
    conversation.send(Array("observe=1\n\n".utf8), to: &target)
    let lines = "up=0\nunder_load=0\nqueued_handshakes=0\nstaged_packets=0\nsessions=0\nbursts=0\nerrno=0\n\n"
    #expect(conversation.text == lines)
  }

  @Test func `the reply is the same in the smallest room and from a request in pieces`() {
    var target = Self.target()
    let conversation = Conversation()
    for byte in "observe=1\n\n".utf8 { conversation.send([byte], room: TextProtocol.minimumRoom, to: &target) }
    #expect(conversation.text == Self.reply)
  }

  @Test func `a target that cannot tell does not know the request`() {
    var target = Example.target()
    let conversation = Conversation()
    conversation.send(Array("observe=1\n\n".utf8), to: &target)
    #expect(conversation.text == "" && conversation.closed)
  }

  @Test(arguments: ["observe=1\nlisten_port=1\n\n", "observe=1\nget=1\n\n", "observe=1\nx\n\n"])
  func `nothing may stand in the request`(request: String) {
    var target = Self.target()
    let conversation = Conversation()
    conversation.send(Array(request.utf8), to: &target)
    #expect(conversation.text == "errno=22\n\n" && conversation.closed)
    #expect(target.directives == Example.target().directives)
  }

  @Test(arguments: ["observe=2\n\n", "observe\n\n", "OBSERVE=1\n\n", "observe=1 \n\n"])
  func `another word is another protocol`(request: String) {
    var target = Self.target()
    let conversation = Conversation()
    conversation.send(Array(request.utf8), to: &target)
    #expect(conversation.text == "" && conversation.closed)
  }
}
