internal import CSodium
public import Tunnel

extension Randomness {
  /// libsodium's generator, which takes the kernel's entropy. Nil when libsodium cannot start.
  public static var system: Randomness? {
    guard sodium_init() >= 0 else { return nil }
    // SAFETY: the function is thread-safe once libsodium is initialised, and fills exactly the bytes it is given.
    return unsafe Randomness(context: nil) { _, _, _, place, byteCount in
      unsafe randombytes_buf(place, byteCount)
    }
  }
}
