import Containers
import Octets
import TestStorage
import Testing

@testable import Routing

#if canImport(Glibc)
import Glibc
#endif

/// The processor time of this thread in seconds: what else runs on the machine does not count.
private func processorTime() -> Double {
  var time = timespec()
  unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

@Suite(.serialized)
struct `Allowed IPs at scale` {
  @Test func `a million random prefixes are built in seconds, answer like the model, and go again`() throws {
    var random = SeededGenerator(seed: 8)
    print("allowed IPs at scale: NEEDLETAIL_SEED=\(random.seed)")
    let size = 1_000_000
    let host = TestStorage()
    do {
      var table = AllowedIPs(storage: host.storage)
      let prefixes = (0..<size).map { i in
        i % 2 == 0
          ? Prefix(IPAddress(family: .v4, value: random.bits()), length: 8 + random.below(25))!
          : Prefix(IPAddress(family: .v6, value: random.bits()), length: 16 + random.below(113))!
      }
      let start = processorTime()
      for i in 0..<size { try table.insert(prefixes[i], owner: UInt32(i & 0xffff)) }
      let seconds = processorTime() - start
      print("allowed IPs at scale: \(table.count) prefixes in \(seconds) s, \(host.byteCount / table.count) bytes each")
      #expect(seconds < 10)
      #expect(host.byteCount <= 96 * table.count)
      // The links and covers of an index of 17 bits; everything else is in small segments.
      #expect(host.largestBlock <= 1 << 20)

      var model: [PrefixModel.Key: UInt32] = [:]
      for i in 0..<size { model[PrefixModel.Key(prefixes[i])] = UInt32(i & 0xffff) }
      #expect(table.count == model.count)
      #expect(table.isSound == true)
      func sample(_ count: Int) throws {
        for _ in 0..<count {
          let known = prefixes[random.below(size)]
          for probe in [random.address(in: known), IPAddress(family: known.address.family, value: random.bits())] {
            let found = table.lookup(probe)
            try #require(found == longest(probe, model), "seed \(random.seed)")
          }
        }
      }
      try sample(20_000)

      for (key, owner) in model where key.value.nonzeroBitCount % 2 == 0 {
        try #require(table.remove(key.prefix, owner: owner) == true)
        model[key] = nil
      }
      #expect(table.count == model.count)
      #expect(table.isSound == true)
      try sample(20_000)
      for owner in 0..<0x10000 as Range<UInt32> { table.removeAll(owner: owner) }
      #expect(table.count == 0)
      // What is left is the list heads of 65,536 owners.
      #expect(host.byteCount < 1_000_000)
    }
    #expect(host.blockCount == 0 && host.faultCount == 0)
  }

  private func longest(_ address: IPAddress, _ owners: [PrefixModel.Key: UInt32]) -> UInt32? {
    for length in stride(from: address.family.bitCount, through: 0, by: -1) {
      if let owner = owners[PrefixModel.Key(Prefix(address, length: length)!)] { return owner }
    }
    return nil
  }

  /// Sets of prefixes chosen to cost memory: they part as late, as rarely or as unevenly as they can.
  enum Attack: CaseIterable {
    case pairsPartingLast, nested, everySixthBit, spacedFour, neighbours

    func prefix(_ i: Int, _ random: inout SeededGenerator) -> Prefix {
      switch self {
      case .pairsPartingLast:
        var bases = SeededGenerator(fixed: UInt64(i / 2))
        return Prefix(IPAddress(family: .v6, value: bases.bits() & ~1 | UInt128(i % 2)), length: 128)!
      case .nested:
        var bases = SeededGenerator(fixed: UInt64(i / 129))
        return Prefix(IPAddress(family: .v6, value: bases.bits()), length: i % 129)!
      case .everySixthBit:
        // A comb: each parts from the one before six bits later.
        let (tooth, base) = (i % 21, UInt128(i / 21))
        let spine = UInt128.max ^ (base << UInt128(6))
        return Prefix(IPAddress(family: .v6, value: spine ^ (1 << UInt128(127 - 6 * tooth))), length: 128)!
      case .spacedFour:
        return Prefix(IPAddress(v4: UInt32(truncatingIfNeeded: i) &* 0x9e37_79b1), length: 32)!
      case .neighbours:
        return Prefix(IPAddress(v4: UInt32(truncatingIfNeeded: i)), length: 32)!
      }
    }
  }

  @Test(arguments: Attack.allCases) func `no choice of prefixes costs more than the bound`(attack: Attack) throws {
    var random = SeededGenerator(seed: 9)
    let host = TestStorage()
    var table = AllowedIPs(storage: host.storage)
    for i in 0..<200_000 { try table.insert(attack.prefix(i, &random), owner: 0) }
    // 32 bytes for a record, 32 for its share of nodes, 32 for that of buckets, 8 for each of 2^17 slots, and up to one
    // unused segment in each of a few arrays.
    #expect(host.byteCount <= 96 * table.count + (8 << 17) + 200_000)
    #expect(table.nodeCount < table.count)
    #expect(table.isSound == true)
  }

  @Test func `memory stays bounded when prefixes come and go for long`() throws {
    var random = SeededGenerator(seed: 10)
    let host = TestStorage()
    var table = AllowedIPs(storage: host.storage)
    let live = 2000
    var ring: [Prefix] = []
    // Each round crowds the prefixes into fewer and larger nodes, then spreads them out again.
    for round in 0..<12 {
      for _ in 0..<2 * live {
        let spread = UInt32(round % 6) * 4
        let address = UInt32(truncatingIfNeeded: random.next()) >> spread
        let prefix = Prefix(IPAddress(v4: address), length: 32)!
        try table.insert(prefix, owner: 0)
        ring.append(prefix)
        if ring.count > live { table.remove(ring.removeFirst(), owner: 0) }
      }
    }
    #expect(host.peakByteCount <= (16 + 122) * (live + 1) + 100_000)
    #expect(table.isSound == true)
  }
}
