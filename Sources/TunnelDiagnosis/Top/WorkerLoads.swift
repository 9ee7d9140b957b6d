public import TunnelReport

/// How busy the workers of tunnels were between the last two looks.
public struct WorkerLoads: Sendable {
  /// A kind of worker.
  public struct Load: Sendable, Equatable {
    /// Its name: `receive`.
    public var name: String
    /// The part of the time, in per cent, that the busiest of all tunnels worked: 0 to 100.
    public var share: UInt64
  }

  /// The workers that told, in the order in which they were told of first.
  public private(set) var loads: [Load] = []
  /// What waits in all tunnels: handshake messages for a worker, and packets for a session.
  public private(set) var queued: (handshakes: UInt64, packets: UInt64) = (0, 0)

  private struct Name: Hashable {
    let tunnel: String
    let worker: String
  }

  private var times: [Name: UInt64] = [:]
  private var time: UInt64?

  /// Nothing has been read yet.
  public init() {}

  /// Takes what tunnels, by their names, have told at `nanoseconds` of a clock that never goes back. A worker that began anew
  /// counts from the next time on.
  public mutating func add(_ observations: [String: TunnelObservation], at nanoseconds: UInt64) {
    let elapsed = time.map { nanoseconds > $0 ? (nanoseconds - $0) / 1000 : 0 } ?? 0
    time = nanoseconds
    var next: [Name: UInt64] = [:]
    loads = []
    queued = (0, 0)
    for (tunnel, observation) in observations.sorted(by: { $0.key < $1.key }) {
      queued.handshakes &+= observation.queuedHandshakes
      queued.packets &+= observation.stagedPackets
      for worker in observation.workers {
        let name = Name(tunnel: tunnel, worker: worker.name)
        next[name] = worker.processorTime
        guard let before = times[name], worker.processorTime >= before, elapsed > 0 else { continue }
        add(worker.name, Self.share(of: worker.processorTime - before, in: elapsed))
      }
    }
    times = next
  }

  private mutating func add(_ worker: String, _ share: UInt64) {
    if let place = loads.firstIndex(where: { $0.name == worker }) {
      loads[place].share = max(loads[place].share, share)
    } else {
      loads.append(Load(name: worker, share: share))
    }
  }

  private static func share(of used: UInt64, in elapsed: UInt64) -> UInt64 {
    // The two clocks are not read at the same moment.
    used >= elapsed ? 100 : elapsed.dividingFullWidth(used.multipliedFullWidth(by: 100)).quotient
  }

  /// All of it in a line: `transmit 12%, receive 34%; 3 handshakes and 5 packets wait`; empty when nobody told.
  public var text: String {
    guard !loads.isEmpty else { return "" }
    let shares = loads.map { "\($0.name) \($0.share)%" }.joined(separator: ", ")
    return "\(shares); \(queued.handshakes) handshakes and \(queued.packets) packets wait"
  }
}
