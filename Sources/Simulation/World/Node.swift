internal import Tunnel

/// A device and where and when it is.
final class Node {
  let number: Int
  var device: Device
  let settings: Settings
  var privateKey: Octets32
  /// Where datagrams for it go.
  var endpoint: Endpoint
  /// Its boot-time clock is this far ahead of the world's.
  let uptime: Interval
  /// Its wall clock is this many nanoseconds ahead of the right time.
  var wallError: Int = 0
  var isAsleep = false
  /// How often it was started.
  var incarnation = 0

  /// The right time at the beginning of the world, in nanoseconds since 1970.
  static let epoch = 1_700_000_000_000_000_000

  init(number: Int, device: Device, settings: Settings, privateKey: Octets32, endpoint: Endpoint, uptime: Interval) {
    self.number = number
    self.device = device
    self.settings = settings
    self.privateKey = privateKey
    self.endpoint = endpoint
    self.uptime = uptime
  }

  /// Its two clocks when the world's says `time`.
  func now(_ time: Instant) -> Now {
    let wall = Self.epoch + Int(time.nanoseconds) + wallError
    return Now(
      instant: time + uptime,
      wall: WallTime(seconds: UInt64(wall / 1_000_000_000), nanoseconds: UInt32(wall % 1_000_000_000)))
  }

  /// What the world's clock says when the device's boot-time clock says `instant`.
  func worldTime(_ instant: Instant) -> Instant {
    instant == .distantFuture
      ? instant : Instant(nanoseconds: instant.since(Instant(nanoseconds: 0) + uptime).nanoseconds)
  }

  /// The inner IPv4 network of the device: 10.N.0.0/16.
  var network4: Prefix { Self.prefix(IPAddress(v4: 0x0a00_0000 | UInt32(number) << 16), 16) }
  /// Its inner IPv6 network: fd00:N::/32.
  var network6: Prefix { Self.prefix(IPAddress(v6High: 0xfd00_0000_0000_0000 | UInt64(number) << 32, low: 0), 32) }

  /// One of its inner addresses.
  func address(_ family: IPAddress.Family, _ random: inout SeededRandom) -> IPAddress {
    let base = family == .v4 ? network4.address : network6.address
    return IPAddress(family: family, value: base.value | UInt128(random.below(4) * 64 + 1))
  }

  static func prefix(_ address: IPAddress, _ length: Int) -> Prefix {
    guard let prefix = Prefix(address, length: length) else { preconditionFailure("a length within the family") }
    return prefix
  }
}
