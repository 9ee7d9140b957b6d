public import Octets

/// The two transport keys of a session, as this side uses them (protocol §5.3).
public struct SessionKeys: BitwiseCopyable, Sendable {
  /// Seals what this side sends.
  public var sending: Octets32
  /// Opens what this side receives.
  public var receiving: Octets32

  /// These two keys.
  public init(sending: borrowing Octets32, receiving: borrowing Octets32) {
    self.sending = copy sending
    self.receiving = copy receiving
  }

  /// Overwrites the keys with zeros in place.
  public mutating func wipe() {
    secureWipe(&self)
  }
}
