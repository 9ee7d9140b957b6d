internal import Containers

/// The lines in which peers wait.
enum PeerLine: Int {
  /// Peers with staged packets or a keepalive and a session to send them with.
  case ready = 0
  /// Peers that need an initiation.
  case requested = 1
}

/// Where a peer stands in a line.
struct PeerLineLink: BitwiseCopyable {
  var isIn = false
  var next: UInt32 = .max
}

/// The ends of a line, as places of peers.
struct PeerLineEnds: BitwiseCopyable {
  var head: UInt32 = .max
  var tail: UInt32 = .max

  var isEmpty: Bool { head == .max }
}

extension Machine {
  /// Puts `peer` at the end of `line`, unless it stands in it.
  mutating func join(_ line: PeerLine, _ peer: Handle) {
    let line = line.rawValue
    guard !peers[peer].lines[line].isIn else { return }
    peers[peer].lines[line] = PeerLineLink(isIn: true)
    if let last = peers.handle(at: Int(lines[line].tail)) {
      peers[last].lines[line].next = peer.index
    } else {
      lines[line].head = peer.index
    }
    lines[line].tail = peer.index
  }

  /// Takes the first peer out of `line`; nil when nobody waits.
  mutating func takeFirst(of line: PeerLine) -> Handle? {
    let line = line.rawValue
    guard let peer = peers.handle(at: Int(lines[line].head)) else { return nil }
    lines[line].head = peers[peer].lines[line].next
    if lines[line].isEmpty { lines[line].tail = .max }
    peers[peer].lines[line] = PeerLineLink()
    return peer
  }

  /// Takes `peer` out of `line` wherever it stands. Cost: a pass over the line.
  mutating func leave(_ line: PeerLine, _ peer: Handle) {
    let line = line.rawValue
    guard peers[peer].lines[line].isIn else { return }
    let after = peers[peer].lines[line].next
    peers[peer].lines[line] = PeerLineLink()
    var before: Handle?
    var place = lines[line].head
    while place != peer.index, let candidate = peers.handle(at: Int(place)) {
      before = candidate
      place = peers[candidate].lines[line].next
    }
    if let before { peers[before].lines[line].next = after } else { lines[line].head = after }
    if lines[line].tail == peer.index { lines[line].tail = before?.index ?? .max }
  }

  /// Sends everybody in `line` away. Cost: a pass over the line.
  mutating func clear(_ line: PeerLine) {
    while takeFirst(of: line) != nil {}
  }
}
