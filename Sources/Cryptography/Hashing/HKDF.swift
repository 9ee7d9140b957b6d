public import Octets

/// HMAC (RFC 2104) over unkeyed BLAKE2s-256, whose block is 64 bytes.
public enum HMAC {
  /// The 32-byte MAC of `a` under a key of any length.
  public static func authenticate(key: RawSpan, _ a: RawSpan) -> Octets32 {
    authenticate(key: key, a, a.extracting(first: 0))
  }

  /// The 32-byte MAC of `a` followed by `b` under a key of any length.
  public static func authenticate(key: RawSpan, _ a: RawSpan, _ b: RawSpan) -> Octets32 {
    var pad = FixedOctets<64>()
    if key.byteCount > BLAKE2s.blockByteCount {
      var short = BLAKE2s.hash(key)
      for i in 0..<32 { pad[i] = short[i] }
      short.wipe()
    } else {
      for i in 0..<key.byteCount { pad[i] = key.octet(at: i) }
    }
    for i in 0..<64 { pad[i] ^= 0x36 }
    var state = BLAKE2s()
    state.update(pad.bytes)
    state.update(a)
    state.update(b)
    var inner = state.finish()

    for i in 0..<64 { pad[i] ^= 0x36 ^ 0x5c }
    state = BLAKE2s()
    state.update(pad.bytes)
    state.update(inner.bytes)
    let digest = state.finish()
    pad.wipe()
    inner.wipe()
    return digest
  }
}

/// The key derivation of the handshake: HKDF without an info string (WG §5.4).
///
/// With `t0 = HMAC(key, input)`: `t1 = HMAC(t0, 1)`, `t2 = HMAC(t0, t1 ‖ 2)`, `t3 = HMAC(t0, t2 ‖ 3)`.
public enum HKDF {
  /// The first output.
  public static func one(key: RawSpan, _ input: RawSpan) -> Octets32 {
    var root = HMAC.authenticate(key: key, input)
    let first = expand(root, nil, 1)
    root.wipe()
    return first
  }

  /// The first two outputs.
  public static func two(key: RawSpan, _ input: RawSpan) -> (Octets32, Octets32) {
    var root = HMAC.authenticate(key: key, input)
    let first = expand(root, nil, 1)
    let second = expand(root, first, 2)
    root.wipe()
    return (first, second)
  }

  /// All three outputs.
  public static func three(key: RawSpan, _ input: RawSpan) -> (Octets32, Octets32, Octets32) {
    var root = HMAC.authenticate(key: key, input)
    let first = expand(root, nil, 1)
    let second = expand(root, first, 2)
    let third = expand(root, second, 3)
    root.wipe()
    return (first, second, third)
  }

  private static func expand(_ root: borrowing Octets32, _ previous: Octets32?, _ step: UInt8) -> Octets32 {
    let suffix = FixedOctets<1>(repeating: step)
    guard let previous else { return HMAC.authenticate(key: root.bytes, suffix.bytes) }
    return HMAC.authenticate(key: root.bytes, previous.bytes, suffix.bytes)
  }
}
