// Prints how this package's cryptography compares with libsodium's on this machine: medians of rounds in which every
// contender takes its turn, so that a busy neighbour disturbs all alike. Build with -c release.
//
//   benchmark-cryptography [rounds [length …]]

let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 201

let lengths = CommandLine.arguments.dropFirst(2).compactMap { Int($0) }
var races = (lengths.isEmpty ? [64, 256, 1024, 1420, 8192, 65536] : lengths).flatMap { length in
  [Race.sealing(length), Race.opening(length)]
}
races.append(.agreement())

for race in races { print(race.run(rounds: rounds)) }
for line in hashes(rounds: rounds) { print(line) }
