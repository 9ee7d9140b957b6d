/// The primitives of the protocol: BLAKE2s, HMAC and HKDF over it, X25519, ChaCha20-Poly1305 and XChaCha20-Poly1305,
/// and SipHash-2-4 for hash tables that strangers fill.
///
/// Everything here takes the same time whatever the secrets are, and wipes the stack copies of key stream, scalars and
/// chaining values that have an address before it returns; what the compiler spills to the stack by itself is not reached.
/// Nothing here draws randomness, counts nonces or refuses to use one twice: the session that owns a key does.
/// The code assumes a little-endian processor.
public enum Cryptography {}
