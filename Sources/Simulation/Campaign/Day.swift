internal import Tunnel

/// A long time in the life of two devices that have little to say: what must stay the same, and how often keys change.
public struct Day: Sendable {
  /// What came of it.
  public struct Outcome: Sendable {
    /// What went wrong, if anything did.
    public var failure: String?
    /// Sessions that both ends derived.
    public var handshakes = 0
    /// Inner packets that were sent, and that arrived.
    public var packets = 0
    /// Of these, how many arrived.
    public var deliveries = 0
    /// The most bytes of storage that one device held in the first hour.
    public var firstPeak = 0
    /// The most bytes of storage that one device held in any hour after it.
    public var laterPeak = 0
  }

  /// How many hours it has.
  public var hours: Int
  /// Seconds between two packets of one device.
  public var pause: UInt64
  /// Minutes at which the second device falls asleep for ten minutes.
  public var sleeps: [UInt64]

  /// A day of 24 hours with a packet each way every 10 s and three sleeps, one of them in the first hour.
  public init(hours: Int = 24, pause: UInt64 = 10, sleeps: [UInt64] = [20, 420, 1140]) {
    self.hours = hours
    self.pause = pause
    self.sleeps = sleeps
  }

  /// Lives through it. Cost: about a second for 24 hours.
  public func live(seed: UInt64) -> Outcome {
    var plan = Plan()
    plan.stepLimit = .max
    plan.laziness = 0
    plan.keepalives = 0
    let world = World(seed: seed, plan: plan)
    var outcome = Outcome()
    for node in world.nodes { chatter(node, in: world, after: .milliseconds(500 + UInt64(node.number))) }
    for minute in sleeps { world.at(Instant(nanoseconds: 0) + .seconds(minute * 60)) { $0.nap() } }
    for hour in 0..<hours {
      for minute in 1...60 where world.book.failure == nil {
        world.run(until: Instant(nanoseconds: 0) + .seconds(UInt64(hour * 60 + minute) * 60))
        let peak = world.nodes.map(\.device.storage.byteCount).max() ?? 0
        if hour == 0 { outcome.firstPeak = max(outcome.firstPeak, peak) }
        if hour > 0 { outcome.laterPeak = max(outcome.laterPeak, peak) }
      }
    }
    for node in world.nodes where world.book.failure == nil { world.retire(node) }
    outcome.failure = world.book.failure
    outcome.handshakes = world.book.tally.sessions / 2
    outcome.packets = world.book.tally.packets
    outcome.deliveries = world.book.tally.deliveries
    return outcome
  }

  /// `node` sends a packet after `delay`, and again and again.
  private func chatter(_ node: Node, in world: World, after delay: Interval) {
    let day = self
    world.after(delay) { world in
      world.send(1, from: node, to: world.nodes[1 - node.number], isHonest: true)
      day.chatter(node, in: world, after: .seconds(day.pause))
    }
  }
}

extension World {
  /// The second device sleeps for ten minutes.
  fileprivate func nap() {
    let node = nodes[1]
    node.isAsleep = true
    after(.seconds(600)) { $0.wake(node) }
  }
}
