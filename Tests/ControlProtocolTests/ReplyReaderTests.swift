import ControlProtocol
import ControlProtocolTesting
import Octets
import Testing
import Timeline

/// Keeps what it is told.
private struct Facts: FactSink {
  var facts: [Fact] = []
  mutating func accept(_ fact: Fact) { facts.append(fact) }
  func scope(named name: ScopeName) -> UInt32? { name == withText("lo") { ScopeName($0) } ? 1 : nil }
}

/// What reading `reply` in pieces of `piece` bytes gives: the facts and the result, or the error.
private func read(
  _ reply: String, piece: Int = .max, ends: Bool = true
) -> (facts: [Fact], result: Int32?, error: ConfigurationError?) {
  var reader = ReplyReader()
  var sink = Facts()
  var rest = Array(reply.utf8)[...]
  repeat {
    let count = min(piece, rest.count)
    do throws(ConfigurationError) {
      let step = try withBytes(Array(rest.prefix(count))) { bytes throws(ConfigurationError) in
        try reader.receive(bytes, inputEnds: ends && count == rest.count, sink: &sink)
      }
      if let result = step.result { return (sink.facts, result, nil) }
    } catch {
      return (sink.facts, nil, error)
    }
    rest = rest.dropFirst(count)
  } while !rest.isEmpty
  return (sink.facts, nil, nil)
}

@Suite struct ReplyReaderTests {
  @Test func `a reply of the server reads back as what the interface has`() {
    var target = Example.target()
    let reply = answer("get=1\n\n", from: &target)
    var expected: [Fact] = [.privateKey(target.interface.privateKey), .listenPort(51820), .fwmark(51966)]
    for peer in target.peers {
      let facts = peer.facts
      expected += [.peer(facts.publicKey), .presharedKey(facts.presharedKey)]
      if let endpoint = facts.endpoint { expected.append(.endpoint(endpoint)) }
      expected += [
        .lastHandshakeSeconds(facts.lastHandshake.seconds),
        .lastHandshakeNanoseconds(UInt64(facts.lastHandshake.nanoseconds)), .sentBytes(facts.sentBytes),
        .receivedBytes(facts.receivedBytes), .persistentKeepalive(facts.persistentKeepalive),
      ]
      expected += peer.allowedIPs.map { .allowedIP($0) }
    }
    for piece in [1, 2, 13, 255, 1000, .max] {
      let reading = read(reply, piece: piece)
      #expect(reading.facts == expected && reading.result == 0, "pieces of \(piece)")
    }
  }

  @Test func `a result may have either sign`() {
    #expect(read("errno=5\n\n").result == 5)
    #expect(read("errno=-22\n\n").result == -22)
    #expect(read("errno=-98\n\nmore").result == -98)
  }

  @Test func `unknown keys and keys out of place are passed over`() {
    let key = Example.hex(0xa1)
    let reading = read(
      "tx_bytes=1\nnews=1\nlisten_port=1\nx=\(String(repeating: "y", count: 300))\npublic_key=\(key)\nlisten_port=2\n"
        + "rx_bytes=3\nerrno=0\n\n")
    #expect(reading.facts == [.listenPort(1), .peer(Octets32(repeating: 0xa1)), .receivedBytes(3)])
    #expect(reading.result == 0)
  }

  @Test func `a broken reply is an error`() {
    for (reply, error): (String, ConfigurationError) in [
      ("", .malformedLine), ("\n", .malformedLine), ("listen_port=1\n\n", .malformedLine),
      ("errno=0\n", .malformedLine),
      ("errno=0", .malformedLine), ("nonsense\nerrno=0\n\n", .malformedLine), ("listen_port=x\n", .invalidValue),
      ("listen_port=65536\n", .invalidValue), ("private_key=00\n", .invalidValue), ("errno=\n", .invalidValue),
      ("errno=--1\n", .invalidValue), ("errno=99999999999\n", .invalidValue),
      ("public_key=\(Example.hex(1))\nallowed_ip=10.0.0.0\n", .invalidValue),
      ("public_key=\(Example.hex(1))\nallowed_ip=-10.0.0.0/8\n", .invalidValue),
      ("public_key=\(Example.hex(1))\nendpoint=[fe80::1%nosuch]:1\n", .invalidValue),
      (String(repeating: "a", count: 65537), .inputOutput), (String(repeating: "a", count: 300) + "\n", .malformedLine),
    ] {
      #expect(read(reply).error == error, "\(reply.prefix(40))")
    }
  }

  @Test func `mutated replies never trap`() {
    Environment.announce("replies")
    var target = Example.target()
    let reply = answer("get=1\n\n", from: &target)
    var mutator = Mutator(seed: Environment.seed, corpus: [reply, "errno=0\n\n", "errno=-22\n\n"])
    for _ in 0..<Environment.rounds(300) {
      let text = String(decoding: mutator.next(), as: UTF8.self)
      let whole = read(text)
      let pieces = read(text, piece: 97)
      #expect(
        whole.facts == pieces.facts && whole.error == pieces.error && whole.result == pieces.result,
        "NEEDLETAIL_SEED=\(Environment.seed)")
    }
  }
}
