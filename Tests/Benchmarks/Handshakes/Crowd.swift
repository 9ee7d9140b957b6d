import Handshake
import Messages
import Octets
import Timeline

/// All initiators, and the socket they share.
struct Crowd: ~Copyable {
  /// How long an answer may take before its handshake counts as lost.
  static let patience = Int32(300)

  let initiators: [Initiator]
  let responder: Responder
  let socket: DatagramSocket

  init(address: String, port: String, responder: String, peerCount: String) throws(SocketFailure) {
    guard let port = UInt16(port), let key = octets(responder), let count = Int(peerCount) else {
      fatalError("usage: see the head of main.swift")
    }
    self.responder = Responder(publicKey: key)
    initiators = (0..<count).map { Initiator($0, responder: key) }
    socket = try DatagramSocket(to: address, port: port)
  }

  /// `count` handshakes of the initiators in turn, at most `window` unanswered at a time.
  func burst(count: Int, window: Int) throws(SocketFailure) {
    let start = wallTime()
    var attempts = (0..<count).map { number in
      let turn = UInt64(number / initiators.count)
      let step = Interval.nanoseconds(WallTime.timestampGranularity.nanoseconds * turn)
      return initiators[number % initiators.count].begin(
        with: responder, index: UInt32(number), timestamp: start.later(by: step).timestamp)
    }
    var (next, waiting, answered, lost, cookies) = (0, 0, 0, 0, 0)
    let clock = ContinuousClock()
    let begin = clock.now
    var end = begin
    while answered + lost < count {
      while next < count && waiting < window {
        try socket.send(attempts[next].message)
        next += 1
        waiting += 1
      }
      guard let datagram = try socket.receive(patience: Self.patience) else {
        lost += waiting
        waiting = 0
        continue
      }
      if Datagram.kind(of: datagram.bytes) == .cookieReply { cookies += 1 }
      guard Datagram.kind(of: datagram.bytes) == .response else { continue }
      let index = Int(Response.receiverIndex(of: datagram.bytes))
      guard index < next && attempts[index].answer == nil else { continue }
      attempts[index].answer = datagram.response
      // An answer after its time does not count twice.
      guard waiting > 0 else { continue }
      waiting -= 1
      answered += 1
      end = clock.now
    }
    let verified = attempts.indices.count { index in
      attempts[index].keys(initiators[index % initiators.count].identity) != nil
    }
    let seconds = (end - begin) / .seconds(1)
    print(
      "{\"answered\": \(answered), \"verified\": \(verified), \"lost\": \(lost), \"cookies\": \(cookies), "
        + "\"seconds\": \(seconds)}")
  }

  /// `rounds` handshakes of each initiator, one after the other, all confirmed but the last.
  func fill(rounds: Int) throws(SocketFailure) {
    var sessions = 0
    for round in 0..<rounds {
      for (number, initiator) in initiators.enumerated() {
        var attempt = initiator.begin(with: responder, index: UInt32(number), timestamp: wallTime().timestamp)
        try socket.send(attempt.message)
        while let datagram = try socket.receive(patience: Self.patience) {
          guard Datagram.kind(of: datagram.bytes) == .response else { continue }
          guard Response.receiverIndex(of: datagram.bytes) == UInt32(number) else { continue }
          attempt.answer = datagram.response
          break
        }
        guard let keys = attempt.keys(initiator.identity) else { continue }
        sessions += 1
        if round < rounds - 1 { try socket.send(attempt.keepalive(keys)) }
      }
    }
    print("{\"sessions\": \(sessions), \"wanted\": \(rounds * initiators.count)}")
  }
}
