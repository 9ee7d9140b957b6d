public import Octets

/// What a UDP payload is, judged by its length and its first four bytes alone (protocol §4, §21).
@frozen
public enum Datagram {
  /// The kinds of UDP payload.
  @frozen
  public enum Kind: BitwiseCopyable, Sendable, Equatable {
    /// Exactly 148 bytes of type 1.
    case initiation
    /// Exactly 92 bytes of type 2.
    case response
    /// Exactly 64 bytes of type 3.
    case cookieReply
    /// At least 32 bytes of type 4; the plaintext need not be a multiple of 16 bytes.
    case data
    /// None of these: to be dropped and counted, never answered.
    case malformed(Malformation)
  }

  /// Why a datagram is no message.
  @frozen
  public enum Malformation: UInt8, BitwiseCopyable, Sendable {
    /// Shorter than the four bytes of the type.
    case truncated
    /// The first byte is none of 1…4.
    case unknownType
    /// The first byte is one of 1…4 but a reserved byte is not zero.
    case reservedBytes
    /// The length is wrong for the type.
    case wrongLength
  }

  /// The bytes of the type word.
  @inlinable
  static var typeByteCount: Int { 4 }

  /// Classifies `bytes`, of any length and content. Never traps.
  @inlinable
  public static func kind(of bytes: RawSpan) -> Kind {
    guard bytes.byteCount >= typeByteCount else { return .malformed(.truncated) }
    let word = bytes.littleEndian32(at: 0)
    guard let type = MessageType(rawValue: word) else {
      return .malformed(MessageType(rawValue: word & 0xff) == nil ? .unknownType : .reservedBytes)
    }
    switch type {
    case .initiation: return bytes.byteCount == Initiation.byteCount ? .initiation : .malformed(.wrongLength)
    case .response: return bytes.byteCount == Response.byteCount ? .response : .malformed(.wrongLength)
    case .cookieReply: return bytes.byteCount == CookieReply.byteCount ? .cookieReply : .malformed(.wrongLength)
    case .data: return bytes.byteCount >= DataMessage.minimumByteCount ? .data : .malformed(.wrongLength)
    }
  }
}
