internal import Octets

/// What random bytes are for; with the subject it names an independent stream where a test wants one.
@frozen
public enum RandomPurpose: UInt8, BitwiseCopyable, Sendable {
  /// An ephemeral private key.
  case ephemeral
  /// A receiver index.
  case index
  /// The nonce of a cookie reply.
  case nonce
  /// The cookie secret.
  case cookieSecret
  /// The jitter of a timer.
  case jitter
  /// The key of a hash table.
  case tableKey
}

/// The host's random generator, as a C function: the core draws from nowhere else.
///
/// Must be cryptographically strong outside tests and callable from any thread that runs the machine or a job.
@frozen @safe
public struct Randomness: BitwiseCopyable, Sendable {
  /// Fills `byteCount` bytes at `place`. The subject is the start of the peer's public key, 0 for the interface.
  public typealias Fill =
    @convention(c) (
      _ context: UnsafeMutableRawPointer?, _ purpose: UInt8, _ subject: UInt64, _ place: UnsafeMutableRawPointer,
      _ byteCount: Int
    ) -> Void

  // SAFETY: an opaque value for `fill`, which the host promises may be called from any thread.
  nonisolated(unsafe) let context: UnsafeMutableRawPointer?
  let fill: Fill

  /// A generator from the host's function; `context` is passed to it.
  @unsafe
  public init(context: UnsafeMutableRawPointer?, fill: @escaping Fill) {
    unsafe self.context = unsafe context
    unsafe self.fill = unsafe fill
  }

  /// `n` random bytes.
  func draw<let n: Int>(_ purpose: RandomPurpose, subject: UInt64) -> FixedOctets<n> {
    var octets = FixedOctets<n>()
    // SAFETY: the place is `n` bytes, alive for the call.
    unsafe withUnsafeMutableBytes(of: &octets) { bytes in
      if let base = bytes.baseAddress { unsafe fill(context, purpose.rawValue, subject, base, n) }
    }
    return octets
  }

  /// A random 32-bit number.
  func number(_ purpose: RandomPurpose, subject: UInt64) -> UInt32 {
    let octets: FixedOctets<4> = draw(purpose, subject: subject)
    return octets.bytes.littleEndian32(at: 0)
  }
}
