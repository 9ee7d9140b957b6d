import Glibc

/// Stands between a peer that sends one datagram at a time and the tunnel end under test, and hands that end
/// bursts of up to 64 datagrams in one segmented send, the way a batching peer does.
///
/// The peer talks to `inside` (a loopback address); the end under test talks to `outside`.
struct BurstRelay {
  static let segmentOption: Int32 = 103  // UDP_SEGMENT, linux/udp.h
  static let datagramLevel: Int32 = 17  // SOL_UDP
  static let burst = 64  // UDP_MAX_SEGMENTS of the kernels that have the fewest
  static let largestPayload = 65507

  let inside: SocketAddress
  let outside: SocketAddress
  let target: SocketAddress

  /// Relays for `seconds`, then prints how many datagrams went out and the largest burst among them.
  func run(seconds: Int) throws {
    let near = try Socket(family: inside.family, type: SOCK_DGRAM)
    let far = try Socket(family: outside.family, type: SOCK_DGRAM)
    for socketBuffer in [SO_RCVBUF, SO_SNDBUF] { try near.set(SOL_SOCKET, socketBuffer, to: 4 << 20) }
    try near.bind(inside)
    try far.bind(outside)
    var peer: SocketAddress?
    var buffer = [UInt8](repeating: 0, count: 65536)
    var (sent, largest) = (0, 0)
    let end = time(nil) + seconds
    while time(nil) < end {
      guard near.wait(with: far, milliseconds: 100) else { continue }
      while let (count, _) = try far.receiveDatagram(into: &buffer, patient: false) {
        if let peer { try? near.send(buffer[..<count], to: peer) }
      }
      var pending = try collect(from: near, peer: &peer, buffer: &buffer)[...]
      while !pending.isEmpty {
        let run = equalRun(at: pending)
        try send(pending.prefix(run), through: far)
        sent += run
        largest = max(largest, run)
        pending = pending.dropFirst(run)
      }
    }
    print(sent, largest)
  }

  /// Takes what has queued up, letting a little more arrive first.
  private func collect(
    from near: borrowing Socket, peer: inout SocketAddress?, buffer: inout [UInt8]
  ) throws -> [[UInt8]] {
    var datagrams: [[UInt8]] = []
    var rounds = 0
    while datagrams.count < BurstRelay.burst, rounds < 3 {
      if let (count, from) = try near.receiveDatagram(into: &buffer, patient: false) {
        peer = from
        datagrams.append(Array(buffer[..<count]))
      } else {
        if datagrams.isEmpty { break }
        rounds += 1
        usleep(300)
      }
    }
    return datagrams
  }

  /// How many datagrams from the front can be one segmented send: all of one size, the last may be shorter.
  private func equalRun(at pending: ArraySlice<[UInt8]>) -> Int {
    guard let first = pending.first else { return 0 }
    var (run, bytes) = (0, 0)
    for datagram in pending {
      guard datagram.count <= first.count, bytes + datagram.count <= BurstRelay.largestPayload else { break }
      run += 1
      bytes += datagram.count
      if datagram.count < first.count { break }
    }
    return run
  }

  private func send(_ burst: ArraySlice<[UInt8]>, through far: borrowing Socket) throws {
    guard let first = burst.first else { return }
    try far.set(BurstRelay.datagramLevel, BurstRelay.segmentOption, to: burst.count > 1 ? Int32(first.count) : 0)
    try far.send(Array(burst.joined())[...], to: target)
  }
}
