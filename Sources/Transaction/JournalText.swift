/// How a journal's lines are spelled: words between spaces, a check sum at the end. What is no visible ASCII is written
/// as `%` and two hexadecimal digits, so that a journal can be read in any editor.
enum JournalText {
  static let space = UInt8(ascii: " ")
  static let newline = UInt8(ascii: "\n")
  static let digits = Array("0123456789abcdef".utf8)

  static func escape(_ field: String) -> [UInt8] {
    // An empty word would be two spaces that an editor may make one of.
    if field.isEmpty { return Array("%".utf8) }
    var bytes: [UInt8] = []
    for byte in field.utf8 {
      if byte > 0x20 && byte < 0x7f && byte != UInt8(ascii: "%") {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return bytes
  }

  /// The field that a word stands for; nil when nothing is escaped to it.
  static func unescape(_ word: ArraySlice<UInt8>) -> String? {
    if word.elementsEqual("%".utf8) { return "" }
    var bytes: [UInt8] = []
    var rest = word
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = digit(rest.popFirst()), let low = digit(rest.popFirst()) else { return nil }
      bytes.append(high << 4 | low)
    }
    guard let field = String(validating: bytes, as: UTF8.self), escape(field).elementsEqual(word) else { return nil }
    return field
  }

  private static func digit(_ byte: UInt8?) -> UInt8? {
    byte.flatMap { digits.firstIndex(of: $0) }.map(UInt8.init)
  }
}
