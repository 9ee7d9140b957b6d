internal import Cryptography
internal import Octets
internal import Tunnel

/// What one end of a tunnel is given and what it answers, to the byte and the nanosecond, over a quarter of an hour of
/// virtual time: handshakes from both sides, data, keepalives, a time without a way, rekeys.
///
/// `Docs/Transcript.md` has the format. Another host that is given the same at the same times, and whose randomness is
/// `RandomStreams` by length of the same seed, must answer with the same bytes.
public final class Transcript {
  /// The wall clock when the clock of the ages stands at 0.
  private static let epoch: UInt64 = 1_700_000_000
  private static let begin: UInt64 = 1_000_000_000_000
  private static let end: UInt64 = begin + 900_000_000_000

  private var random: SeededRandom
  /// The end that is recorded, and the other.
  private let subject: Device
  private let other: Device
  private var otherKey = Octets32()
  private var time = Transcript.begin
  private var agenda: [(time: UInt64, entry: Entry)] = []
  private var lines: [String] = []

  private enum Entry {
    case packet([UInt8], isOurs: Bool)
    case datagram([UInt8], isOurs: Bool)
    case keepalive(UInt16)
  }

  private init(seed: UInt64) {
    random = SeededRandom(seed: seed)
    subject = Device(streams: RandomStreams(seed: seed, keying: .length), limits: MachineLimits())
    other = Device(streams: RandomStreams(seed: ~seed, keying: .length), limits: MachineLimits())
  }

  /// The lines of the transcript that follows from `seed`.
  public static func play(seed: UInt64) throws -> [String] {
    let transcript = Transcript(seed: seed)
    transcript.lines.append("seed \(seed)")
    try transcript.configure()
    transcript.plan()
    transcript.run()
    return transcript.lines
  }

  private var now: Now {
    Now(
      instant: Instant(nanoseconds: time),
      wall: WallTime(seconds: Self.epoch + time / 1_000_000_000, nanoseconds: UInt32(time % 1_000_000_000)))
  }

  // MARK: Before

  private func configure() throws {
    let ours = random.octets()
    let theirs = random.octets()
    let preshared = random.octets()
    for (device, own, far, number) in [(subject, ours, theirs, UInt8(2)), (other, theirs, ours, 1)] {
      device.machine.setPrivateKey(own)
      guard let peer = try device.machine.addPeer(X25519.publicKey(far.bytes)) else { preconditionFailure("a peer") }
      device.machine.setPresharedKey(preshared, for: peer)
      device.machine.setEndpoint(Endpoint(IPAddress(v4: 0x7f00_0001), port: UInt16(number)), for: peer, now)
      guard let prefix = Prefix(IPAddress(v4: 0x0a00_0000 | UInt32(number)), length: 32) else {
        preconditionFailure("a prefix")
      }
      try device.machine.insertAllowedIP(prefix, for: peer)
      device.machine.bringUp(now)
      device.settle(now)
    }
    otherKey = X25519.publicKey(theirs.bytes)
    lines.append("private \(hexadecimal(ours.octets))")
    lines.append("peer \(hexadecimal(otherKey.octets))")
    lines.append("preshared \(hexadecimal(preshared.octets))")
    lines.append("time \(time)")
  }

  /// Bursts from either side with pauses between them, among them some that timers notice; and changes of the keepalive.
  private func plan() {
    var at = time + 1_000_000_000
    while at < Self.end {
      let isOurs = random.happens(0.5)
      for _ in 0...random.below(4) {
        add(.packet(packet(isOurs: isOurs), isOurs: isOurs), at: at)
        at += 1_000_000 * UInt64(1 + random.below(40))
      }
      let pauses: [UInt64] = [100, 900, 4000, 11_000, 26_000, 61_000]
      at += 1_000_000 * random.pick(pauses) + 100 * UInt64(random.below(1_000_000))
    }
    add(.keepalive(21), at: Self.begin + 300_000_000_000)
    add(.keepalive(0), at: Self.begin + 420_000_000_000)
  }

  /// An IPv4 packet between the two ends, of any length up to the MTU.
  private func packet(isOurs: Bool) -> [UInt8] {
    let count = random.happens(0.2) ? 1420 : 20 + random.below(1400)
    var packet = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    let header: [UInt8] = [
      0x45, 0, UInt8(count >> 8), UInt8(count & 0xff), 0, 0, 0, 0, 64, 253, 0, 0, 10, 0, 0, isOurs ? 1 : 2, 10, 0, 0,
      isOurs ? 2 : 1,
    ]
    packet.replaceSubrange(0..<20, with: header)
    return packet
  }

  // MARK: Meanwhile

  /// Enters what happens at `instant`, or as soon after as nothing else does: what the end is given is given in order.
  private func add(_ entry: Entry, at instant: UInt64) {
    var instant = instant
    while agenda.contains(where: { $0.time == instant }) { instant += 100 }
    let place = agenda.firstIndex { $0.time > instant } ?? agenda.endIndex
    agenda.insert((instant, entry), at: place)
  }

  private func run() {
    while time < Self.end {
      // A driver's clock counts 100 ns.
      let deadline = min(subject.nextDeadline, other.nextDeadline).nanoseconds
      let wakes = deadline == .max ? deadline : (deadline + 99) / 100 * 100
      if let next = agenda.first, next.time < wakes {
        time = next.time
        agenda.removeFirst()
        take(next.entry)
      } else {
        guard wakes != .max else { break }
        time = max(wakes, time)
        if subject.nextDeadline <= now.instant { lines.append("time \(time)") }
      }
      for device in [subject, other] where device.nextDeadline <= now.instant { device.advance(to: now) }
      settle()
    }
  }

  private func take(_ entry: Entry) {
    let path = Path(Endpoint(IPAddress(v4: 0x7f00_0001), port: 1))
    switch entry {
    case .packet(let octets, let isOurs):
      if isOurs { lines += ["time \(time)", "packet \(hexadecimal(octets))"] }
      (isOurs ? subject : other).transmit([octets], now)
    case .datagram(let octets, let isOurs):
      if !isOurs { lines += ["time \(time)", "datagram \(hexadecimal(octets))"] }
      (isOurs ? other : subject).receive([octets], along: path, now)
    case .keepalive(let seconds):
      lines += ["time \(time)", "keepalive \(seconds)"]
      guard let peer = subject.machine.peer(for: otherKey) else { preconditionFailure("a peer") }
      subject.machine.setPersistentKeepalive(seconds, for: peer, now)
    }
  }

  /// Does what waits, and puts on the wire what left. For two minutes the wire is cut.
  private func settle() {
    for device in [subject, other] {
      let isOurs = device === subject
      device.settle(now)
      for datagram in device.outbox {
        if isOurs { lines.append("sent \(hexadecimal(datagram.octets))") }
        let latency = 5_000_000 + 100 * UInt64(random.below(400_000))
        let isCut = (540..<680).contains((time - Self.begin) / 1_000_000_000)
        if !isCut, !random.happens(0.05) {
          add(.datagram(datagram.octets, isOurs: isOurs), at: time + latency)
        }
      }
      device.outbox = []
      if isOurs { lines += device.delivered.map { "delivered \(hexadecimal($0))" } }
      device.delivered = []
    }
  }
}

private func hexadecimal(_ octets: [UInt8]) -> String {
  octets.map { String(UInt16($0) | 0x100, radix: 16).dropFirst() }.joined()
}

extension Octets32 {
  fileprivate var octets: [UInt8] { (0..<32).map { self[$0] } }
}
