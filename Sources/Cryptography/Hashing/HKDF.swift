internal import COctets
public import Octets

/// HMAC (RFC 2104) over unkeyed BLAKE2s-256, whose block is 64 bytes.
public enum HMAC {
  /// The 32-byte MAC of `a` under a key of any length.
  public static func authenticate(key: RawSpan, _ a: RawSpan) -> Octets32 {
    authenticate(key: key, a, a.extracting(first: 0))
  }

  /// The 32-byte MAC of `a` followed by `b` under a key of any length.
  public static func authenticate(key: RawSpan, _ a: RawSpan, _ b: RawSpan) -> Octets32 {
    let digest = digest(key: key, a, b)
    octets_wipe_stack(2048)
    return digest
  }

  // Never inlined: its frame is below the wiped one.
  @inline(never)
  private static func digest(key: RawSpan, _ a: RawSpan, _ b: RawSpan) -> Octets32 {
    var states = HMACStates(key: key)
    let digest = states.digest(a, b)
    states.wipe()
    return digest
  }
}

/// A key of HMAC, ready for any number of messages: the two hashes, which have the padded key behind them.
private struct HMACStates: BitwiseCopyable {
  private var inner: BLAKE2s
  private var outer: BLAKE2s

  init(key: RawSpan) {
    var pad = FixedOctets<64>()
    if key.byteCount > BLAKE2s.blockByteCount {
      var short = BLAKE2s.hash(key)
      pad.withMutableBytes { $0.store(short.bytes, at: 0) }
      short.wipe()
    } else {
      pad.withMutableBytes { $0.store(key, at: 0) }
    }
    for i in 0..<64 { pad[i] ^= 0x36 }
    inner = BLAKE2s()
    inner.update(pad.bytes)
    for i in 0..<64 { pad[i] ^= 0x36 ^ 0x5c }
    outer = BLAKE2s()
    outer.update(pad.bytes)
    pad.wipe()
  }

  /// Compresses the padded key, which saves doing it for each of several messages. None of them may be empty.
  mutating func settle() {
    inner.settle()
    outer.settle()
  }

  /// The MAC of `a` followed by `b`.
  func digest(_ a: RawSpan, _ b: RawSpan) -> Octets32 {
    var state = inner
    state.update(a)
    state.update(b)
    var digest = state.finish()
    state = outer
    state.update(digest.bytes)
    digest.wipe()
    return state.finish()
  }

  mutating func wipe() {
    secureWipe(&self)
  }
}

/// The key derivation of the handshake: HKDF without an info string (WG §5.4).
///
/// With `t0 = HMAC(key, input)`: `t1 = HMAC(t0, 1)`, `t2 = HMAC(t0, t1 ‖ 2)`, `t3 = HMAC(t0, t2 ‖ 3)`.
public enum HKDF {
  /// The first output.
  public static func one(key: RawSpan, _ input: RawSpan) -> Octets32 {
    var outputs = Outputs()
    derive(key: key, input, into: &outputs, count: 1)
    octets_wipe_stack(2048)
    return outputs.taken().0
  }

  /// The first two outputs.
  public static func two(key: RawSpan, _ input: RawSpan) -> (Octets32, Octets32) {
    var outputs = Outputs()
    derive(key: key, input, into: &outputs, count: 2)
    octets_wipe_stack(2048)
    let taken = outputs.taken()
    return (taken.0, taken.1)
  }

  /// All three outputs.
  public static func three(key: RawSpan, _ input: RawSpan) -> (Octets32, Octets32, Octets32) {
    var outputs = Outputs()
    derive(key: key, input, into: &outputs, count: 3)
    octets_wipe_stack(2048)
    return outputs.taken()
  }

  private struct Outputs: BitwiseCopyable {
    var first = Octets32()
    var second = Octets32()
    var third = Octets32()

    /// The outputs, which are wiped here.
    mutating func taken() -> (Octets32, Octets32, Octets32) {
      let outputs = (first, second, third)
      secureWipe(&self)
      return outputs
    }
  }

  // Never inlined: its frame is below the wiped one.
  @inline(never)
  private static func derive(key: RawSpan, _ input: RawSpan, into outputs: inout Outputs, count: Int) {
    let nothing = input.extracting(first: 0)
    var states = HMACStates(key: key)
    var root = states.digest(input, nothing)
    states = HMACStates(key: root.bytes)
    root.wipe()
    if count > 1 { states.settle() }
    outputs.first = states.digest(FixedOctets<1>(repeating: 1).bytes, nothing)
    if count > 1 { outputs.second = states.digest(outputs.first.bytes, FixedOctets<1>(repeating: 2).bytes) }
    if count > 2 { outputs.third = states.digest(outputs.second.bytes, FixedOctets<1>(repeating: 3).bytes) }
    states.wipe()
  }
}
