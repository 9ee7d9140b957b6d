import Octets

extension [UInt8] {
  /// Lends the bytes to `body`.
  func withRawSpan<Result>(_ body: (RawSpan) -> Result) -> Result {
    // SAFETY: bytes hold no pointers.
    body(unsafe span.bytes)
  }
}
