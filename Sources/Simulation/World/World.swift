internal import Tunnel

/// Devices, a network and time, all driven by one seed: the same seed makes the same world.
///
/// A world steps: somebody finishes a piece of work, a datagram arrives, a host sends, an administrator or an attacker
/// acts, or time goes on to the next thing that is due. After every step the oracles of the devices look at it.
final class World {
  var random: SeededRandom
  var plan: Plan
  let book = Book()
  var network: Network
  var nodes: [Node] = []
  /// The right time since the beginning of the world.
  private(set) var now = Instant(nanoseconds: 0)
  private var agenda = Agenda()
  /// When the world ends or heals.
  var horizon = Instant.distantFuture
  /// Whether inner packets are sent without anybody asking.
  var isTalking = true
  private let seed: UInt64

  init(seed: UInt64, isLong: Bool = false) {
    self.seed = seed
    random = SeededRandom(seed: SeededRandom.mixed(seed))
    plan = Plan(&random, isLong: isLong)
    network = Network(plan.weather)
    populate()
    for _ in 0..<plan.incidentCount { planIncident() }
  }

  /// A world after `plan`, in which nothing happens by itself.
  init(seed: UInt64, plan: Plan) {
    self.seed = seed
    random = SeededRandom(seed: SeededRandom.mixed(seed))
    self.plan = plan
    network = Network(plan.weather)
    populate()
  }

  /// A device for `node`, in its next life.
  func makeDevice(_ number: Int, incarnation: Int, _ settings: Settings) -> Device {
    let name = SeededRandom.mixed(seed ^ UInt64(number) << 40 ^ UInt64(incarnation) << 48)
    let device = Device(streams: RandomStreams(seed: name, indexMask: plan.indexMask), limits: plan.limits)
    device.oracle = Oracle(book: book, settings: settings)
    device.readiness = { [unowned self] in readiness(number) }
    device.handshakeWorkers = 1 + Int(name >> 8 & 3)
    return device
  }

  private func readiness(_ number: Int) -> Instant {
    let now = nodes[number].now(now).instant
    return random.happens(plan.slowness) ? now + random.anyInterval(upTo: plan.slowest) : now
  }

  /// Has `action` done at `instant`.
  func at(_ instant: Instant, _ action: @escaping (World) -> Void) { agenda.add(at: max(instant, now), action) }

  /// Has `action` done after `delay`.
  func after(_ delay: Interval, _ action: @escaping (World) -> Void) { at(now + delay, action) }

  /// Gives up whatever was to happen.
  func forgetPlans() { agenda = Agenda() }

  /// Runs until `instant` or the first failure.
  func run(until instant: Instant) {
    horizon = instant
    while book.failure == nil, now < instant, book.tally.steps < plan.stepLimit { step() }
  }

  /// One thing happens.
  func step() {
    book.tally.steps += 1
    let arrivals = network.dueCount(at: now)
    let due = agenda.dueCount(at: now)
    var ready = 0
    for node in nodes where !node.isAsleep { ready += node.readyCount(now) }
    let choices = arrivals + due + ready
    guard choices > 0, !random.happens(plan.laziness) else { return passTime(isIdle: choices == 0) }
    let choice = random.below(choices)
    if choice < arrivals {
      deliver(choice)
    } else if choice < arrivals + due {
      agenda.removeFirst()(self)
    } else {
      work(choice - arrivals - due)
    }
  }

  private func work(_ choice: Int) {
    var choice = choice
    for node in nodes where !node.isAsleep {
      let count = node.readyCount(now)
      if choice < count {
        act(on: node) { device, now in
          let place = node.readyPlace(choice, self.now)
          if plan.moods.contains(.sloth), random.happens(0.1) {
            device.abandon(place, sealing: random.below(4), now)
          }
          if place < device.pending.count { device.work(place, now) }
        }
        return
      }
      choice -= count
    }
  }

  /// Has `node` do something, takes what it sends, and looks at it.
  func act(on node: Node, _ action: (Device, Now) -> Void) {
    let device = node.device
    let now = node.now(now)
    action(device, now)
    device.takeHandshakes(now)
    for datagram in device.outbox { dispatch(datagram, from: node) }
    device.outbox = []
    device.delivered = []
    device.reports = []
    // A sleeping device has not run its timers.
    if !node.isAsleep { device.oracle?.inspect(device, now) }
  }

  private func dispatch(_ datagram: WireDatagram, from node: Node) {
    let flight = Network.Flight(
      octets: datagram.octets, from: node.endpoint, to: datagram.path.remote, trafficClass: datagram.trafficClass,
      arrival: now, number: 0)
    if let other = nodes.first(where: { $0.endpoint == datagram.path.remote }),
      network.cuts.contains(where: { $0 == (node.number, other.number) })
    {
      return
    }
    network.send(flight, at: now, &random)
  }

  /// Delivers a datagram that has arrived, and perhaps some behind it.
  private func deliver(_ place: Int) {
    let first = network.take(place)
    let together = random.happens(0.5) ? random.below(64) : 0
    let flights = [first] + network.takeCompanions(of: first, at: now, atMost: together)
    guard let node = nodes.first(where: { $0.endpoint == first.to }), !node.isAsleep else { return }
    act(on: node) { device, now in
      let path = Path(first.from, source: node.endpoint.address, interface: 1)
      device.receive(flights.map(\.octets), along: path, trafficClass: first.trafficClass, now)
    }
  }

  /// Lets time pass until something is due; a little only, when somebody could have done something.
  private func passTime(isIdle: Bool) {
    var next = min(horizon, min(network.nextArrival, agenda.next))
    for node in nodes where !node.isAsleep {
      next = min(next, node.worldTime(node.device.nextDeadline))
      if isIdle { next = min(next, node.nextReady) }
    }
    if !isIdle { next = min(max(next, now), now + random.anyInterval(upTo: .milliseconds(50))) }
    now = max(now, next)
    for node in nodes.shuffled(using: &random) where !node.isAsleep {
      let local = node.now(now)
      guard node.device.nextDeadline <= local.instant else { continue }
      act(on: node) { device, now in device.advance(to: now) }
      if node.device.nextDeadline <= local.instant {
        book.fail("device \(node.number): a handshake is due that no worker can take")
      }
    }
  }
}

extension Node {
  /// Pieces of work that somebody may do.
  func readyCount(_ time: Instant) -> Int {
    let now = time + uptime
    return device.pending.count { $0.ready <= now }
  }

  /// The place in `pending` of the `choice`-th of them.
  func readyPlace(_ choice: Int, _ time: Instant) -> Int {
    let now = time + uptime
    var left = choice
    for place in device.pending.indices where device.pending[place].ready <= now {
      if left == 0 { return place }
      left -= 1
    }
    return 0
  }

  /// When the next piece of work will be ready, by the world's clock.
  var nextReady: Instant { device.pending.reduce(.distantFuture) { min($0, worldTime($1.ready)) } }
}
