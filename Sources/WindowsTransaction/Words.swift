/// How mementos spell what was found.
enum Words {
  static let key = "key"
  static let nothing = "nothing"
  static let value = "value"
  static let present = "present"
  static let replaces = "replaces"
  static let returns = "returns"
  static let arrival = "channel-arrival"
  static let removal = "channel-removal"

  /// Whether two words are the same, byte by byte: what `==` does takes tables of all scripts, which a small library
  /// does not have.
  static func isSame(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }

  /// Two digits a byte.
  static func digits(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  static func bytes(_ digits: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var high: UInt8?
    for letter in digits.utf8 {
      let digit: UInt8
      switch letter {
      case 0x30...0x39: digit = letter - 0x30
      case 0x61...0x66: digit = letter - 0x61 + 10
      default: return nil
      }
      if let first = high {
        bytes.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    return high == nil ? bytes : nil
  }

  /// Three words a package: INF, date, number.
  static func words(of packages: [DriverPackage]) -> [String] {
    packages.flatMap { [$0.inf, String($0.date), String($0.number)] }
  }

  static func packages(_ words: ArraySlice<String>) -> [DriverPackage]? {
    guard words.count % 3 == 0 else { return nil }
    var packages: [DriverPackage] = []
    var rest = words
    while let inf = rest.popFirst() {
      guard let date = rest.popFirst().flatMap({ UInt64($0) }), let number = rest.popFirst().flatMap({ UInt64($0) })
      else { return nil }
      packages.append(DriverPackage(inf: inf, date: date, number: number))
    }
    return packages
  }
}
