/// The primitives of the protocol: BLAKE2s, HMAC and HKDF over it, X25519, ChaCha20-Poly1305 and XChaCha20-Poly1305,
/// and SipHash-2-4 for hash tables that strangers fill.
///
/// Everything here takes the same time whatever the secrets are, and leaves none of them on the stack: the primitives of a
/// handshake wipe it before they return, and after a burst of packets the host calls `CipherKernel.wipeStack()`.
/// Results are the caller's to wipe, and so is a hash in progress.
/// Nothing here draws randomness, counts nonces or refuses to use one twice: the session that owns a key does.
/// The code assumes a little-endian processor.
public enum Cryptography {}
