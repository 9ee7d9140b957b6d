internal import Signatures

extension BLAKE2b {
  /// Absorbs an array.
  mutating func update(_ bytes: [UInt8]) {
    // SAFETY: bytes are initialised whatever they are.
    update(unsafe bytes.span.bytes)
  }
}
