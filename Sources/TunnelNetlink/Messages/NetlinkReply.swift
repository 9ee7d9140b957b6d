import Octets

/// The kernel's own WireGuard in messages of netlink (linux/netlink.h, linux/genetlink.h, linux/wireguard.h): the requests
/// that a tunnel is asked and told with, and what is read of the answers.
///
/// Checked here: every length, and how many peers and prefixes there are. Not checked here: who sent a message, and
/// whether a name or a key means something; the socket's owner and the kernel know. Numbers are in the byte order of the
/// machine, which is little-endian wherever this runs.

/// Why a reply says nothing.
public enum NetlinkFault: Error, Equatable, Sendable {
  /// A length, a number or a field is not what the protocol has.
  case malformed
  /// The configuration changed while it was told: it has to be asked for again.
  case interrupted
  /// The kernel refused: an error number.
  case refused(Int32)
}

/// The frame of a reply: messages behind each other in one datagram, and several datagrams.
public enum NetlinkReply {
  /// Bytes of a message's header.
  static let header = 16
  private static let error: UInt16 = 2
  private static let done: UInt16 = 3
  /// Kinds below are the protocol's own.
  private static let firstKind: UInt16 = 16
  /// NLM_F_DUMP_INTR.
  private static let interruption: UInt16 = 0x10

  /// Gives what answers the request of number `sequence` to `body`: the kind of each message and what is behind its header.
  ///
  /// - Returns: whether the reply is over; else there are more datagrams.
  public static func read(
    _ datagram: RawSpan, sequence: UInt32, _ body: (UInt16, RawSpan) throws(NetlinkFault) -> Void
  ) throws(NetlinkFault) -> Bool {
    var place = 0
    while datagram.byteCount - place >= header {
      let length = datagram.littleEndian32(at: place)
      guard length >= header, length <= datagram.byteCount - place else { throw .malformed }
      let end = place + Int(length)
      let content = datagram.extracting(place + header..<end)
      let kind = datagram.littleEndian16(at: place + 4)
      let flags = datagram.littleEndian16(at: place + 6)
      if datagram.littleEndian32(at: place + 8) == sequence {
        if flags & interruption != 0 { throw .interrupted }
        if kind == error || kind == done {
          // The end of a dump may come without a number.
          if kind == error && content.byteCount < 4 { throw .malformed }
          let number = content.byteCount < 4 ? 0 : Int32(bitPattern: content.littleEndian32(at: 0))
          if number != 0 { throw .refused(number.magnitude > 4095 ? 71 : abs(number)) }
          return true
        }
        if kind >= firstKind { try body(kind, content) }
      }
      place = min(datagram.byteCount, (end + 3) & ~3)
    }
    guard place == datagram.byteCount else { throw .malformed }
    return false
  }
}

extension RawSpan {
  func littleEndian16(at offset: Int) -> UInt16 { UInt16(octet(at: offset)) | UInt16(octet(at: offset + 1)) << 8 }

  /// Gives each attribute's number, without its flags, and its content to `body`.
  func forEachAttribute(
    from start: Int = 0, _ body: (UInt16, RawSpan) throws(NetlinkFault) -> Void
  ) throws(NetlinkFault) {
    guard start <= byteCount else { throw .malformed }
    var place = start
    while byteCount - place >= 4 {
      let length = Int(littleEndian16(at: place))
      guard length >= 4, length <= byteCount - place else { throw .malformed }
      // The two highest bits say that attributes are inside, or which byte order a number has.
      try body(littleEndian16(at: place + 2) & 0x3fff, extracting(place + 4..<place + length))
      place = Swift.min(byteCount, (place + length + 3) & ~3)
    }
    guard place == byteCount else { throw .malformed }
  }

  // The contents of attributes. The kernel's may be longer than what is known of them, but not shorter.

  func number16() throws(NetlinkFault) -> UInt16 {
    guard byteCount >= 2 else { throw .malformed }
    return littleEndian16(at: 0)
  }

  func number32() throws(NetlinkFault) -> UInt32 {
    guard byteCount >= 4 else { throw .malformed }
    return littleEndian32(at: 0)
  }

  func number64(at offset: Int = 0) throws(NetlinkFault) -> UInt64 {
    guard byteCount >= offset + 8 else { throw .malformed }
    return littleEndian64(at: offset)
  }

  func key() throws(NetlinkFault) -> Octets32 {
    guard byteCount == 32 else { throw .malformed }
    return Octets32(self)
  }

  /// A text up to its zero byte; not for secrets.
  func text() -> String {
    var bytes: [UInt8] = []
    for place in 0..<byteCount {
      let byte = octet(at: place)
      if byte == 0 { break }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
