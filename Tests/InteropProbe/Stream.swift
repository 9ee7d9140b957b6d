import Glibc

/// A stream of bytes both ends can produce from a seed, in which no block equals another.
///
/// Every block is the same pseudo-random 64 KiB with its number in front: a lost, doubled or moved piece of any
/// length shows, and comparing costs one pass of memcmp.
struct Pattern {
  static let blockSize = 65536
  private(set) var block: [UInt8] = []
  private var number: UInt64 = 0

  init(seed: UInt64) {
    var state = seed
    while block.count < Pattern.blockSize {
      state &+= 0x9E37_79B9_7F4A_7C15
      var word = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
      block += Pattern.octets(of: word ^ (word >> 31))
    }
    next()
  }

  /// Turns `block` into the following one of the stream.
  mutating func next() {
    for (index, octet) in Pattern.octets(of: number).enumerated() { block[index] = octet }
    number += 1
  }

  private static func octets(of word: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) }
  }
}

/// A stream that did not arrive as it was sent.
enum StreamFailure: Error {
  case badAddress(String)
  case ended(afterBytes: Int)
  case differs(inBlockAtByte: Int)
  case changedDatagram
  case notConfirmed
}

/// Listens, takes one stream of `count` bytes, compares it with the pattern and confirms it with one byte.
func receiveStream(at address: String, port: UInt16, count: Int, seed: UInt64) throws {
  guard let local = SocketAddress(address, port: port) else { throw StreamFailure.badAddress(address) }
  let listener = try Socket(family: local.family, type: SOCK_STREAM)
  try listener.set(SOL_SOCKET, SO_REUSEADDR, to: 1)
  try listener.bind(local)
  try listener.listen()
  let stream = try listener.accept()
  var pattern = Pattern(seed: seed)
  var arrived = [UInt8](repeating: 0, count: Pattern.blockSize)
  var chunk = arrived
  var total = 0
  while total < count {
    let wanted = min(Pattern.blockSize, count - total)
    var filled = 0
    while filled < wanted {
      let received = try stream.receive(into: &chunk, limit: wanted - filled)
      guard received > 0 else { throw StreamFailure.ended(afterBytes: total + filled) }
      arrived.replaceSubrange(filled..<filled + received, with: chunk[..<received])
      filled += received
    }
    guard arrived[..<wanted] == pattern.block[..<wanted] else { throw StreamFailure.differs(inBlockAtByte: total) }
    pattern.next()
    total += wanted
  }
  guard try stream.receive(into: &chunk, limit: 1) == 0 else { throw StreamFailure.differs(inBlockAtByte: total) }
  try stream.send([1])
}

/// Connects, sends `count` bytes of the pattern and waits for the receiver's confirmation.
func sendStream(to address: String, port: UInt16, count: Int, seed: UInt64) throws {
  guard let remote = SocketAddress(address, port: port) else { throw StreamFailure.badAddress(address) }
  let stream = try connectPatiently(to: remote)
  var pattern = Pattern(seed: seed)
  var total = 0
  while total < count {
    let size = min(Pattern.blockSize, count - total)
    try stream.send(pattern.block[..<size])
    pattern.next()
    total += size
  }
  stream.finish()
  var confirmation: [UInt8] = [0]
  guard try stream.receive(into: &confirmation, limit: 1) == 1, confirmation == [1] else {
    throw StreamFailure.notConfirmed
  }
}

/// Connects as soon as the other side listens, at most ten seconds later.
private func connectPatiently(to address: SocketAddress) throws -> Socket {
  var attempts = 0
  while true {
    let stream = try Socket(family: address.family, type: SOCK_STREAM)
    do {
      try stream.connect(address)
      return stream
    } catch let failure as SocketFailure where failure.number == ECONNREFUSED && attempts < 200 {
      attempts += 1
      usleep(50_000)
    }
  }
}
