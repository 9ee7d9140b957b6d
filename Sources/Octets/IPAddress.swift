/// An IPv4 or IPv6 address. An IPv4-mapped IPv6 address stays IPv6.
@frozen
public struct IPAddress: BitwiseCopyable, Sendable, Equatable {
  /// The two address families.
  @frozen
  public enum Family: UInt8, BitwiseCopyable, Sendable {
    case v4 = 4
    case v6 = 6

    /// Bits in an address of this family: 32 or 128.
    @inlinable
    public var bitCount: Int { self == .v4 ? 32 : 128 }
  }

  /// The family.
  public var family: Family
  /// The address as a number in host order; IPv4 in the low 32 bits.
  public var value: UInt128

  /// An address of `family`; for IPv4 only the low 32 bits of `value` count.
  @inlinable
  public init(family: Family, value: UInt128) {
    self.family = family
    self.value = family == .v4 ? value & 0xffff_ffff : value
  }

  /// The IPv4 address `value`, in host order: 10.0.0.1 is `0x0a000001`.
  @inlinable
  public init(v4 value: UInt32) {
    self.init(family: .v4, value: UInt128(low: UInt64(value)))
  }

  /// The IPv6 address with these two halves, in host order.
  @inlinable
  public init(v6High high: UInt64, low: UInt64) {
    self.init(family: .v6, value: UInt128(high: high, low: low))
  }

  /// Reads an address of `family` in network order at `offset`; traps when it does not lie inside `bytes`.
  @inlinable
  public init(family: Family, networkOrder bytes: RawSpan, at offset: Int) {
    if family == .v4 {
      self.init(v4: bytes.bigEndian32(at: offset))
    } else {
      self.init(v6High: bytes.bigEndian64(at: offset), low: bytes.bigEndian64(at: offset + 8))
    }
  }

  /// Writes the address in network order (4 or 16 bytes) at `offset` and returns the number of bytes.
  @inlinable
  public func store(into bytes: inout MutableRawSpan, at offset: Int) -> Int {
    if family == .v4 {
      bytes.store(bigEndian32: UInt32(truncatingIfNeeded: value), at: offset)
      return 4
    }
    bytes.store(littleEndian64: value._high.byteSwapped, at: offset)
    bytes.store(littleEndian64: value._low.byteSwapped, at: offset + 8)
    return 16
  }

  /// The address with all but its first `length` bits cleared; `0 ≤ length ≤ family.bitCount`.
  @inlinable
  public func masked(to length: Int) -> IPAddress {
    let bits = family.bitCount
    precondition(length >= 0 && length <= bits)
    if length == 0 { return IPAddress(family: family, value: 0) }
    return IPAddress(family: family, value: value & (UInt128.max &<< UInt128(low: UInt64(bits - length))))
  }
}

/// An address prefix with its host bits cleared.
@frozen
public struct Prefix: BitwiseCopyable, Sendable, Equatable {
  /// The network address, host bits zero.
  public let address: IPAddress
  /// The number of significant bits: 0 … 32 or 0 … 128.
  public let length: UInt8

  /// The prefix of `length` bits around `address`; nil when the length does not fit the family.
  @inlinable
  public init?(_ address: IPAddress, length: Int) {
    guard length >= 0 && length <= address.family.bitCount else { return nil }
    self.address = address.masked(to: length)
    self.length = UInt8(length)
  }

  /// Whether `candidate` lies inside this prefix.
  @inlinable
  public func contains(_ candidate: IPAddress) -> Bool {
    candidate.family == address.family && candidate.masked(to: Int(length)) == address
  }
}

/// A UDP endpoint: address, port, and for link-local IPv6 the interface scope.
@frozen
public struct Endpoint: BitwiseCopyable, Sendable, Equatable {
  /// The address.
  public var address: IPAddress
  /// The port, host order.
  public var port: UInt16
  /// The IPv6 scope id (interface index); 0 when there is none.
  public var scope: UInt32

  /// An endpoint.
  @inlinable
  public init(_ address: IPAddress, port: UInt16, scope: UInt32 = 0) {
    self.address = address
    self.port = port
    self.scope = scope
  }
}

/// Where datagrams of a peer come from and go to: the remote endpoint and the local address and interface they use.
@frozen
public struct Path: BitwiseCopyable, Sendable, Equatable {
  /// The far end.
  public var remote: Endpoint
  /// The local address the peer's datagrams arrive on; nil lets the host choose (the "sticky source").
  public var source: IPAddress?
  /// The index of the interface the datagrams arrive on; 0 lets the host choose.
  public var interface: UInt32

  /// A path to `remote`; the host chooses the source.
  @inlinable
  public init(_ remote: Endpoint, source: IPAddress? = nil, interface: UInt32 = 0) {
    self.remote = remote
    self.source = source
    self.interface = interface
  }

  /// The same far end with the source forgotten.
  @inlinable
  public var withoutSource: Path { Path(remote) }
}
