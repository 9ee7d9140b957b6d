/// What the command line asks for.
struct Arguments {
  /// Rounds of each race.
  var rounds = 201
  /// Bytes of the packets.
  var lengths: [Int] = []
  /// Whether tools read the output.
  var isJSON = false
  /// Where BoringSSL's library is.
  var boringSSL = ".build/boringssl/release/libBoringSSL.so"

  init(_ words: some Sequence<String>) {
    var numbers: [Int] = []
    var isPath = false
    for word in words {
      if isPath { boringSSL = word } else if word == "--json" { isJSON = true }
      if let number = Int(word) { numbers.append(number) }
      isPath = word == "--boringssl"
    }
    rounds = numbers.first ?? rounds
    lengths = numbers.count > 1 ? Array(numbers.dropFirst()) : [64, 128, 192, 256, 512, 1024, 1420, 8192, 65536]
  }
}
