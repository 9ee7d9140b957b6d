import CStackProbe
import Cryptography
import Octets
import Testing

/// What is done while a probe watches the stack.
private final class Work {
  let body: () -> Void
  init(_ body: @escaping () -> Void) { self.body = body }
}

/// How many places of the dead stack hold one of `needles` after `body`.
private func residue(_ needles: [UInt64], _ body: @escaping () -> Void) -> Int {
  let work = Work(body)
  // SAFETY: the object outlives the call; the needles are `needles.count` numbers.
  return withExtendedLifetime(work) {
    unsafe stackprobe_count(
      { context in unsafe Unmanaged<Work>.fromOpaque(context!).takeUnretainedValue().body() },
      Unmanaged.passUnretained(work).toOpaque(), needles, needles.count)
  }
}

/// The words by which bytes would be known again: each eight in a row, and each four doubled, as vectors hold them.
private func needles(_ bytes: [UInt8]) -> [UInt64] {
  func word(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
  let rows = (0...(bytes.count - 8)).map { word(bytes[$0..<($0 + 8)]) }
  let doubles = stride(from: 0, through: bytes.count - 4, by: 4).map {
    word(bytes[$0..<($0 + 4)] + bytes[$0..<($0 + 4)])
  }
  return rows + doubles
}

/// X must leave no secret on the stack; otherwise the next function that leaks its uninitialised bytes leaks a key.
@Suite(.enabled(if: !stackprobe_is_sanitized(), "the address sanitizer lays out stacks of its own"))
struct StackTests {
  @Test func `the probe finds what a function leaves behind`() {
    let needle: UInt64 = 0x0123_4567_89ab_cdef
    #expect(residue([needle]) { stackprobe_litter(needle) } >= 1)
    #expect(residue([needle]) {} == 0)
  }

  @Test(arguments: KernelUnderTest.all, [64, 448, 1420, 4000])
  func `a kernel leaves neither key nor key stream behind`(_ kernel: KernelUnderTest, _ length: Int) {
    var random = SeededGenerator()
    let key = random.bytes(32)
    let stream = Array(Sodium.seal(key, 9, [UInt8](repeating: 0, count: length)).prefix(length))
    let secrets = needles(key) + needles(stream)
    var frame = random.bytes(length + 16)
    let left = residue(secrets) {
      frame.withRaw {
        kernel.kernel.seal(key: key.raw, counter: 9, frame: &$0, offset: 0, length: length)
        _ = kernel.kernel.open(key: key.raw, counter: 9, frame: &$0, offset: 0, length: length + 16)
      }
      kernel.kernel.wipeStack()
    }
    #expect(left == 0, "\(random.note)")
  }

  @Test func `X25519 leaves no scalar behind`() {
    var random = SeededGenerator()
    let scalar = random.bytes(32)
    let point = random.bytes(32)
    // Clamping changes the first and the last byte.
    let left = residue(needles(Array(scalar[1..<31]))) {
      _ = X25519.agree(scalar.raw, point.raw)
      _ = X25519.publicKey(scalar.raw)
    }
    #expect(left == 0, "\(random.note)")
  }

  @Test func `key derivation leaves neither key nor root behind`() {
    var random = SeededGenerator()
    let key = random.bytes(32)
    let input = random.bytes(32)
    let secrets = needles(key) + needles(input) + needles(hmac(key, input))
    let left = residue(secrets) {
      _ = HKDF.one(key: key.raw, input.raw)
      _ = HKDF.two(key: key.raw, input.raw)
      _ = HKDF.three(key: key.raw, input.raw)
      _ = BLAKE2s.mac16(key: key.raw, input.raw)
    }
    #expect(left == 0, "\(random.note)")
  }

  @Test func `the ciphers of a handshake leave neither key nor key stream behind`() {
    var random = SeededGenerator()
    let key = random.bytes(32)
    let nonce = random.bytes(24)
    let zeros = [UInt8](repeating: 0, count: 48)
    let secrets =
      needles(key) + needles(Array(Sodium.seal(key, 0, zeros).prefix(48)))
      + needles(Array(Sodium.extendedSeal(key, nonce: nonce, zeros, additional: []).prefix(48)))
    var target = [UInt8](repeating: 0, count: 64)
    let left = residue(secrets) {
      target.withRaw {
        ChaCha20Poly1305.seal(
          key: key.raw, counter: 0, plaintext: zeros.raw, additional: zeros.raw, into: &$0, at: 0)
        XChaCha20Poly1305.seal(
          key: key.raw, nonce: nonce.raw, plaintext: zeros.raw, additional: zeros.raw, into: &$0, at: 0)
      }
    }
    #expect(left == 0, "\(random.note)")
  }
}
