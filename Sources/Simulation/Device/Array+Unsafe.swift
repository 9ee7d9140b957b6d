extension [UInt8] {
  /// The bytes as the core reads them.
  var rawSpan: RawSpan {
    @_lifetime(borrow self) borrowing get {
      // SAFETY: every bit pattern of a UInt8 is initialised bytes.
      unsafe span.bytes
    }
  }

  /// Lends the bytes to `body` for writing.
  mutating func withRawSpan<Result>(_ body: (inout MutableRawSpan) -> Result) -> Result {
    var span = mutableSpan
    // SAFETY: any bytes are UInt8s.
    var raw = unsafe span.mutableBytes
    return body(&raw)
  }
}
