internal import COctets
internal import Octets

/// One implementation of ChaCha20-Poly1305 for transport packets: in place, no additional data, nonce `0^4 ‖ LE64(counter)`.
///
/// A host picks a kernel once, by what its processor has and what it may use of it; all kernels agree bit for bit.
@safe
public struct CipherKernel: BitwiseCopyable, Sendable {
  /// Encrypts `count` bytes at `text` in place and writes the tag behind them. The key has 32 bytes.
  public typealias Seal =
    @convention(c) @Sendable (
      _ key: UnsafeRawPointer, _ counter: UInt64, _ text: UnsafeMutableRawPointer, _ count: Int
    ) -> Void

  /// Decrypts `count` bytes at `text` in place, whatever the tag behind them is, and returns zero exactly when the tag is
  /// right. Does not branch on that. The key has 32 bytes.
  public typealias Open =
    @convention(c) @Sendable (
      _ key: UnsafeRawPointer, _ counter: UInt64, _ text: UnsafeMutableRawPointer, _ count: Int
    ) -> UInt64

  /// The kernel's name in a log.
  public let name: StaticString
  private let sealFunction: Seal
  private let openFunction: Open
  private let stackByteCount: Int

  /// A kernel of these two functions, which keep the promises of `Seal` and `Open` and use at most `stackByteCount` bytes
  /// of stack.
  @unsafe
  public init(name: StaticString, stackByteCount: Int = 2048, seal: @escaping Seal, open: @escaping Open) {
    self.name = name
    self.stackByteCount = stackByteCount
    unsafe sealFunction = unsafe seal
    unsafe openFunction = unsafe open
  }

  /// Encrypts `frame[offset ..< offset + length]` in place and writes the tag to the 16 bytes behind it; traps when they
  /// do not lie inside the frame. A (key, counter) pair may be sealed under once.
  public func seal(key: RawSpan, counter: UInt64, frame: inout MutableRawSpan, offset: Int, length: Int) {
    precondition(key.byteCount == 32)
    precondition(offset >= 0 && length >= 0 && offset <= frame.byteCount && length <= frame.byteCount - offset - 16)
    // SAFETY: key and range were checked; the frame is exclusive.
    unsafe frame.withUnsafeMutableBytes { bytes in
      unsafe key.withUnsafeBytes { key in
        guard let text = bytes.baseAddress, let key = key.baseAddress else { return }
        unsafe sealFunction(key, counter, text + offset, length)
      }
    }
  }

  /// Decrypts `frame[offset ..< offset + length]`, ciphertext and then a tag, in place; traps when it does not lie inside
  /// the frame.
  ///
  /// Returns true when the tag is right; the plaintext is the first `length − 16` bytes. Otherwise, also when `length` has
  /// no room for a tag, returns false and those bytes are zero.
  public func open(key: RawSpan, counter: UInt64, frame: inout MutableRawSpan, offset: Int, length: Int) -> Bool {
    precondition(offset >= 0 && length >= 0 && offset <= frame.byteCount && length <= frame.byteCount - offset)
    guard length >= 16 else { return false }
    let difference = openUnjudged(key: key, counter: counter, frame: &frame, offset: offset, length: length)
    guard difference == 0 else {
      // SAFETY: `openUnjudged` checked the range.
      unsafe frame.withUnsafeMutableBytes { bytes in
        if let text = bytes.baseAddress { unsafe secureWipe(at: text + offset, byteCount: length - 16) }
      }
      return false
    }
    return true
  }

  /// Overwrites the stack below the caller as far as this kernel uses it.
  ///
  /// A kernel wipes its key stream itself, but what the compiler spilled, words of the key among it, stays in the dead
  /// stack. Call this after a burst of packets: it costs as much as two or three hundred bytes of one.
  public func wipeStack() {
    // The packets may have been sealed a few calls further down than this one.
    octets_wipe_stack(stackByteCount + 1024)
  }

  /// Decrypts as `open` does but leaves the plaintext whatever the tag is; returns zero exactly when the tag is right, and
  /// does not branch on that. `length` is at least 16.
  package func openUnjudged(
    key: RawSpan, counter: UInt64, frame: inout MutableRawSpan, offset: Int, length: Int
  ) -> UInt64 {
    precondition(key.byteCount == 32)
    precondition(offset >= 0 && length >= 16 && offset <= frame.byteCount && length <= frame.byteCount - offset)
    // SAFETY: key and range were checked; the frame is exclusive.
    return unsafe frame.withUnsafeMutableBytes { bytes in
      unsafe key.withUnsafeBytes { key in
        guard let text = bytes.baseAddress, let key = key.baseAddress else { return 1 }
        return unsafe openFunction(key, counter, text + offset, length - 16)
      }
    }
  }
}
