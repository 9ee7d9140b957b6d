internal import CSodium

/// SHA-256 of `bytes`: 32 bytes.
func sha256(_ bytes: [UInt8]) -> [UInt8] {
  unsafe [UInt8](unsafeUninitializedCapacity: 32) { room, count in
    // SAFETY: the room has the 32 bytes that are written; the message is as long as is said.
    _ = unsafe crypto_hash_sha256(room.baseAddress!, bytes, UInt64(bytes.count))
    count = 32
  }
}
