public import TunnelReport

/// How much each peer sent and received in the last moments, from counters that were read one after the other.
public struct TrafficHistory: Sendable {
  /// Rates that are kept of each peer.
  public static let length = 8

  /// What a peer did.
  public struct Traffic: Sendable, Equatable {
    /// Bytes a second that this side sent, the newest last; at most `length`.
    public var sent: [UInt64] = []
    /// Bytes a second that this side received.
    public var received: [UInt64] = []
  }

  private struct Line {
    var sentBytes: UInt64
    var receivedBytes: UInt64
    var traffic = Traffic()
  }

  private struct Name: Hashable {
    let tunnel: String
    let peer: String
  }

  private var lines: [Name: Line] = [:]
  private var time: UInt64?

  /// Nothing has been read yet.
  public init() {}

  /// Takes what was read at `nanoseconds` of a clock that never goes back. A peer that is gone is forgotten; a counter that
  /// has become smaller began anew.
  public mutating func add(_ tunnels: [TunnelState], at nanoseconds: UInt64) {
    let elapsed = time.map { nanoseconds > $0 ? nanoseconds - $0 : 0 } ?? 0
    time = nanoseconds
    var next: [Name: Line] = [:]
    for tunnel in tunnels {
      for peer in tunnel.peers {
        let name = Name(tunnel: tunnel.name, peer: peer.name)
        var line = lines[name] ?? Line(sentBytes: peer.sentBytes, receivedBytes: peer.receivedBytes)
        if elapsed > 0, lines[name] != nil {
          Self.append(Self.rate(from: line.sentBytes, to: peer.sentBytes, in: elapsed), to: &line.traffic.sent)
          Self.append(
            Self.rate(from: line.receivedBytes, to: peer.receivedBytes, in: elapsed), to: &line.traffic.received)
        }
        (line.sentBytes, line.receivedBytes) = (peer.sentBytes, peer.receivedBytes)
        next[name] = line
      }
    }
    lines = next
  }

  /// What `peer`, named by its key in base 64, did in `tunnel`.
  public func traffic(of peer: String, in tunnel: String) -> Traffic {
    lines[Name(tunnel: tunnel, peer: peer)]?.traffic ?? Traffic()
  }

  private static func append(_ rate: UInt64, to rates: inout [UInt64]) {
    rates.append(rate)
    if rates.count > length { rates.removeFirst() }
  }

  private static func rate(from: UInt64, to: UInt64, in nanoseconds: UInt64) -> UInt64 {
    guard to > from else { return 0 }
    let rate = (to - from).multipliedFullWidth(by: 1_000_000_000)
    return rate.high >= nanoseconds ? .max : nanoseconds.dividingFullWidth(rate).quotient
  }
}
