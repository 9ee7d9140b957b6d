public import TunnelReport

/// Which part of each peer's packets was lost in the last moments, from counters that were read one after the other.
public struct LossHistory: Sendable {
  private struct Name: Hashable {
    let tunnel: String
    let peer: String
  }

  /// The last readings of each peer, the newest last.
  private var readings: [Name: [PeerObservation]] = [:]

  /// Nothing has been read yet.
  public init() {}

  /// Takes what tunnels, by their names, have told. A peer that is gone is forgotten; one whose counters have become smaller
  /// begins anew.
  public mutating func add(_ observations: [String: TunnelObservation]) {
    var next: [Name: [PeerObservation]] = [:]
    for (tunnel, observation) in observations {
      for peer in observation.peers {
        let name = Name(tunnel: tunnel, peer: peer.publicKey.keyText)
        var line = readings[name] ?? []
        if let last = line.last, !Self.goesOn(from: last, to: peer) { line = [] }
        line.append(peer)
        // As many intervals as there are rates.
        if line.count > TrafficHistory.length + 1 { line.removeFirst() }
        next[name] = line
      }
    }
    readings = next
  }

  /// What was lost of the packets that `peer`, named by its key in base 64, sent in `tunnel` meanwhile; nil when it has sent
  /// none.
  public func loss(of peer: String, in tunnel: String) -> PacketLoss? {
    guard let line = readings[Name(tunnel: tunnel, peer: peer)], let first = line.first, let last = line.last else {
      return nil
    }
    return PacketLoss(from: first, to: last)
  }

  private static func goesOn(from: PeerObservation, to: PeerObservation) -> Bool {
    guard let expected = from.expectedPackets, let received = from.receivedPackets else { return false }
    return to.expectedPackets ?? 0 >= expected && to.receivedPackets ?? 0 >= received
  }
}
