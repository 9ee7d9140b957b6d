import Octets
import TestStorage

/// What the table of allowed IPs must do, in the plainest way.
struct PrefixModel {
  struct Key: Hashable {
    let isVersion6: Bool
    let value: UInt128
    let length: Int

    init(_ prefix: Prefix) {
      isVersion6 = prefix.address.family == .v6
      value = prefix.address.value
      length = Int(prefix.length)
    }

    var prefix: Prefix {
      Prefix(IPAddress(family: isVersion6 ? .v6 : .v4, value: value), length: length)!
    }
  }

  private(set) var owners: [Key: UInt32] = [:]
  /// Each owner's prefixes in the order they were given.
  private(set) var lists: [UInt32: [Key]] = [:]

  mutating func insert(_ prefix: Prefix, owner: UInt32) -> UInt32? {
    let key = Key(prefix)
    let previous = owners[key]
    if let previous { lists[previous]!.removeAll { $0 == key } }
    owners[key] = owner
    lists[owner, default: []].append(key)
    return previous
  }

  mutating func remove(_ prefix: Prefix, owner: UInt32) -> Bool {
    let key = Key(prefix)
    guard owners[key] == owner else { return false }
    owners[key] = nil
    lists[owner]!.removeAll { $0 == key }
    return true
  }

  mutating func removeAll(owner: UInt32) {
    for key in lists[owner] ?? [] { owners[key] = nil }
    lists[owner] = nil
  }

  func lookup(_ address: IPAddress) -> UInt32? {
    for length in stride(from: address.family.bitCount, through: 0, by: -1) {
      if let owner = owners[Key(Prefix(address, length: length)!)] { return owner }
    }
    return nil
  }
}

extension SeededGenerator {
  /// 128 random bits.
  mutating func bits() -> UInt128 { UInt128(next()) << 64 | UInt128(next()) }

  /// An address of a small, clustered world: near one of eight bases, so that prefixes nest, part late and collide.
  mutating func clusteredAddress() -> IPAddress {
    let family: IPAddress.Family = below(2) == 0 ? .v4 : .v6
    var bases = SeededGenerator(fixed: UInt64(below(8)))
    var value = family == .v4 ? bases.bits() >> 96 : bases.bits()
    for _ in 0..<below(3) { value ^= 1 << UInt128(below(family.bitCount)) }
    if below(4) == 0 { value ^= bits() >> UInt128(128 - below(family.bitCount)) }
    return IPAddress(family: family, value: value)
  }

  /// A prefix of that world, often with a length at the edge of a node.
  mutating func clusteredPrefix() -> Prefix {
    let address = clusteredAddress()
    let bits = address.family.bitCount
    let length = below(3) == 0 ? min(bits, 6 * below(bits / 6 + 1) + below(2)) : below(bits + 1)
    return Prefix(address, length: length)!
  }

  /// An address inside `prefix`.
  mutating func address(in prefix: Prefix) -> IPAddress {
    let hostBits = prefix.address.family.bitCount - Int(prefix.length)
    let host = hostBits == 128 ? bits() : bits() & (1 << UInt128(hostBits) - 1)
    return IPAddress(family: prefix.address.family, value: prefix.address.value | host)
  }
}
