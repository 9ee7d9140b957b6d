import CMemcheck

/// Bytes that memcheck takes for uninitialised: it reports every branch and address that depends on them.
@safe
struct Secret {
  private let place: UnsafeMutableRawBufferPointer

  /// `count` bytes of a fixed pattern, secret from the start.
  init(_ count: Int, seed: UInt8 = 1) {
    unsafe place = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    for i in 0..<count { unsafe place[i] = UInt8(truncatingIfNeeded: i) &* 29 &+ seed }
    // SAFETY: the buffer has `count` bytes.
    if count > 0 { unsafe memcheck_make_secret(place.baseAddress!, count) }
  }

  /// The bytes.
  var bytes: RawSpan {
    @_lifetime(borrow self) get {
      // SAFETY: a secret is never freed.
      unsafe _overrideLifetime(RawSpan(_unsafeBytes: UnsafeRawBufferPointer(place)), borrowing: self)
    }
  }

  /// Lends the bytes for writing.
  func write(_ body: (inout MutableRawSpan) -> Void) {
    // SAFETY: a secret is never freed, and nothing else uses it meanwhile.
    var bytes = unsafe MutableRawSpan(_unsafeBytes: place)
    body(&bytes)
  }
}

/// Declares a result public, as the protocol does when it sends or acts on it, and returns it.
func disclosed<Value: BitwiseCopyable>(_ value: Value) -> Value {
  var value = value
  // SAFETY: the pointer is valid for the size of the value.
  unsafe withUnsafeMutableBytes(of: &value) { unsafe memcheck_make_public($0.baseAddress!, $0.count) }
  return value
}
