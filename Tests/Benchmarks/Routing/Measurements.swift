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

/// Reads of `byteCount` bytes at random places, each depending on the one before: what a table of this size pays for
/// every cache miss on its way, at this moment.
struct RandomReads {
  private var order: [UInt64]

  init(byteCount: Int) {
    var random = SeededGenerator(seed: 4)
    // A single cycle through one element of each cache line.
    let lines = max(2, byteCount / 64)
    var places = (0..<lines).map { UInt64($0) * 8 }
    places.shuffle(using: &random)
    order = [UInt64](repeating: 0, count: lines * 8)
    for i in 0..<lines { order[Int(places[i])] = places[(i + 1) % lines] }
  }

  /// Nanoseconds for one read.
  func measure() -> Double {
    var place: UInt64 = 0
    let reads = 200_000
    let time = best(of: 1, count: reads) { for _ in 0..<reads { place = order[Int(place)] } }
    precondition(place < order.count)
    return time
  }
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

/// A figure with one decimal.
func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }

/// One line of a table: a name, the number of entries, and figures.
func printRow(_ name: String, _ size: Int, _ columns: [Double]) {
  func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
  print(right(name, 5), right("\(size)", 9), columns.map { right("\(tenths($0))", 9) }.joined())
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
  printRow("index", size, [lookup, few, miss, insert, remove, Double(bytes) / Double(size)])
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
  printRow("key", size, [lookup, few, 0, insert, remove, Double(bytes) / Double(size)])
}
