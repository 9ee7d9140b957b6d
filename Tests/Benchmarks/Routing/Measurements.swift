import Containers
import Octets
import Routing
import TestStorage

#if canImport(Glibc)
import Glibc
#endif

/// The processor time of this thread in nanoseconds: other programs on the machine do not count, though their use of
/// its caches does.
func processorTime() -> Double {
  var time = timespec()
  unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

/// One random read of 32 MiB, each depending on the one before: what a miss of the caches costs at this moment.
func measureMemory() {
  let count = 1 << 22
  var random = SeededGenerator(seed: 4)
  var order = [UInt64](repeating: 0, count: count)
  // A single cycle through all elements.
  for i in 0..<count { order[i] = UInt64(i) }
  for i in stride(from: count - 1, to: 0, by: -1) { order.swapAt(i, random.below(i)) }
  var place: UInt64 = 0
  let reads = 500_000
  let time = best(count: reads) { for _ in 0..<reads { place = order[Int(place)] } }
  precondition(place < count)
  print("one dependent random read of 32 MiB: \((time * 10).rounded() / 10) ns")
}

/// The least time of several runs of `body`, in nanoseconds for each of `count` operations.
func best(of runs: Int = 5, count: Int, _ body: () -> Void) -> Double {
  var least = Double.infinity
  for _ in 0..<runs {
    let start = processorTime()
    body()
    least = min(least, processorTime() - start)
  }
  return least / Double(count)
}

/// How many of the keys the column "few" goes round in: what stays in the caches nearest to the processor.
let fewKeys = 4096

/// One line of the table.
func report(
  _ name: String, _ size: Int, lookup: Double, few: Double, insert: Double, remove: Double, bytes: Int, miss: Double
) {
  func column(_ value: Double) -> String {
    let text = "\((value * 10).rounded() / 10)"
    return String(repeating: " ", count: max(0, 8 - text.count)) + text
  }
  let label = name + String(repeating: " ", count: 12 - name.count)
  let entries = String(repeating: " ", count: 9 - "\(size)".count) + "\(size)"
  print(
    label, entries, column(lookup) + " ns", column(few) + " ns", column(miss) + " ns", column(insert) + " ns",
    column(remove) + " ns", column(Double(bytes) / Double(size)))
}

/// An address inside `prefix` with random host bits.
func address(in prefix: Prefix, _ random: inout SeededGenerator) -> IPAddress {
  let noise = UInt128(random.next()) << 64 | UInt128(random.next())
  let bits = prefix.address.family.bitCount - Int(prefix.length)
  let host = bits == 128 ? noise : noise & (UInt128(1) << UInt128(bits) - 1)
  return IPAddress(family: prefix.address.family, value: prefix.address.value | host)
}

/// Prefixes of mixed lengths: IPv4 /8 … /32, IPv6 /16 … /128.
func measurePrefixes(_ family: IPAddress.Family, _ size: Int) {
  var random = SeededGenerator(seed: 1)
  let host = TestStorage()
  var table = AllowedIPs(storage: host.storage)
  var prefixes: [Prefix] = []
  while prefixes.count < size {
    let value = UInt128(random.next()) << 64 | UInt128(random.next())
    let length = family == .v4 ? 8 + random.below(25) : 16 + random.below(113)
    let prefix = Prefix(IPAddress(family: family, value: value), length: length)!
    do throws(StorageError) {
      if try table.insert(prefix, owner: 0) == nil { prefixes.append(prefix) }
    } catch {
      fatalError("out of memory")
    }
  }
  table = AllowedIPs(storage: host.storage)
  let before = host.byteCount
  let insert = best(of: 1, count: size) {
    for i in 0..<size {
      do throws(StorageError) { try table.insert(prefixes[i], owner: UInt32(i & 0xfff)) } catch { fatalError() }
    }
  }
  let bytes = host.byteCount - before

  let count = max(size, 100_000)
  let keys = (0..<count).map { _ in address(in: prefixes[random.below(size)], &random) }
  let strangers = (0..<count).map { _ in
    IPAddress(family: family, value: UInt128(random.next()) << 64 | UInt128(random.next()))
  }
  func walk(_ keys: ArraySlice<IPAddress>) -> Double {
    best(count: keys.count) {
      var last: UInt32 = 0
      for key in keys {
        // Owners are below 2^12: the sum is the key itself, but not before the last answer is known.
        last = table.lookup(IPAddress(family: family, value: key.value | UInt128(last &>> 12))) ?? 0
      }
      precondition(last < 1 << 12)
    }
  }
  let (lookup, few, miss) = (walk(keys[...]), walk(keys.prefix(fewKeys)), walk(strangers[...]))
  prefixes.shuffle(using: &random)
  var removed = 0
  let remove = best(of: 1, count: size) {
    for prefix in prefixes {
      for owner in [table.lookup(prefix.address) ?? 0] where table.remove(prefix, owner: owner) { removed += 1 }
    }
  }
  let name = family == .v4 ? "IPv4" : "IPv6"
  report(name, size, lookup: lookup, few: few, insert: insert, remove: remove, bytes: bytes, miss: miss)
}

/// Receiver indices.
func measureIndices(_ size: Int) {
  var random = SeededGenerator(seed: 2)
  let host = TestStorage()
  var table = IndexTable(storage: host.storage)
  let handle = Handle(bits: 1 << 32)
  var indices: [UInt32] = []
  for _ in 0..<size { indices.append(UInt32(truncatingIfNeeded: random.next())) }
  let insert = best(of: 1, count: size) {
    for index in indices {
      do throws(StorageError) {
        _ = try table.insert(index: index, IndexTable.Entry(.session, handle))
      } catch { fatalError() }
    }
  }
  let bytes = host.byteCount
  let count = max(size, 100_000)
  let keys = (0..<count).map { _ in indices[random.below(size)] }
  let strangers = (0..<count).map { _ in UInt32(truncatingIfNeeded: random.next()) }
  func walk(_ keys: ArraySlice<UInt32>) -> Double {
    best(count: keys.count) {
      var last: UInt32 = 0
      for key in keys { last = table.find(key &+ last)?.handle.index ?? 0 }
      precondition(last == 0)
    }
  }
  let (lookup, few, miss) = (walk(keys[...]), walk(keys.prefix(fewKeys)), walk(strangers[...]))
  let remove = best(of: 1, count: size) { for index in indices { table.remove(index) } }
  report("index", size, lookup: lookup, few: few, insert: insert, remove: remove, bytes: bytes, miss: miss)
}

/// Public keys; the hash is taken from the key, which is random.
func measureKeys(_ size: Int) {
  var random = SeededGenerator(seed: 3)
  let host = TestStorage()
  var table = PublicKeyTable(storage: host.storage)
  var keys: [Octets32] = []
  for _ in 0..<size {
    var key = Octets32()
    for i in 0..<32 { key[i] = UInt8(truncatingIfNeeded: random.next()) }
    keys.append(key)
  }
  func hash(_ key: Octets32) -> UInt64 { key.bytes.littleEndian64(at: 0) }
  let handle = Handle(bits: 1 << 32)
  let insert = best(of: 1, count: size) {
    for key in keys {
      do throws(StorageError) { _ = try table.insert(key, hash: hash(key), handle) } catch { fatalError() }
    }
  }
  let bytes = host.byteCount
  let count = max(size, 100_000)
  let order = (0..<count).map { _ in random.below(size) }
  func walk(_ order: ArraySlice<Int>) -> Double {
    best(count: order.count) {
      var last = 0
      for place in order {
        let key = keys[place &+ last]
        last = Int(table.find(key, hash: hash(key))?.index ?? 0)
      }
    }
  }
  let (lookup, few) = (walk(order[...]), walk(order.prefix(fewKeys)))
  let remove = best(of: 1, count: size) { for key in keys { table.remove(key, hash: hash(key)) } }
  report("key", size, lookup: lookup, few: few, insert: insert, remove: remove, bytes: bytes, miss: 0)
}
