extension StaticString {
  /// The bytes of the text.
  public var octets: [UInt8] {
    // SAFETY: the buffer is of the literal, which lives as long as the program.
    withUTF8Buffer { buffer in unsafe [UInt8](buffer) }
  }
}

extension [UInt8] {
  /// Whether the bytes are those of `text`.
  public static func == (bytes: [UInt8], text: StaticString) -> Bool {
    // SAFETY: the buffer is of the literal, which lives as long as the program.
    text.withUTF8Buffer { buffer in
      guard buffer.count == bytes.count else { return false }
      for i in 0..<bytes.count where unsafe buffer[i] != bytes[i] { return false }
      return true
    }
  }

  /// A view of the elements.
  var raw: RawSpan {
    @_lifetime(borrow self) borrowing get {
      // SAFETY: bytes are initialised whatever they are.
      unsafe span.bytes
    }
  }

  /// Whether these bytes come before `other` in lexicographic order.
  func precedes(_ other: [UInt8]) -> Bool {
    for i in 0..<Swift.min(count, other.count) where self[i] != other[i] { return self[i] < other[i] }
    return count < other.count
  }
}
