/// Swift source with comments and the contents of literals blanked, line by line: what is left is code.
///
/// Knows `//`, nested `/* */`, strings of one and of several lines, raw strings and raw identifiers. Interpolations are
/// blanked with their string: a rule does not see code inside them.
struct SwiftText {
  /// The code of each line.
  private(set) var code: [String] = []

  private enum Place: Equatable {
    case code
    case blockComment(depth: Int)
    case string(quotes: Int, hashes: Int)
  }

  init(_ lines: [String]) {
    var place = Place.code
    code.reserveCapacity(lines.count)
    for line in lines {
      code.append(String(decoding: Self.blank(Array(line.utf8), &place), as: UTF8.self))
      if case .string(let quotes, _) = place, quotes == 1 { place = .code }
    }
  }

  private static func blank(_ bytes: [UInt8], _ place: inout Place) -> [UInt8] {
    var kept = bytes
    var at = 0
    func matches(_ text: StaticString) -> Bool {
      let end = at + text.utf8CodeUnitCount
      return end <= bytes.count && bytes[at..<end].elementsEqual(text.description.utf8)
    }
    func erase(_ count: Int) {
      for _ in 0..<count where at < bytes.count {
        kept[at] = UInt8(ascii: " ")
        at += 1
      }
    }
    while at < bytes.count {
      switch place {
      case .code:
        if matches("//") {
          erase(bytes.count - at)
        } else if matches("/*") {
          erase(2)
          place = .blockComment(depth: 1)
        } else if bytes[at] == UInt8(ascii: "`") {
          let close = bytes[(at + 1)...].firstIndex(of: UInt8(ascii: "`")) ?? bytes.count - 1
          erase(close - at + 1)
        } else if let (quotes, hashes) = opening(bytes, at) {
          erase(quotes + hashes)
          place = .string(quotes: quotes, hashes: hashes)
        } else {
          at += 1
        }
      case .blockComment(let depth):
        if matches("*/") {
          erase(2)
          place = depth == 1 ? .code : .blockComment(depth: depth - 1)
        } else if matches("/*") {
          erase(2)
          place = .blockComment(depth: depth + 1)
        } else {
          erase(1)
        }
      case .string(let quotes, let hashes):
        if hashes == 0 && bytes[at] == UInt8(ascii: "\\") {
          erase(2)
        } else if closes(bytes, at, quotes, hashes) {
          erase(quotes + hashes)
          place = .code
        } else {
          erase(1)
        }
      }
    }
    return kept
  }

  /// The number of quotes and hashes when a string literal opens here.
  private static func opening(_ bytes: [UInt8], _ at: Int) -> (quotes: Int, hashes: Int)? {
    var quote = at
    while quote < bytes.count && bytes[quote] == UInt8(ascii: "#") { quote += 1 }
    guard quote < bytes.count && bytes[quote] == UInt8(ascii: "\"") else { return nil }
    let three = quote + 2 < bytes.count && bytes[quote + 1] == bytes[quote] && bytes[quote + 2] == bytes[quote]
    return (three ? 3 : 1, quote - at)
  }

  private static func closes(_ bytes: [UInt8], _ at: Int, _ quotes: Int, _ hashes: Int) -> Bool {
    guard at + quotes + hashes <= bytes.count else { return false }
    return bytes[at..<at + quotes].allSatisfy { $0 == UInt8(ascii: "\"") }
      && bytes[at + quotes..<at + quotes + hashes].allSatisfy { $0 == UInt8(ascii: "#") }
  }
}

extension TreeFile {
  /// The file's code, without comments and literals.
  var code: [String] { SwiftText(lines).code }
}
