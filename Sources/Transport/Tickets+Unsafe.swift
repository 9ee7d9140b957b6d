public import Containers
public import Cryptography
internal import Messages
internal import Octets

/// The right and the duty to seal one burst: consecutive counters of one session, each used at most once.
///
/// Handed out by a session in its lane; used anywhere, by one owner at a time; ended exactly once in the lane. A counter
/// that was not used by then is burnt. A ticket never makes two ciphertexts under one counter: `seal` moves on first.
@frozen @safe
public struct SealTicket: ~Copyable, Sendable {
  // SAFETY: the session outlives its tickets (it counts them), and its keys do not change or move.
  @usableFromInline nonisolated(unsafe) let key: UnsafeRawPointer
  /// The burst in the machine's books.
  public let burst: Handle
  /// The session whose key seals.
  public let session: Handle
  let receiverIndex: UInt32
  let firstCounter: UInt64
  /// The number of packets this ticket covers: 1 … 64.
  public let count: Int
  /// The number of packets sealed so far.
  public private(set) var sealed = 0

  init(
    key: UnsafeRawPointer, burst: Handle, session: Handle, receiverIndex: UInt32, firstCounter: UInt64, count: Int
  ) {
    unsafe self.key = unsafe key
    self.burst = burst
    self.session = session
    self.receiverIndex = receiverIndex
    self.firstCounter = firstCounter
    self.count = count
  }

  /// Seals the next packet of the burst in place and returns the length of the whole datagram, `length + 32`.
  ///
  /// `frame` holds `length` bytes of padded inner packet at `offset + 16`; the data header is written before them and
  /// the tag after them. Traps when the ticket is used up or the frame too short: both are the host's mistakes.
  /// One pass over the payload.
  @_lifetime(frame: copy frame)
  public mutating func seal(
    _ frame: inout MutableRawSpan, at offset: Int, length: Int, with kernel: CipherKernel
  ) -> Int {
    precondition(sealed < count)
    let counter = firstCounter &+ UInt64(sealed)
    sealed &+= 1
    DataMessage.emitHeader(receiverIndex: receiverIndex, counter: counter, into: &frame, at: offset)
    // SAFETY: the key is 32 bytes and alive, see `key`.
    let keyBytes = unsafe RawSpan(_unsafeStart: key, byteCount: 32)
    kernel.seal(key: keyBytes, counter: counter, frame: &frame, offset: offset + 16, length: length)
    return length + DataMessage.overheadByteCount
  }
}

/// The right to open one burst of datagrams that name the same session, and the proof of which of them authenticated.
@frozen @safe
public struct OpenTicket: ~Copyable, Sendable {
  // SAFETY: as in SealTicket.
  @usableFromInline nonisolated(unsafe) let key: UnsafeRawPointer
  /// The burst in the machine's books.
  public let burst: Handle
  /// The session whose key opens.
  public let session: Handle
  /// The number of datagrams this ticket covers: 1 … 64.
  public let count: Int
  /// The number of datagrams tried so far.
  public private(set) var tried = 0
  /// Bit i is set when datagram i authenticated.
  public private(set) var authentic: UInt64 = 0

  init(key: UnsafeRawPointer, burst: Handle, session: Handle, count: Int) {
    unsafe self.key = unsafe key
    self.burst = burst
    self.session = session
    self.count = count
  }

  /// Opens the next datagram of the burst in place: `length ≥ 32` bytes of `frame` from `offset`.
  ///
  /// Returns its counter when the tag verified, and then the padded inner packet of `length − 32` bytes is at
  /// `offset + 16`; nil otherwise, and then those bytes are zero. Traps when the ticket is used up.
  /// One pass over the payload.
  @_lifetime(frame: copy frame)
  public mutating func open(
    _ frame: inout MutableRawSpan, at offset: Int, length: Int, with kernel: CipherKernel
  ) -> UInt64? {
    precondition(tried < count)
    let bit: UInt64 = 1 &<< UInt64(tried)
    tried &+= 1
    let counter = frame.bytes.littleEndian64(at: offset + DataMessage.counterOffset)
    // SAFETY: the key is 32 bytes and alive, see `key`.
    let keyBytes = unsafe RawSpan(_unsafeStart: key, byteCount: 32)
    guard
      kernel.open(
        key: keyBytes, counter: counter, frame: &frame, offset: offset + 16,
        length: length - DataMessage.headerByteCount)
    else { return nil }
    authentic |= bit
    return counter
  }
}

extension Slab where Element == Session {
  /// Hands out a ticket for `count` packets from the session's next counters; `canSend` was true for them.
  public mutating func sealTicket(_ session: Handle, burst: Handle, count: Int) -> SealTicket {
    precondition(count >= 1 && count <= SessionLimit.burst && self[session].maySend)
    let first = self[session].sendingCounter
    self[session].sendingCounter &+= UInt64(count)
    self[session].outstanding &+= 1
    // SAFETY: the element stays in place until it is removed, which waits for `outstanding` to reach zero; the sending
    // key is the first thing in it.
    let place = unsafe UnsafeRawPointer(address(of: session))
    return unsafe SealTicket(
      key: place, burst: burst, session: session, receiverIndex: self[session].remoteIndex, firstCounter: first,
      count: count)
  }

  /// Hands out a ticket for opening `count` datagrams; `canReceive` was true.
  public mutating func openTicket(_ session: Handle, burst: Handle, count: Int) -> OpenTicket {
    precondition(count >= 1 && count <= SessionLimit.burst)
    self[session].outstanding &+= 1
    // SAFETY: as in `sealTicket`; the receiving key follows the sending key.
    let place = unsafe UnsafeRawPointer(address(of: session)) + MemoryLayout<Octets32>.stride
    return unsafe OpenTicket(key: place, burst: burst, session: session, count: count)
  }
}
