internal import Octets

/// One connection of the control socket, as the language spoken on it sees it: bytes in, bytes out.
///
/// The server reads and writes; the conversation understands. It is told that its input ended, also when the connection
/// broke, before it is dropped.
public protocol ControlConversation: ~Copyable {
  /// Works on `input` until it is used up, the output is full, or nothing more is to be said.
  @_lifetime(output: copy output)
  mutating func receive(_ input: RawSpan, inputEnds: Bool, into output: inout OutputSpan<UInt8>) -> ControlStep
}

/// What a call to a conversation has done.
public struct ControlStep: Sendable, Equatable {
  /// What the conversation waits for.
  public enum Want: UInt8, Sendable {
    /// All input is used up.
    case input
    /// The output is full.
    case room
    /// Nothing follows: the connection is to be closed once the output is written.
    case close
  }

  /// Bytes of the input that are used.
  public let consumed: Int
  /// What the conversation waits for.
  public let wants: Want

  /// A step.
  public init(consumed: Int, wants: Want) {
    self.consumed = consumed
    self.wants = wants
  }
}
