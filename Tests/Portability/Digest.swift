// Everything Cryptography computes, folded into one digest: the same on every processor, or one of them is wrong.
// Compiled as Embedded Swift, without a library, and run by `run.sh`.

import Cryptography
import Octets

/// Writes the 32 bytes of the digest to `result`; `frame` is 2048 bytes of work space.
@_cdecl("portability_digest")
public func digest(_ result: UnsafeMutablePointer<UInt8>, _ frame: UnsafeMutablePointer<UInt8>) {
  var all = BLAKE2s()
  var key = Octets32(repeating: 7)
  let kernel = CipherKernel.portable
  for length in 0..<1500 {
    for i in 0..<length { unsafe frame[i] = UInt8(truncatingIfNeeded: i &* 31 &+ length) }
    // SAFETY: the caller gives 2048 bytes.
    var span = unsafe MutableRawSpan(_unsafeBytes: UnsafeMutableRawBufferPointer(start: frame, count: 2048))
    let counter = UInt64(truncatingIfNeeded: length) &* 0x1_0000_0001
    kernel.seal(key: key.bytes, counter: counter, frame: &span, offset: length & 7, length: length)
    all.update(span.bytes.extracting(first: length &+ 24))
    guard kernel.open(key: key.bytes, counter: counter, frame: &span, offset: length & 7, length: length &+ 16) else {
      return
    }
    all.update(span.bytes.extracting(first: length &+ 24))
    if length % 100 == 0 { foldHandshake(&key, &span, into: &all) }
  }
  let digest = all.finish()
  for i in 0..<32 { unsafe result[i] = digest[i] }
}

/// One round of the primitives of a handshake; leaves a fresh key.
private func foldHandshake(_ key: inout Octets32, _ span: inout MutableRawSpan, into all: inout BLAKE2s) {
  let identity = X25519.publicKey(key.bytes)
  all.update(identity.bytes)
  let outputs = HKDF.two(key: key.bytes, identity.bytes)
  key = outputs.0
  all.update(outputs.1.bytes)
  ChaCha20Poly1305.seal(
    key: key.bytes, counter: 3, plaintext: identity.bytes, additional: outputs.1.bytes, into: &span, at: 5)
  XChaCha20Poly1305.seal(
    key: key.bytes, nonce: identity.bytes.extracting(first: 24), plaintext: identity.bytes,
    additional: outputs.1.bytes, into: &span, at: 105)
  all.update(span.bytes.extracting(first: 160))
}
