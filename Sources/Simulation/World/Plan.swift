internal import Tunnel

/// How the network treats datagrams.
struct Weather {
  var loss = 0.0
  var duplication = 0.0
  /// A bit of the datagram changes.
  var damage = 0.0
  /// A datagram that allows it is marked as having met congestion.
  var marking = 0.0
  var delay = Interval.milliseconds(5)
  /// How much longer some take.
  var spread = Interval.nanoseconds(0)
  /// Whether a datagram may overtake another of the same link.
  var reorders = false

  /// Nothing is lost, and nothing overtakes.
  static let fair = Weather()
}

/// What kind of trouble a world has.
enum Mood: CaseIterable {
  /// Peers, keys and prefixes are changed.
  case administration
  /// Interfaces go down and up, and devices restart.
  case switching
  /// Devices sleep, and wall clocks are set.
  case sleep
  /// Devices change their addresses.
  case roaming
  /// The network is cut, or loses what it does not like.
  case storms
  /// Somebody replays, damages, forges and floods.
  case hostility
  /// Workers are slow, and hosts give up.
  case sloth
  /// Packets are sent just when a session reaches a limit.
  case edges
  /// Counters run far ahead.
  case windows
  /// Storage runs out, and limits are low.
  case scarcity
}

/// What a seed makes of a world, before anything happens in it.
struct Plan {
  var deviceCount = 2
  var duration = Interval.seconds(100)
  /// The mean time between two bursts of inner packets.
  var pause = Interval.seconds(1)
  var longestBurst = 4
  var weather = Weather.fair
  var moods: [Mood] = []
  var incidentCount = 8
  var limits = MachineLimits()
  var indexMask = UInt32.max
  /// How often somebody does nothing although there is something to do.
  var laziness = 0.02
  /// How often work takes long, and how long.
  var slowness = 0.0
  var slowest = Interval.milliseconds(20)
  var keepalives = 0.2
  var presharedKeys = 0.3

  /// The most steps of one world, whatever the rest says.
  var stepLimit = 20_000

  /// The plan of a seed.
  init(_ random: inout SeededRandom, isLong: Bool) {
    deviceCount = random.pick([2, 2, 2, 2, 3, 3, 4])
    for _ in 0..<1 + random.below(3) { moods.append(random.pick(Mood.allCases)) }
    setPace(&random, isLong: isLong)
    setWeather(&random)
    setLimits(&random)
    if moods.contains(.sloth) {
      slowness = 0.3
      slowest = random.pick([.milliseconds(100), .seconds(3), .seconds(30), .seconds(200)])
    } else if random.happens(0.3) {
      slowness = 0.2
    }
    laziness = random.pick([0, 0.02, 0.2])
    keepalives = random.pick([0, 0, 0.2, 0.5])
    presharedKeys = random.pick([0, 0.3, 1])
  }

  /// The plan of a world in which nothing happens but what a test makes happen.
  init() {}

  private mutating func setPace(_ random: inout SeededRandom, isLong: Bool) {
    let paces: [(Interval, Interval)] = [
      (.seconds(10), .milliseconds(40)), (.seconds(60), .milliseconds(300)), (.seconds(400), .seconds(4)),
      (.seconds(900), .seconds(25)), (.seconds(1500), .seconds(80)),
    ]
    let pace = moods.contains(.edges) ? paces[2 + random.below(3)] : random.pick(paces)
    duration = isLong ? .nanoseconds(pace.0.nanoseconds * 3) : pace.0
    pause = pace.1
    longestBurst = random.pick([1, 4, 4, 64])
    incidentCount = (isLong ? 3 : 1) * (4 + random.below(16))
  }

  private mutating func setWeather(_ random: inout SeededRandom) {
    weather.delay = random.pick([.milliseconds(1), .milliseconds(5), .milliseconds(80), .milliseconds(300)])
    switch random.below(4) {
    case 0: break
    case 1: weather.loss = random.pick([0.02, 0.2, 0.5])
    case 2:
      weather.loss = 0.05
      weather.duplication = 0.2
      weather.reorders = true
      weather.spread = random.pick([.milliseconds(2), .milliseconds(200), .seconds(4)])
    default:
      weather.damage = 0.1
      weather.duplication = 0.1
      weather.spread = .milliseconds(40)
      weather.reorders = random.happens(0.5)
    }
    weather.marking = random.pick([0, 0.3])
  }

  private mutating func setLimits(_ random: inout SeededRandom) {
    limits.peers = 16
    limits.queuedHandshakes = 1024
    limits.staged = 1024
    if random.happens(0.1) { indexMask = 0x1f }
    guard moods.contains(.scarcity) else { return }
    limits.bursts = random.pick([1, 2, 3, 8, 2048])
    limits.stagedPerPeer = random.pick([3, 128])
    limits.staged = random.pick([4, 20, 1024])
    limits.messages = random.pick([1, 4, 256])
    limits.reports = random.pick([1, 256])
  }
}
