import ControlProtocol

/// Whether the bytes of `server` have the two given ones eight times in a row.
func holds(_ server: inout TextProtocol, run first: UInt8, _ second: UInt8) -> Bool {
  let pattern = (0..<16).map { $0 % 2 == 0 ? first : second }
  // SAFETY: the bytes of a value may be read; padding among them is no more than other bytes.
  return unsafe withUnsafeBytes(of: &server) { bytes in
    let bytes = unsafe Array(bytes)
    return bytes.indices.dropLast(16).contains { Array(bytes[$0..<$0 + 16]) == pattern }
  }
}
