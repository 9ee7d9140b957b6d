/// Why a file did not come.
public struct TransferError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What kind of trouble it was.
  public enum Kind: Equatable, Sendable {
    /// An address, proxy or certificate that cannot be used: the administrator's to mend.
    case unusable
    /// Nobody answers, or the connection broke: worth another try.
    case unreachable
    /// It took longer than it may: worth another try.
    case tooSlow
    /// The server says that it cannot now (429 or 5xx): worth another try.
    case unavailable
    /// The body ended before its end: worth another try, from where it ended.
    case cut
    /// More bytes than the file may have.
    case tooLong
    /// Another length than the signed one.
    case wrongLength
    /// A redirect that is not followed: too many, in a circle, away from TLS, or to nowhere.
    case redirect
    /// A compressed body, a part that was not asked for, or another answer that is not what it should be.
    case unexpected
    /// The part that was asked for is not to be had: the whole is.
    case noSuchRange
    /// What arrived cannot be written.
    case storage
  }

  /// What kind.
  public let kind: Kind
  /// What was wrong, where, and what to do.
  public let description: String

  /// An error.
  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  /// Whether the same request may go better in a while.
  public var isWorthAnotherTry: Bool {
    switch kind {
    case .unreachable, .tooSlow, .unavailable, .cut: true
    default: false
    }
  }
}
