internal import Containers

/// One burst under way: staged or admitted, being sealed or opened by somebody, or waiting for its turn.
struct Burst: BitwiseCopyable {
  enum Direction: UInt8, BitwiseCopyable { case outbound, inbound }
  enum Stage: UInt8, BitwiseCopyable {
    /// A ticket is out.
    case working
    /// The ticket has ended; an earlier burst of the peer has not.
    case finished
    /// In the line of released bursts: `poll` names it next.
    case released
    /// Released as next in order, and handed to the host: `accept` ends it.
    case arriving
  }

  let direction: Direction
  var stage = Stage.working
  /// The peer is gone or the burst failed: it must not be sent or accepted.
  var isOrphan = false
  /// The burst stands in no peer's queue any more.
  var isDetached = false
  let peer: Handle
  let session: Handle
  let token: UInt64
  let count: Int
  /// Outbound: the bytes of the datagrams. Inbound: unused.
  var byteCount = 0
  /// Outbound: whether any packet is not a keepalive.
  var carriesData = true
  /// Inbound: which datagrams authenticated.
  var authentic: UInt64 = 0
  var next = Handle.none

  init(_ direction: Direction, peer: Handle, session: Handle, token: UInt64, count: Int) {
    self.direction = direction
    self.peer = peer
    self.session = session
    self.token = token
    self.count = count
  }
}

/// A queue of bursts threaded through their `next`.
struct BurstQueue: BitwiseCopyable {
  var head = Handle.none
  var tail = Handle.none

  var isEmpty: Bool { head == .none }

  mutating func append(_ burst: Handle, in bursts: inout Slab<Burst>) {
    bursts[burst].next = .none
    if head == .none { head = burst } else { bursts[tail].next = burst }
    tail = burst
  }

  mutating func removeFirst(in bursts: inout Slab<Burst>) -> Handle {
    let first = head
    head = bursts[first].next
    if head == .none { tail = .none }
    return first
  }
}

/// A packet of the host that waits for a session.
struct StagedEntry: BitwiseCopyable {
  let packet: StagedPacket
  var next = Handle.none
}

/// A packet that the host keeps while its peer has no session.
@frozen
public struct StagedPacket: BitwiseCopyable, Sendable {
  /// The host's name for the packet.
  public let token: UInt64
  /// The inner length in bytes.
  public let length: UInt32

  /// A packet to stage.
  public init(token: UInt64, length: UInt32) {
    self.token = token
    self.length = length
  }
}

/// A queue of staged packets threaded through their `next`.
struct PacketQueue: BitwiseCopyable {
  var head = Handle.none
  var tail = Handle.none
  var count = 0

  mutating func append(_ entry: Handle, in entries: inout Slab<StagedEntry>) {
    entries[entry].next = .none
    if head == .none { head = entry } else { entries[tail].next = entry }
    tail = entry
    count += 1
  }

  /// Takes the oldest entry out of the queue, not out of the slab; the queue is not empty.
  mutating func removeFirst(in entries: borrowing Slab<StagedEntry>) -> Handle {
    let first = head
    head = entries[first].next
    if head == .none { tail = .none }
    count -= 1
    return first
  }
}
