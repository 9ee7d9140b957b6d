internal import Tunnel

/// What carries datagrams from one endpoint to another, as well as the weather lets it.
struct Network {
  /// A datagram under way.
  struct Flight {
    var octets: [UInt8]
    var from: Endpoint
    var to: Endpoint
    var trafficClass: UInt8
    var arrival: Instant
    /// Where it stands among all that were sent.
    var number: Int
  }

  var weather: Weather
  /// Pairs of devices that cannot hear each other.
  var cuts: [(Int, Int)] = []
  /// Kinds of messages that do not get through: the type byte.
  var blocked: Set<UInt8> = []
  /// Datagrams seen lately, for those who listen.
  private(set) var overheard: [Flight] = []
  /// Initiations seen lately.
  private(set) var overheardInitiations: [Flight] = []

  /// Datagrams under way, the first to arrive first.
  private var flights: [Flight] = []
  private var count = 0
  private var lastArrivals: [Link: Instant] = [:]

  private struct Link: Hashable {
    let from: UInt64
    let to: UInt64
  }

  init(_ weather: Weather) { self.weather = weather }

  var isEmpty: Bool { flights.isEmpty }

  /// When the next datagram arrives.
  var nextArrival: Instant { flights.first?.arrival ?? .distantFuture }

  /// How many have arrived by `now` and wait to be delivered.
  func dueCount(at now: Instant) -> Int { flights.prefix { $0.arrival <= now }.count }

  /// Takes a datagram from somebody.
  mutating func send(_ flight: Flight, at now: Instant, _ random: inout SeededRandom) {
    overhear(flight)
    let type = flight.octets.first ?? 0
    guard !blocked.contains(type), !random.happens(weather.loss) else { return }
    carry(flight, at: now, &random)
    if random.happens(weather.duplication) { carry(flight, at: now, &random) }
  }

  /// Takes a datagram that arrives `delay` from `now` for certain.
  mutating func inject(_ flight: Flight, after delay: Interval, at now: Instant) {
    var flight = flight
    flight.arrival = now + delay
    insert(flight)
  }

  /// Takes the `place`-th of those that have arrived; and, unless datagrams may overtake each other, rather the first of
  /// its link.
  mutating func take(_ place: Int) -> Flight {
    guard !weather.reorders else { return flights.remove(at: place) }
    let link = flights[place]
    let first = flights.firstIndex { $0.from == link.from && $0.to == link.to } ?? place
    return flights.remove(at: first)
  }

  /// Takes those that have arrived, behind one that was taken, along the same path and with the same DS field.
  mutating func takeCompanions(of flight: Flight, at now: Instant, atMost limit: Int) -> [Flight] {
    var companions: [Flight] = []
    while companions.count < limit,
      let place = flights.firstIndex(where: {
        $0.arrival <= now && $0.from == flight.from && $0.to == flight.to
      }), flights[place].trafficClass == flight.trafficClass
    {
      companions.append(flights.remove(at: place))
    }
    return companions
  }

  private mutating func carry(_ flight: Flight, at now: Instant, _ random: inout SeededRandom) {
    var flight = flight
    if random.happens(weather.damage), !flight.octets.isEmpty {
      flight.octets[random.below(flight.octets.count)] ^= 1 << UInt8(random.below(8))
    }
    if flight.trafficClass & 3 != 0, random.happens(weather.marking) { flight.trafficClass |= 3 }
    flight.arrival = now + weather.delay + random.interval(upTo: weather.spread)
    if !weather.reorders {
      let link = Link(from: flight.from.name, to: flight.to.name)
      flight.arrival = max(flight.arrival, lastArrivals[link] ?? flight.arrival)
      lastArrivals[link] = flight.arrival
    }
    insert(flight)
  }

  private mutating func insert(_ flight: Flight) {
    var flight = flight
    flight.number = count
    count += 1
    var (low, high) = (0, flights.count)
    while low < high {
      let middle = (low + high) / 2
      if flights[middle].arrival <= flight.arrival { low = middle + 1 } else { high = middle }
    }
    flights.insert(flight, at: low)
  }

  private mutating func overhear(_ flight: Flight) {
    overheard.append(flight)
    if overheard.count > 48 { overheard.removeFirst() }
    guard flight.octets.first == 1 else { return }
    overheardInitiations.append(flight)
    if overheardInitiations.count > 8 { overheardInitiations.removeFirst() }
  }
}

extension Endpoint {
  /// Enough of it to tell the endpoints of a world apart.
  var name: UInt64 { UInt64(truncatingIfNeeded: address.value) << 16 | UInt64(port) }
}
