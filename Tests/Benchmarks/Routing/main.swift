// Prints what the tables of Routing cost: nanoseconds an operation, bytes an entry.
//
// A look-up's address depends on the answer of the one before it, so the figures are latencies, not throughput. The
// column "look-up" goes through as many random addresses of the table as there are entries, "few" through 4096 of
// them again and again, "miss" through random addresses, which are in the table or not.
// Options: the sizes to measure (default 1 100 10000 1000000).

import Octets

let sizes = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let chosen = sizes.isEmpty ? [1, 100, 10_000, 1_000_000] : sizes

measureMemory()
print("table          entries    look-up        few       miss     insert     remove   bytes/entry")
for size in chosen {
  measurePrefixes(.v4, size)
  measurePrefixes(.v6, size)
}
for size in chosen {
  measureIndices(size)
  measureKeys(size)
}
