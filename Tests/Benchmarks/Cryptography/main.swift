// Prints how this package's cryptography compares with libsodium's and OpenSSL's on this machine: medians of rounds in
// which every contender takes its turn, so that a busy neighbour disturbs all alike. Build with -c release.
//
//   benchmark-cryptography [rounds [length …]]
//   benchmark-cryptography --exchange [--json] [rounds]      only what a handshake is made of

let arguments = CommandLine.arguments.dropFirst().filter { !$0.hasPrefix("--") }
let rounds = arguments.first.flatMap { Int($0) } ?? 201
let isJSON = CommandLine.arguments.contains("--json")

if !CommandLine.arguments.contains("--exchange") {
  let lengths = arguments.dropFirst().compactMap { Int($0) }
  let races = (lengths.isEmpty ? [64, 256, 1024, 1420, 8192, 65536] : lengths).flatMap { length in
    [Race.sealing(length), Race.opening(length)]
  }
  for race in races { print(race.run(rounds: rounds)) }
}
for row in ExchangeRow.all() {
  for line in row.lines(rounds: rounds, json: isJSON) { print(line) }
}
