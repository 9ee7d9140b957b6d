public import Octets

/// Lends the bytes of `text` to `body`.
public func withText<Result, Failure: Error>(
  _ text: String, _ body: (RawSpan) throws(Failure) -> Result
) throws(Failure) -> Result {
  try withBytes(Array(text.utf8), body)
}

/// Lends `bytes` to `body`.
public func withBytes<Result, Failure: Error>(
  _ bytes: [UInt8], _ body: (RawSpan) throws(Failure) -> Result
) throws(Failure) -> Result {
  // SAFETY: bytes hold no pointers.
  try body(unsafe bytes.span.bytes)
}

/// What `body` prints.
public func printed(_ body: (inout OutputSpan<UInt8>) -> Void) -> String {
  String(decoding: [UInt8](capacity: 1024, initializingWith: body), as: UTF8.self)
}

extension FixedOctets {
  /// The octets as an array.
  public var array: [UInt8] { (0..<count).map { self[$0] } }

  /// The octets in `bytes`, which has as many.
  public init(_ bytes: [UInt8]) {
    precondition(bytes.count == count)
    self.init()
    for i in 0..<count { self[i] = bytes[i] }
  }
}
