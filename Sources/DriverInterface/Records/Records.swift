internal import ControlRecords
internal import Octets
internal import Timeline

// What the fields of records are made of, beside numbers: endpoints and times.

extension DriverInterface {
  /// Bytes of a log entry.
  public static var logEntryLength: Int { 128 }
  /// Bytes of a state verb.
  public static var stateLength: Int { 4 }
}

extension RawSpan {
  /// The little-endian 16-bit field at `offset`; traps when it does not lie inside the span.
  func littleEndian16(at offset: Int) -> UInt16 { bigEndian16(at: offset).byteSwapped }

  /// The SOCKADDR_INET at `offset`; nil for a family that is neither.
  func endpoint(at offset: Int) -> Endpoint? {
    let port = bigEndian16(at: offset + 2)
    switch littleEndian16(at: offset) {
    case SocketFamily.v4:
      return Endpoint(IPAddress(family: .v4, networkOrder: self, at: offset + 4), port: port)
    case SocketFamily.v6:
      let address = IPAddress(family: .v6, networkOrder: self, at: offset + 8)
      return Endpoint(address, port: port, scope: littleEndian32(at: offset + 24))
    default:
      return nil
    }
  }
}

extension MutableRawSpan {
  /// Writes a little-endian 16-bit field at `offset`.
  @_lifetime(self: copy self)
  mutating func store(littleEndian16 value: UInt16, at offset: Int) {
    store(bigEndian16: value.byteSwapped, at: offset)
  }

  /// Writes `endpoint` as a SOCKADDR_INET at `offset`, where zeros are.
  @_lifetime(self: copy self)
  mutating func store(_ endpoint: Endpoint, at offset: Int) {
    store(bigEndian16: endpoint.port, at: offset + 2)
    if endpoint.address.family == .v4 {
      store(littleEndian16: SocketFamily.v4, at: offset)
      _ = endpoint.address.store(into: &self, at: offset + 4)
    } else {
      store(littleEndian16: SocketFamily.v6, at: offset)
      _ = endpoint.address.store(into: &self, at: offset + 8)
      store(littleEndian32: endpoint.scope, at: offset + 24)
    }
  }
}

extension WallTime {
  /// 100 ns units since 1601-01-01 UTC, as Windows counts; 0 for never.
  var windowsTime: UInt64 {
    guard seconds > 0 || nanoseconds > 0 else { return 0 }
    return (seconds &+ WindowsClock.epochSeconds) &* WindowsClock.unitsPerSecond &+ UInt64(nanoseconds / 100)
  }
}
