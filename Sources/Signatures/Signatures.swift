/// What signed metadata is checked with: Ed25519 verification, and the hashes SHA-512 and BLAKE2b.
///
/// Nothing here is secret and nothing takes constant time: keys that sign are in other hands. The field and the curve are
/// the same files that X25519 uses (`Curve` links to them). Neither a heap nor a platform is needed; the Windows driver
/// does not contain this module.
public enum Signatures {}
