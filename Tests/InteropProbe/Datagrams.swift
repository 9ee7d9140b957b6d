import Glibc

/// Sends `count` datagrams of `size` bytes without a pause.
func sendDatagrams(to address: String, port: UInt16, count: Int, size: Int) throws {
  guard let remote = SocketAddress(address, port: port) else { throw StreamFailure.badAddress(address) }
  let socket = try Socket(family: remote.family, type: SOCK_DGRAM)
  let payload = [UInt8](repeating: 0x5A, count: size)
  for _ in 0..<count { try socket.send(payload[...], to: remote) }
}

/// Receives what `sendDatagrams` sends until there are `count` and returns their number. None for `patience` seconds, or
/// one of another size or content, is an error.
func receiveDatagrams(at address: String, port: UInt16, count: Int, size: Int, patience: Int) throws -> Int {
  guard let local = SocketAddress(address, port: port) else { throw StreamFailure.badAddress(address) }
  let socket = try Socket(family: local.family, type: SOCK_DGRAM, patience: patience)
  try socket.bind(local)
  var buffer = [UInt8](repeating: 0, count: 65_536)
  var received = 0
  while received < count, let datagram = try socket.receiveDatagram(into: &buffer) {
    guard datagram.count == size, buffer[..<size].allSatisfy({ $0 == 0x5A }) else {
      throw StreamFailure.changedDatagram
    }
    received += 1
  }
  return received
}

/// Sends datagrams with the given content, in hexadecimal, from one port.
func injectDatagrams(_ contents: [String], to address: String, port: UInt16, from source: UInt16) throws {
  guard let remote = SocketAddress(address, port: port),
    let local = SocketAddress(address.contains(":") ? "::" : "0.0.0.0", port: source)
  else { throw StreamFailure.badAddress(address) }
  let socket = try Socket(family: remote.family, type: SOCK_DGRAM)
  try socket.bind(local)
  for content in contents {
    let digits = content.compactMap { $0.hexDigitValue.map(UInt8.init) }
    let bytes = stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    try socket.send(bytes[...], to: remote)
  }
}

/// Writes a request to the control socket at `path` and returns all that comes back until the server closes
/// or has been silent for a second after an empty line.
func exchange(_ request: [UInt8], path: String, finishing: Bool) throws -> [UInt8] {
  guard let address = SocketAddress(path: path) else { throw StreamFailure.badAddress(path) }
  let stream = try Socket(family: AF_UNIX, type: SOCK_STREAM, patience: 1)
  try stream.connect(address)
  // A server may close on the first bad line, so a request that can't be written in full is no failure.
  try? stream.send(request[...])
  if finishing { stream.finish() }
  var reply: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65536)
  while true {
    do {
      let received = try stream.receive(into: &chunk, limit: chunk.count)
      guard received > 0 else { return reply }
      reply += chunk[..<received]
    } catch let failure as SocketFailure where failure.number == EAGAIN || failure.number == ECONNRESET {
      return reply
    }
  }
}
