import Octets

extension [UInt8] {
  /// A view of the elements.
  var raw: RawSpan {
    @_lifetime(borrow self) borrowing get {
      // SAFETY: bytes are initialised whatever they are.
      unsafe span.bytes
    }
  }

  /// Lends the elements for writing.
  mutating func withRaw<Result>(_ body: (inout MutableRawSpan) -> Result) -> Result {
    var span = mutableSpan
    // SAFETY: any bytes are elements.
    var bytes = unsafe span.mutableBytes
    return body(&bytes)
  }
}

/// The memory of a value.
func bytes<Value: BitwiseCopyable>(of value: Value) -> [UInt8] {
  // SAFETY: the types asked for have no padding that matters to the caller.
  unsafe withUnsafeBytes(of: value) { unsafe [UInt8]($0) }
}
