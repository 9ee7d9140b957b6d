import ControlProtocol
import ControlProtocolTesting
import Testing

/// What a connection did: everything that must not depend on how the bytes were cut.
private struct Outcome: Equatable {
  var reply: String
  var closed: Bool
  var failure: TextProtocol.Failure?
  var peers: [MemoryTarget.Peer]
  var changes: Int

  /// Sends `bytes`, cut into pieces whose lengths `piece` draws, with outputs whose sizes `room` draws.
  init(_ bytes: [UInt8], ends: Bool, piece: () -> Int, room: () -> Int) {
    var target = Example.target()
    let conversation = Conversation()
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = min(rest.count, piece())
      conversation.send(Array(rest.prefix(count)), ends: ends && count == rest.count, room: room(), to: &target)
      rest = rest.dropFirst(count)
    }
    reply = conversation.text
    closed = conversation.closed
    failure = conversation.failure
    peers = target.peers
    changes = target.directives.count
  }

  init(whole bytes: [UInt8], ends: Bool) { self.init(bytes, ends: ends, piece: { bytes.count }, room: { 65536 }) }
}

@Suite struct TextProtocolFragmentationTests {
  @Test(arguments: Sessions.requests.indices)
  func `any cut of a session gives the same answer`(index: Int) {
    let bytes = Array(Sessions.requests[index].utf8)
    for ends in [false, true] {
      let whole = Outcome(whole: bytes, ends: ends)
      // The longest sessions are cut into fewer pieces: each piece is a call.
      let step = max(1, bytes.count / 2000)
      #expect(Outcome(bytes, ends: ends, piece: { step }, room: { TextProtocol.minimumRoom }) == whole)
      for cut in stride(from: 1, to: bytes.count, by: max(1, bytes.count / 100)) {
        var first = true
        let cutOnce = Outcome(
          bytes, ends: ends,
          piece: {
            defer { first = false }
            return first ? cut : bytes.count
          }, room: { TextProtocol.minimumRoom })
        #expect(cutOnce == whole, "cut at \(cut)")
      }
    }
  }

  @Test func `any cut of any bytes gives the same answer and never traps`() {
    Environment.announce("control socket sessions")
    var mutator = Mutator(seed: Environment.seed, corpus: Sessions.requests)
    for round in 0..<Environment.rounds(300) {
      let bytes = mutator.next()
      let ends = mutator.random.oneIn(2)
      let longest = [1, 7, 64, 300, 65536].randomElement(using: &mutator.random)! + bytes.count / 4000
      var random = mutator.random
      let pieces = Outcome(
        bytes, ends: ends, piece: { Int.random(in: 1...longest, using: &random) },
        room: { Int.random(in: TextProtocol.minimumRoom...4096, using: &random) })
      #expect(
        pieces == Outcome(whole: bytes, ends: ends), "round \(round) NEEDLETAIL_SEED=\(Environment.seed)")
    }
  }
}
