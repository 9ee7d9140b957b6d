/// The four message layouts of the protocol: where each field lies, how to read it and how to write it.
///
/// This module knows lengths, offsets and reserved bytes, and nothing else: no key, no index table, no clock. It does
/// not check MACs (Admission does), decrypt (Handshake and Transport do) or look indices up (Tunnel does). The field
/// readers trap outside their span: `Datagram.kind(of:)` comes first and is total.

/// The types of messages, as the little-endian word at offset 0 (WG §5.4; protocol §4).
///
/// The first byte is the type and the next three are reserved zero: comparing the whole word checks both.
@frozen
public enum MessageType: UInt32, BitwiseCopyable, Sendable {
  /// First message of a handshake, from initiator to responder.
  case initiation = 1
  /// Second message of a handshake, from responder to initiator.
  case response = 2
  /// Answer to a handshake message while under load.
  case cookieReply = 3
  /// An encrypted packet, or a keepalive when its plaintext is empty.
  case data = 4
}
