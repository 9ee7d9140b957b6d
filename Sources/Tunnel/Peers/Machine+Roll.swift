public import Containers
internal import Octets

// The roll: all peers in the order of their creation, linked through their places. Steps along it are always inlined: to
// call a function that only reads the machine, the compiler lays a copy of all of it on the caller's stack, and a
// kernel's is small.
extension Machine {
  /// The peer that was created first.
  @inline(__always)
  public var firstPeer: Handle? { peers.handle(at: Int(roll.head)) }

  /// The peer created next after `peer`; nil after the last, and when `peer` is gone.
  @inline(__always)
  public func peer(after peer: Handle) -> Handle? {
    peers.contains(peer) ? peers.handle(at: Int(peers[peer].after)) : nil
  }

  /// The first peer with a number above `number`, for walking all peers in pages. `hint` is the peer with that number,
  /// if it is still there: otherwise the roll is searched.
  public func peer(above number: UInt64, hint: Handle = .none) -> Handle? {
    if peers.contains(hint), peers[hint].number == number { return peer(after: hint) }
    var next = firstPeer
    while let peer = next, peers[peer].number <= number { next = self.peer(after: peer) }
    return next
  }

  /// Puts a new peer at the end of the roll and numbers it.
  mutating func enroll(_ peer: Handle) {
    peers[peer].number = nextNumber
    nextNumber += 1
    peers[peer].before = roll.tail
    if let last = peers.handle(at: Int(roll.tail)) { peers[last].after = peer.index } else { roll.head = peer.index }
    roll.tail = peer.index
  }

  /// Takes a peer off the roll.
  mutating func strike(_ peer: Handle) {
    let (before, after) = (peers[peer].before, peers[peer].after)
    if let other = peers.handle(at: Int(before)) { peers[other].after = after } else { roll.head = after }
    if let other = peers.handle(at: Int(after)) { peers[other].before = before } else { roll.tail = before }
  }

  /// The roll holds every peer once, in the order of their numbers, and leads both ways.
  func brokenRoll() -> StaticString? {
    var (count, number, before) = (0, 0 as UInt64, UInt32.max)
    var next = firstPeer
    while let peer = next {
      guard count < peers.count, peers[peer].number > number, peers[peer].before == before else {
        return "the roll of peers is broken"
      }
      (count, number, before) = (count + 1, peers[peer].number, peer.index)
      next = self.peer(after: peer)
    }
    return count == peers.count && roll.tail == before ? nil : "the roll of peers misses one"
  }
}
