/// The bytes of a file as UTF-8, or as close to it as the dialect wants to look.
///
/// Comments may hold bytes of any encoding, so bytes that are not UTF-8 are refused only where a value is text.
func utf8Text(_ bytes: [UInt8], in dialect: Dialect) throws(Problem) -> [UInt8] {
  if bytes.starts(with: [0xef, 0xbb, 0xbf]) {
    guard dialect.isShared else { throw .byteOrderMark }
    return Array(bytes.dropFirst(3))
  }
  var text = bytes
  if dialect == .windows || dialect.isShared, let order = ByteOrder(of: bytes) {
    guard let decoded = order.decode(bytes) else { throw .notText }
    text = decoded
  }
  guard !text.contains(0) else { throw .notText }
  return text
}

extension Problem: Error {}

/// The order of the two bytes of a UTF-16 unit.
private enum ByteOrder {
  case big
  case little

  /// What the byte-order mark of `bytes` says, or the zero byte of an ASCII character that comes first; nil when they
  /// are not UTF-16.
  init?(of bytes: [UInt8]) {
    guard bytes.count >= 2 else { return nil }
    switch (bytes[0], bytes[1]) {
    case (0xfe, 0xff), (0, 1...): self = .big
    case (0xff, 0xfe), (1..., 0): self = .little
    default: return nil
    }
  }

  /// The text as UTF-8 without byte-order mark; nil when it is not UTF-16.
  func decode(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.count.isMultiple(of: 2) else { return nil }
    var units = stride(from: 0, to: bytes.count, by: 2).map { place in
      let pair = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
      return self == .big ? pair.0 << 8 | pair.1 : pair.1 << 8 | pair.0
    }
    if units.first == 0xfeff { units.removeFirst() }
    return String(validating: units, as: UTF16.self).map { Array($0.utf8) }
  }
}
