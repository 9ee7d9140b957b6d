// Prints what the tables of Routing cost: nanoseconds an operation, bytes an entry.
//
// A look-up's address depends on the answer of the one before it, so the figures are latencies, not throughput.
// Options: the sizes to measure (default 1 100 10000 1000000).

import Octets

let sizes = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let chosen = sizes.isEmpty ? [1, 100, 10_000, 1_000_000] : sizes

print("table          entries    look-up     insert     remove   bytes/entry   miss")
for size in chosen {
  measurePrefixes(.v4, size)
  measurePrefixes(.v6, size)
}
for size in chosen {
  measureIndices(size)
  measureKeys(size)
}
