import Containers
import Octets
import TestStorage
import Testing

@testable import Routing

/// Prefixes as people write them: `prefix("10.0.0.0/8")` for IPv4, a number for IPv6.
func prefix(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, _ length: Int) -> Prefix {
  Prefix(address(a, b, c, d), length: length)!
}

func address(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) -> IPAddress {
  IPAddress(v4: UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d))
}

func prefix6(_ high: UInt64, _ length: Int) -> Prefix {
  Prefix(IPAddress(v6High: high, low: 0), length: length)!
}

extension AllowedIPs {
  /// All prefixes of `owner` in their order.
  func prefixes(of owner: UInt32) -> [Prefix] {
    var found: [Prefix] = []
    var cursor = first(of: owner)
    while let here = cursor {
      found.append(prefix(at: here)!)
      cursor = next(after: here)
    }
    return found
  }
}

struct `Allowed IPs` {
  let host = TestStorage()

  @Test func `an empty table knows no owner`() {
    var table = AllowedIPs(storage: host.storage)
    let (four, six) = (table.lookup(address(10, 0, 0, 1)), table.lookup(IPAddress(v6High: 1, low: 2)))
    #expect(four == nil && six == nil)
    #expect(host.takeCount == 0)
  }

  @Test func `the longest prefix wins`() throws {
    var table = AllowedIPs(storage: host.storage)
    try table.insert(prefix(10, 0, 0, 0, 8), owner: 1)
    try table.insert(prefix(10, 1, 0, 0, 16), owner: 2)
    try table.insert(prefix(10, 1, 2, 0, 24), owner: 3)
    try table.insert(prefix(10, 1, 2, 3, 32), owner: 4)
    let probes: [(IPAddress, UInt32?)] = [
      (address(10, 1, 2, 3), 4), (address(10, 1, 2, 4), 3), (address(10, 1, 3, 3), 2), (address(10, 2, 2, 3), 1),
      (address(11, 1, 2, 3), nil), (address(9, 255, 255, 255), nil),
    ]
    for (probe, owner) in probes {
      let found = table.lookup(probe)
      #expect(found == owner)
    }
  }

  @Test func `a default route catches everything of its family only`() throws {
    var table = AllowedIPs(storage: host.storage)
    try table.insert(prefix(0, 0, 0, 0, 0), owner: 7)
    let (lowest, highest) = (table.lookup(address(0, 0, 0, 0)), table.lookup(address(255, 255, 255, 255)))
    #expect(lowest == 7 && highest == 7)
    let six = table.lookup(IPAddress(v6High: 0, low: 0))
    #expect(six == nil)
    try table.insert(prefix6(0, 0), owner: 8)
    let (anySix, stillFour) = (table.lookup(IPAddress(v6High: .max, low: .max)), table.lookup(address(1, 2, 3, 4)))
    #expect(anySix == 8 && stillFour == 7)
    #expect(table.remove(prefix(0, 0, 0, 0, 0), owner: 7) == true)
    let (gone, kept) = (table.lookup(address(1, 2, 3, 4)), table.lookup(IPAddress(v6High: 5, low: 5)))
    #expect(gone == nil && kept == 8)
  }

  @Test func `an IPv4-mapped IPv6 address is IPv6`() throws {
    var table = AllowedIPs(storage: host.storage)
    try table.insert(prefix(10, 0, 0, 0, 8), owner: 1)
    let mapped = table.lookup(IPAddress(v6High: 0, low: 0xffff_0a00_0001))
    #expect(mapped == nil)
  }

  @Test func `host bits do not matter`() throws {
    var table = AllowedIPs(storage: host.storage)
    let messy = try #require(Prefix(address(10, 1, 2, 3), length: 16))
    try table.insert(messy, owner: 1)
    #expect(table.prefixes(of: 1) == [prefix(10, 1, 0, 0, 16)])
    let previous = try table.insert(prefix(10, 1, 0, 0, 16), owner: 2)
    #expect(previous == 1)
    #expect(table.count == 1)
    #expect(table.remove(messy, owner: 2) == true)
  }

  @Test func `a prefix given to another owner moves`() throws {
    var table = AllowedIPs(storage: host.storage)
    try table.insert(prefix(10, 0, 0, 0, 24), owner: 1)
    try table.insert(prefix(10, 0, 1, 0, 24), owner: 1)
    let previous = try table.insert(prefix(10, 0, 0, 0, 24), owner: 5)
    #expect(previous == 1)
    #expect(table.prefixes(of: 1) == [prefix(10, 0, 1, 0, 24)])
    #expect(table.prefixes(of: 5) == [prefix(10, 0, 0, 0, 24)])
    #expect(table.count == 2 && table.count(of: 1) == 1 && table.count(of: 5) == 1)
    let found = table.lookup(address(10, 0, 0, 9))
    #expect(found == 5)
  }

  @Test func `only the owner can take a prefix away, and only that very prefix`() throws {
    var table = AllowedIPs(storage: host.storage)
    try table.insert(prefix(10, 0, 0, 0, 24), owner: 1)
    #expect(table.remove(prefix(10, 0, 0, 0, 24), owner: 2) == false)
    #expect(table.remove(prefix(10, 0, 0, 0, 23), owner: 1) == false)
    #expect(table.remove(prefix(10, 0, 0, 0, 25), owner: 1) == false)
    #expect(table.remove(prefix(10, 0, 1, 0, 24), owner: 1) == false)
    #expect(table.remove(prefix6(0x0a00_0000_0000_0000, 24), owner: 1) == false)
    #expect(table.count == 1)
    #expect(table.remove(prefix(10, 0, 0, 0, 24), owner: 1) == true)
    #expect(table.remove(prefix(10, 0, 0, 0, 24), owner: 1) == false)
  }

  @Test func `prefixes are listed in the order they were given, of both families, and moving puts one last`() throws {
    var table = AllowedIPs(storage: host.storage)
    let given = [prefix(10, 0, 0, 0, 24), prefix6(5 << 32, 64), prefix(9, 0, 0, 0, 8), prefix6(4 << 32, 64)]
    for entry in given { try table.insert(entry, owner: 3) }
    #expect(table.prefixes(of: 3) == given)
    try table.insert(given[1], owner: 3)
    #expect(table.prefixes(of: 3) == [given[0], given[2], given[3], given[1]])
    try table.insert(given[0], owner: 4)
    try table.insert(given[0], owner: 3)
    #expect(table.prefixes(of: 3) == [given[2], given[3], given[1], given[0]])
    table.remove(given[3], owner: 3)
    #expect(table.prefixes(of: 3) == [given[2], given[1], given[0]])
    table.removeAll(owner: 3)
    #expect(table.prefixes(of: 3) == [] && table.count == 0)
    #expect(table.prefixes(of: 99) == [] && table.count(of: 99) == 0)
  }

  @Test func `a cursor survives additions and knows when it is stale`() throws {
    var table = AllowedIPs(storage: host.storage)
    try table.insert(prefix(10, 0, 0, 0, 24), owner: 1)
    let first = table.first(of: 1)
    let cursor = try #require(first)
    #expect(table.next(after: cursor) == nil)
    try table.insert(prefix(10, 0, 1, 0, 24), owner: 1)
    #expect(table.isCurrent(cursor) == true)
    let following = table.next(after: cursor)
    let second = try #require(following)
    #expect(table.prefix(at: second) == prefix(10, 0, 1, 0, 24))
    table.remove(prefix(10, 0, 0, 0, 24), owner: 1)
    #expect(table.isCurrent(second) == false)
    #expect(table.prefix(at: second) == nil && table.next(after: cursor) == nil)
  }

  @Test func `an owner beyond the limit traps`() async {
    await #expect(processExitsWith: .failure) {
      var table = AllowedIPs(storage: TestStorage().storage)
      try table.insert(prefix(1, 2, 3, 4, 32), owner: AllowedIPs.ownerLimit)
    }
  }

  @Test func `every length of both families can be there at once`() throws {
    var table = AllowedIPs(storage: host.storage)
    let six = IPAddress(v6High: 0x2001_0db8_aaaa_5555, low: 0x0123_4567_89ab_cdef)
    let four = address(192, 168, 85, 170)
    for length in 0...128 { try table.insert(Prefix(six, length: length)!, owner: UInt32(length)) }
    for length in 0...32 { try table.insert(Prefix(four, length: length)!, owner: UInt32(200 + length)) }
    #expect(table.isSound == true)
    for length in 0...128 {
      // An address that parts from `six` right behind the prefix finds it, and no longer one.
      let flipped = length == 128 ? six.value : six.value ^ (1 << UInt128(127 - length))
      let found = table.lookup(IPAddress(family: .v6, value: flipped))
      #expect(found == UInt32(length))
    }
    for length in 0...32 {
      let flipped = length == 32 ? four.value : four.value ^ (1 << UInt128(31 - length))
      let found = table.lookup(IPAddress(family: .v4, value: flipped))
      #expect(found == UInt32(200 + length))
    }
  }
}
