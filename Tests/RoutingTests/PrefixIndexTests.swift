import Containers
import Octets
import TestStorage
import Testing

@testable import Routing

/// A prefix anywhere in the address space, its length at an edge of the index as often as not.
private func spreadPrefix(_ random: inout SeededGenerator) -> Prefix {
  let family: IPAddress.Family = random.below(2) == 0 ? .v4 : .v6
  let edges = [0, 1, 7, 8, 9, 12, 13, 14, 16, 17, 18, 23, 24, 25, 28, 29, 30, 31, 32, 33, 34, 127, 128]
  let length = random.below(2) == 0 ? edges[random.below(edges.count)] : 8 + random.below(121)
  return Prefix(IPAddress(family: family, value: random.bits()), length: min(length, family.bitCount))!
}

extension AllowedIPs {
  fileprivate var widths: [Int] { [version4.index.width, version6.index.width] }
  fileprivate var referrals: Int { version4.index.referralCount + version6.index.referralCount }
}

struct `Prefix index` {
  /// Widths, the number of prefixes that asks for each, and that at which it gives way to the smaller one.
  static let steps: [(width: Int, grows: Int, shrinks: Int)] = [(8, 32, 7), (13, 2048, 511), (17, 65536, 16383)]

  @Test(arguments: 0..<3) func `a table that grows past a threshold and shrinks again answers like the model`(
    step: Int
  ) throws {
    var random = SeededGenerator(seed: UInt64(11 + step))
    let (width, grows, shrinks) = Self.steps[step]
    let host = TestStorage()
    do {
      var table = AllowedIPs(storage: host.storage)
      var model: [PrefixModel.Key: UInt32] = [:]
      var given: [Prefix] = []
      func probe(near known: Prefix) throws {
        for probe in [random.address(in: known), IPAddress(family: known.address.family, value: random.bits())] {
          let found = table.lookup(probe)
          try #require(found == longest(probe, model), "seed \(random.seed)")
        }
      }
      let slots = 1 << width
      while table.widths != [width, width] {
        let (prefix, owner) = (spreadPrefix(&random), UInt32(random.below(1000)))
        try table.insert(prefix, owner: owner)
        if model.updateValue(owner, forKey: PrefixModel.Key(prefix)) == nil { given.append(prefix) }
        if grows < 4000 || table.count % 16 == 0 { try probe(near: given[random.below(given.count)]) }
        if table.count % (slots / 2) == 0 { try #require(table.isSound == true, "seed \(random.seed)") }
        try #require(table.count < 3 * grows + slots)
      }
      try #require(table.isSound == true && table.referrals == 0)
      #expect(min(table.version4.count, table.version6.count) >= grows)
      for known in given.prefix(20_000) { try probe(near: known) }

      // Some change hands: the shortest cover many slots.
      for prefix in given where prefix.length < 2 || random.below(20) == 0 {
        let owner = UInt32(random.below(1000))
        try table.insert(prefix, owner: owner)
        model[PrefixModel.Key(prefix)] = owner
        try probe(near: prefix)
      }
      try #require(table.isSound == true)

      given.shuffle(using: &random)
      let removals = given.count
      while let prefix = given.popLast() {
        let key = PrefixModel.Key(prefix)
        try #require(table.remove(prefix, owner: model[key]!) == true)
        model[key] = nil
        if grows < 4000 || given.count % 16 == 0 { try probe(near: prefix) }
        if given.count % (removals / 8) == 0 { try #require(table.isSound == true, "seed \(random.seed)") }
        if table.count > 0 && table.version4.count <= shrinks / 2 { #expect(table.version4.index.width < width) }
        if table.version4.count > shrinks { #expect(table.version4.index.width == width) }
      }
      #expect(table.count == 0 && table.widths == [0, 0])
    }
    #expect(host.blockCount == 0 && host.faultCount == 0)
  }

  @Test func `whatever request is refused, a growing table answers like the model`() throws {
    for refusesAllLater in [false, true] {
      var refused = 0
      var isBeyond = false
      while !isBeyond {
        var random = SeededGenerator(fixed: 14)
        let host = TestStorage()
        host.refuses = { [refused] in refusesAllLater ? $0 >= refused : $0 == refused }
        do {
          var table = AllowedIPs(storage: host.storage)
          var model: [PrefixModel.Key: UInt32] = [:]
          // Enough that both families grow past the second threshold.
          for turn in 0..<6000 {
            let prefix = spreadPrefix(&random)
            do throws(StorageError) {
              try table.insert(prefix, owner: UInt32(turn))
              model[PrefixModel.Key(prefix)] = UInt32(turn)
            } catch {
              try #require(host.takeCount > refused)
              try #require(table.contains(prefix) == (model[PrefixModel.Key(prefix)] != nil))
              if refusesAllLater { break }
            }
            if turn % 64 == 0 {
              let probe = random.address(in: prefix)
              let found = table.lookup(probe)
              try #require(found == longest(probe, model), "refused \(refused), turn \(turn)")
            }
          }
          try #require(table.count == model.count && table.isSound, "refused \(refused)")
          for key in model.keys.prefix(200) {
            let probe = random.address(in: key.prefix)
            let found = table.lookup(probe)
            try #require(found == longest(probe, model), "refused \(refused)")
          }
          for (key, owner) in model { try #require(table.remove(key.prefix, owner: owner) == true) }
          try #require(table.count == 0 && table.isSound)
          isBeyond = host.takeCount <= refused
        }
        try #require(host.blockCount == 0 && host.faultCount == 0, "refused \(refused)")
        // Each of the early requests, among them all that begin an index of 8 bits; then some.
        refused += refused < 48 ? 1 : refused / 4
      }
      #expect(refused > 60)
    }
  }

  @Test func `a refused index of the largest width leaves the one before in use`() throws {
    var random = SeededGenerator(seed: 15)
    let host = TestStorage()
    var table = AllowedIPs(storage: host.storage)
    func fill(to count: Int) throws {
      while table.version4.count < count {
        try table.insert(Prefix(IPAddress(family: .v4, value: random.bits()), length: 32)!, owner: 1)
      }
    }
    try fill(to: (1 << 16) - 1)
    #expect(table.widths == [13, 0])
    // Records and nodes take segments far below the size of an index, and are let through.
    host.refusesLargerThan = 1 << 18
    try fill(to: 80_000)
    #expect(table.widths == [13, 0] && table.version4.successor.width == 0 && table.isSound == true)
    host.refusesLargerThan = .max
    try fill(to: 80_000 + 8192)
    #expect(table.widths == [17, 0] && table.isSound == true)
  }

  @Test func `a slot with more prefixes than a bucket holds is the trie's until they have gone`() throws {
    let host = TestStorage()
    var table = AllowedIPs(storage: host.storage)
    for i in 0..<64 as Range<UInt8> { try table.insert(prefix(i, 0, 0, 0, 32), owner: UInt32(i)) }
    #expect(table.widths == [8, 0] && table.referrals == 0)
    for i in 1..<40 as Range<UInt8> {
      try table.insert(prefix(5, 0, 0, i, 32), owner: 100 + UInt32(i))
      #expect(table.referrals == (i < 32 ? 0 : 1) && table.isSound == true)
      let found = table.lookup(address(5, 0, 0, i))
      #expect(found == 100 + UInt32(i))
    }
    for i in 1..<40 as Range<UInt8> {
      #expect(table.remove(prefix(5, 0, 0, i, 32), owner: 100 + UInt32(i)) == true)
      #expect(table.referrals == (i <= 7 ? 1 : 0) && table.isSound == true)
      let (gone, kept) = (table.lookup(address(5, 0, 0, i)), table.lookup(address(5, 0, 0, 0)))
      #expect(gone == nil && kept == 5)
    }
  }

  @Test func `a reservation that crosses a threshold is taken back whole`() throws {
    var random = SeededGenerator(seed: 16)
    let host = TestStorage()
    var table = AllowedIPs(storage: host.storage)
    for i in 0..<30 as Range<UInt8> { try table.insert(prefix(i, 0, 0, 0, 8), owner: UInt32(i)) }
    let before = table.prefixes(of: 7)
    for _ in 0..<6000 { try table.reserve(spreadPrefix(&random)) }
    try table.reserve(prefix(9, 9, 9, 0, 24))
    #expect(table.widths == [13, 13] && table.isSound == true)
    host.refuses = { _ in true }
    // What was reserved can be given without memory.
    try table.insert(prefix(9, 9, 9, 0, 24), owner: 8)
    table.endReservation()
    #expect(table.count == 31 && table.isSound == true && table.prefixes(of: 7) == before)
    let (given, kept) = (table.lookup(address(9, 9, 9, 1)), table.lookup(address(9, 9, 8, 1)))
    #expect(given == 8 && kept == 9)
  }

  private func longest(_ address: IPAddress, _ owners: [PrefixModel.Key: UInt32]) -> UInt32? {
    for length in stride(from: address.family.bitCount, through: 0, by: -1) {
      if let owner = owners[PrefixModel.Key(Prefix(address, length: length)!)] { return owner }
    }
    return nil
  }
}

struct `Prefix bucket` {
  @Test func `the longest prefix that matches is the first place that does, for any number of prefixes`() throws {
    var random = SeededGenerator(seed: 17)
    let host = TestStorage()
    do {
      var pool = BlockPool(storage: host.storage)
      for count in 1...32 {
        for _ in 0..<200 {
          var contents = BucketContents()
          var plain: [(length: Int, value: UInt16, mask: UInt16)] = []
          for i in 0..<count {
            let length = 1 + random.below(16)
            let mask = UInt16.max << UInt16(16 - length)
            // Values close to 0, close to the key's and anywhere: carries between places would show.
            let value = UInt16(truncatingIfNeeded: random.next() & [0xf, 0x8001, 0xffff, 0][random.below(4)]) & mask
            contents.add(.init(value: value, mask: mask, answer: BucketAnswer(owner: UInt32(i))), length: length)
            plain.append((length, value, mask))
          }
          let sizeClass = PrefixBucket.sizeClass(for: count)
          try #require(count <= PrefixBucket.capacity(sizeClass))
          try #require(sizeClass == 0 || count > PrefixBucket.capacity(sizeClass - 1))
          try pool.reserve(sizeClass)
          let number = pool.take(sizeClass)
          let bucket = pool.bucket(number, sizeClass)
          bucket.fill(contents)
          for _ in 0..<20 {
            let key = UInt16(truncatingIfNeeded: random.next() & [0xf, 0x8001, 0xffff, 0][random.below(4)])
            let matching = plain.filter { ($0.value ^ key) & $0.mask == 0 }
            let matches = bucket.matches(UInt64(key))
            try #require((matches != 0) == !matching.isEmpty, "seed \(random.seed)")
            guard matches != 0 else { continue }
            let first = Int(bucket.answer(matches.trailingZeroBitCount).owner)
            try #require((plain[first].value ^ key) & plain[first].mask == 0, "seed \(random.seed)")
            try #require(plain[first].length == matching.map(\.length).max(), "seed \(random.seed)")
          }
          pool.free(number, sizeClass)
        }
      }
    }
    #expect(host.blockCount == 0 && host.faultCount == 0)
  }
}
