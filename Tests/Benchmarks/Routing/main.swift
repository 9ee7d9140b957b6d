// Prints what the tables of Routing cost: nanoseconds an operation, bytes an entry.
//
// A look-up's address depends on the answer of the one before it, so the figures are latencies, not throughput. The
// column "look-up" goes through as many random addresses of the table as there are entries (its median and its least of
// several rounds), "few" through 4096 of them again and again, "miss" through random addresses, which are in the table
// or not. "read" is one dependent random read of as much memory as the table has, measured in the same rounds: times
// are comparable between runs only against it.
// Arguments: the sizes to measure (default 1 100 10000 1000000); --rounds N (default 9); --json for one object a line,
// of the allowed IPs alone.

import Octets

var sizes: [Int] = []
var rounds = 9
var json = false
var arguments = CommandLine.arguments.dropFirst().makeIterator()
while let argument = arguments.next() {
  switch argument {
  case "--json": json = true
  case "--rounds": rounds = max(1, arguments.next().flatMap { Int($0) } ?? rounds)
  default: sizes += Int(argument).map { [$0] } ?? []
  }
}
if sizes.isEmpty { sizes = [1, 100, 10_000, 1_000_000] }

if !json { print("table   entries   look-up    least      few     miss     read   insert   remove bytes/entry") }
for size in sizes {
  measurePrefixes(.v4, size, rounds: rounds, json: json)
  measurePrefixes(.v6, size, rounds: rounds, json: json)
}
if !json {
  print("table   entries   look-up      few     miss   insert   remove bytes/entry")
  for size in sizes {
    measureIndices(size)
    measureKeys(size)
  }
}
