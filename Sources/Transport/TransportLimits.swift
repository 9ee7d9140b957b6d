public import Timeline

/// The limits of a session (WG §6.1, protocol.md §28 names every implementation's value).
public enum SessionLimit {
  /// No counter from here on is sent or accepted: 2^64 − 2^13 − 1, the smallest of all implementations' limits.
  public static let rejectAfterMessages: UInt64 = .max - (1 << 13)
  /// Beyond this counter a new handshake is asked for: 2^60.
  public static let rekeyAfterMessages: UInt64 = 1 << 60
  /// Age from which the initiator asks for a new handshake when it sends.
  public static let rekeyAfterTime = Interval.seconds(120)
  /// Age from which a session neither sends nor receives.
  public static let rejectAfterTime = Interval.seconds(180)
  /// Age from which a receive-only initiator asks for a new handshake, once: 180 − 10 − 5 s.
  public static let rekeyOnReceiveAfterTime = Interval.seconds(165)
  /// The most packets one ticket covers: a GSO or GRO burst.
  public static let burst = 64
}
