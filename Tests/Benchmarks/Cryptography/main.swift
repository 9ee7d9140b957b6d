// Prints how this package's cryptography compares with others' on this machine: medians of rounds in which every contender
// takes its turn, and of the ratios within a round, so that a busy neighbour disturbs all alike. Build with -c release.
//
//   benchmark-cryptography [--json] [--boringssl LIBRARY] [rounds [length …]]
//
// BoringSSL is raced where its library was built; see Tests/Benchmarks/BoringSSL.

let arguments = Arguments(CommandLine.arguments.dropFirst())

let others =
  [PacketCipher.sodium(), .openSSL()] + [PacketCipher.boringSSL(path: arguments.boringSSL)].compactMap { $0 }
let ciphers = others + PacketCipher.ours()

var races = arguments.lengths.flatMap { [Race.sealing($0, by: ciphers), Race.opening($0, by: ciphers)] }
races.append(.burst(of: 44, 1420, by: ciphers))
races += Race.exchange()

for race in races {
  let result = race.run(rounds: arguments.rounds)
  for line in arguments.isJSON ? result.json : result.table { print(line) }
}
