import Containers
import LinuxTunnel
import Octets
import Routing
import TestStorage

/// Several measurements of one thing.
struct Sample {
  private var values: [Double] = []

  mutating func add(_ value: Double) { values.append(value) }

  var median: Double { values.sorted()[values.count / 2] }
  var least: Double { values.min() ?? 0 }
}

/// An address inside `prefix` with random host bits.
func address(in prefix: Prefix, _ random: inout SeededGenerator) -> IPAddress {
  let noise = UInt128(random.next()) << 64 | UInt128(random.next())
  let bits = prefix.address.family.bitCount - Int(prefix.length)
  let host = bits == 128 ? noise : noise & (UInt128(1) << UInt128(bits) - 1)
  return IPAddress(family: prefix.address.family, value: prefix.address.value | host)
}

/// Different prefixes of mixed lengths: IPv4 /8 … /32, IPv6 /16 … /128.
func randomPrefixes(_ family: IPAddress.Family, _ size: Int, _ random: inout SeededGenerator) -> [Prefix] {
  var table = AllowedIPs(storage: .system)
  var prefixes: [Prefix] = []
  while prefixes.count < size {
    let value = UInt128(random.next()) << 64 | UInt128(random.next())
    let length = family == .v4 ? 8 + random.below(25) : 16 + random.below(113)
    let prefix = Prefix(IPAddress(family: family, value: value), length: length)!
    if insert(prefix, 0, into: &table) == nil { prefixes.append(prefix) }
  }
  return prefixes
}

@discardableResult
func insert(_ prefix: Prefix, _ owner: UInt32, into table: inout AllowedIPs) -> UInt32? {
  do throws(StorageError) { return try table.insert(prefix, owner: owner) } catch { fatalError("out of memory") }
}

/// The bytes a table of `prefixes` takes from its host.
func byteCount(of prefixes: [Prefix]) -> Int {
  let host = TestStorage()
  var table = AllowedIPs(storage: host.storage)
  for i in prefixes.indices { insert(prefixes[i], UInt32(i & 0xfff), into: &table) }
  return host.byteCount
}

/// Nanoseconds a look-up takes, through all of `keys`.
func walk(_ table: inout AllowedIPs, _ keys: ArraySlice<IPAddress>) -> Double {
  best(of: 1, count: keys.count) {
    var last: UInt32 = 0
    for key in keys {
      // Owners are below 2^12: this is the key itself, but none of its 32-bit ends before the last answer is known.
      let nothing = UInt128(last &>> 12)
      last = table.lookup(IPAddress(family: key.family, value: key.value | nothing | nothing &<< 96)) ?? 0
    }
    precondition(last < 1 << 12)
  }
}

/// The table of allowed IPs in the daemon's own storage, `rounds` times; in each round also what a cache miss costs.
func measurePrefixes(_ family: IPAddress.Family, _ size: Int, rounds: Int, json: Bool) {
  var random = SeededGenerator(seed: 1)
  var prefixes = randomPrefixes(family, size, &random)
  let bytes = byteCount(of: prefixes)
  var table = AllowedIPs(storage: .system)
  let inserting = best(of: 1, count: size) {
    for i in 0..<size { insert(prefixes[i], UInt32(i & 0xfff), into: &table) }
  }
  let count = max(size, 100_000)
  let keys = (0..<count).map { _ in address(in: prefixes[random.below(size)], &random) }
  let strangers = (0..<count).map { _ in
    IPAddress(family: family, value: UInt128(random.next()) << 64 | UInt128(random.next()))
  }
  let memory = RandomReads(byteCount: bytes)
  var (lookup, few, miss, read) = (Sample(), Sample(), Sample(), Sample())
  for _ in 0..<rounds {
    read.add(memory.measure())
    lookup.add(walk(&table, keys[...]))
    _ = walk(&table, keys.prefix(fewKeys))
    few.add(walk(&table, keys.prefix(fewKeys)))
    miss.add(walk(&table, strangers[...]))
  }
  prefixes.shuffle(using: &random)
  let removing = best(of: 1, count: size) {
    for prefix in prefixes {
      for owner in [table.lookup(prefix.address) ?? 0] { table.remove(prefix, owner: owner) }
    }
  }
  let name = family == .v4 ? "IPv4" : "IPv6"
  if json {
    print(
      "{\"row\": \"lookup \(name) \(size)\", \"who\": \"needletaild\", \"ns\": \(tenths(lookup.median)), "
        + "\"least\": \(tenths(lookup.least)), \"read\": \(tenths(read.median))}")
    print("{\"row\": \"memory \(name) \(size)\", \"bytes\": \(tenths(Double(bytes) / Double(size)))}")
  } else {
    let columns = [
      lookup.median, lookup.least, few.median, miss.median, read.median, inserting, removing,
      Double(bytes) / Double(size),
    ]
    printRow(name, size, columns)
  }
}
