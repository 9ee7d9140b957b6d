internal import COctets
public import Octets

/// BLAKE2s (RFC 7693): a hash, and with a key a MAC, of 1 … 32 bytes.
///
/// A value is the state of one message in progress and copies freely, so a common prefix is absorbed once. A state that
/// has absorbed a secret is wiped by its owner with `wipe()`; `finish()` wipes too.
public struct BLAKE2s: BitwiseCopyable, Sendable {
  /// Bytes in a block of the compression function.
  public static let blockByteCount = 64

  private var chain: BLAKE2sChain
  private var block: FixedOctets<64>
  private var absorbed: UInt64
  private var filled: Int
  private var digestLength: Int

  /// A hash of `digestLength` bytes; `1 ≤ digestLength ≤ 32`.
  public init(digestLength: Int = 32) {
    precondition(digestLength >= 1 && digestLength <= 32)
    chain = BLAKE2sChain(digestLength: digestLength, keyLength: 0)
    block = FixedOctets()
    absorbed = 0
    filled = 0
    self.digestLength = digestLength
  }

  /// A MAC of `digestLength` bytes under a key of 1 … 32 bytes; `1 ≤ digestLength ≤ 32`.
  public init(key: RawSpan, digestLength: Int) {
    precondition(key.byteCount >= 1 && key.byteCount <= 32)
    self.init(digestLength: digestLength)
    chain = BLAKE2sChain(digestLength: digestLength, keyLength: key.byteCount)
    block.withMutableBytes { $0.store(key, at: 0) }
    filled = Self.blockByteCount
  }

  /// Absorbs `bytes`.
  public mutating func update(_ bytes: RawSpan) {
    var offset = 0
    let count = bytes.byteCount
    // The last block is compressed by `finish`, so a full one waits until a further byte arrives.
    while offset < count {
      settle()
      if filled == 0 && count - offset > Self.blockByteCount {
        // Where it is: nothing is copied.
        absorbed &+= UInt64(truncatingIfNeeded: Self.blockByteCount)
        chain.compress(bytes.extracting(offset..<offset + Self.blockByteCount), absorbed: absorbed, last: false)
        offset += Self.blockByteCount
        continue
      }
      let piece = min(Self.blockByteCount - filled, count - offset)
      block.withMutableBytes { $0.store(bytes.extracting(offset..<offset + piece), at: filled) }
      filled += piece
      offset += piece
    }
  }

  /// Compresses a block that is full, for a state that is copied: then no copy has to. More bytes must follow, because
  /// the last block of a message is compressed by `finish`.
  mutating func settle() {
    guard filled == Self.blockByteCount else { return }
    compress(last: false)
    filled = 0
  }

  /// The digest, in the first `digestLength` bytes; the rest is zero. Leaves the state wiped: a further call of it is a
  /// mistake.
  public mutating func finish() -> Octets32 {
    for i in filled..<Self.blockByteCount { block[i] = 0 }
    compress(last: true)
    var digest = Octets32()
    digest.withMutableBytes { bytes in chain.store(into: &bytes) }
    for i in digestLength..<32 { digest[i] = 0 }
    wipe()
    return digest
  }

  /// Overwrites the state with zeros in place.
  public mutating func wipe() {
    secureWipe(&self)
  }

  private mutating func compress(last: Bool) {
    absorbed &+= UInt64(truncatingIfNeeded: filled)
    chain.compress(block.bytes, absorbed: absorbed, last: last)
  }
}

extension BLAKE2s {
  /// The 32-byte digest of `a`.
  public static func hash(_ a: RawSpan) -> Octets32 {
    var state = BLAKE2s()
    state.update(a)
    return state.finish()
  }

  /// The 32-byte digest of `a` followed by `b`.
  public static func hash(_ a: RawSpan, _ b: RawSpan) -> Octets32 {
    var state = BLAKE2s()
    state.update(a)
    state.update(b)
    return state.finish()
  }

  /// The 16-byte MAC of `bytes` under a key of 1 … 32 bytes.
  public static func mac16(key: RawSpan, _ bytes: RawSpan) -> Octets16 {
    let mac = mac(key: key, bytes)
    octets_wipe_stack(2048)
    return mac
  }

  // Never inlined: its frame is below the wiped one.
  @inline(never)
  private static func mac(key: RawSpan, _ bytes: RawSpan) -> Octets16 {
    var state = BLAKE2s(key: key, digestLength: 16)
    state.update(bytes)
    return Octets16(state.finish().bytes)
  }
}

extension BLAKE2s {
  /// A key of 16-byte MACs whose own block is compressed already: 32 bytes in which every MAC under it starts, for a key
  /// of many MACs. For keys that are no secret: nothing is wiped.
  public struct PreparedKey: BitwiseCopyable, Sendable {
    private let chain: BLAKE2sChain

    /// Prepares a key of 1 … 32 bytes. Cost: one block.
    public init(_ key: RawSpan) {
      var state = BLAKE2s(key: key, digestLength: 16)
      state.settle()
      chain = state.chain
    }

    /// What `BLAKE2s.mac16(key:_:)` gives for the same key, one block cheaper. `bytes` are not empty.
    public func mac16(_ bytes: RawSpan) -> Octets16 {
      precondition(!bytes.isEmpty)
      var state = BLAKE2s(digestLength: 16)
      state.chain = chain
      state.absorbed = UInt64(truncatingIfNeeded: BLAKE2s.blockByteCount)
      state.update(bytes)
      return Octets16(state.finish().bytes)
    }
  }
}
