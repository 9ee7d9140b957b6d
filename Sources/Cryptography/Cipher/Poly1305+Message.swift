package import Octets

extension ChaCha20Poly1305 {
  /// The Poly1305 tag of a whole message of any length under a 32-byte one-time key (RFC 8439 §2.5).
  ///
  /// The AEAD pads its input to whole blocks; this is the bare function that its published vectors are for.
  package static func authenticate(oneTimeKey key: RawSpan, _ message: RawSpan) -> Octets16 {
    var poly = Poly1305(low: key.littleEndian64(at: 0), high: key.littleEndian64(at: 8))
    var offset = 0
    while message.byteCount - offset >= 16 {
      poly.absorb(message.littleEndian64(at: offset), message.littleEndian64(at: offset + 8))
      offset += 16
    }
    if offset < message.byteCount {
      var block = Octets16()
      for i in 0..<message.byteCount - offset { block[i] = message.octet(at: offset + i) }
      block[message.byteCount - offset] = 1
      poly.absorb(block.bytes.littleEndian64(at: 0), block.bytes.littleEndian64(at: 8), top: 0)
    }
    let words = poly.tag(padLow: key.littleEndian64(at: 16), padHigh: key.littleEndian64(at: 24))
    var tag = Octets16()
    tag.withMutableBytes { bytes in
      bytes.store(littleEndian64: words.low, at: 0)
      bytes.store(littleEndian64: words.high, at: 8)
    }
    return tag
  }
}
