/// How many packets a peer has sent, as far as their numbers tell, and how many of those were accepted: what loss is
/// computed from, as RFC 3550 §A.3 does it with its own sequence numbers.
///
/// A sender numbers the packets of a session from 0 on, and the number is authenticated, so a gap in what was accepted
/// is a packet that was lost, damaged, dropped before it was opened, too late for the replay window, or never sent: a
/// burst that was sealed and given up burns its counters. A late packet fills its gap: it is received, and was expected
/// before. What was lost behind the last packet of a session nobody can know.
///
/// Both only rise; they wrap at 2^64, which no traffic reaches, but a peer that jumps ahead in its counters does. Whoever
/// wants a rate subtracts what was read before, and takes a counter that has become smaller for one that began anew.
@frozen
public struct ReceptionTally: BitwiseCopyable, Sendable, Equatable {
  /// Packets that the numbers tell of: of each session the highest accepted counter and one.
  public private(set) var expected: UInt64 = 0
  /// Packets that were accepted, keepalives among them; what `expected` has beyond these is lost, or late.
  public private(set) var received: UInt64 = 0

  /// Nothing was received.
  public init() {}

  /// Counts a burst of which `accepted` packets were accepted, and which brought the numbers forward by `advance`.
  public mutating func count(accepted: Int, advance: UInt64) {
    received &+= UInt64(truncatingIfNeeded: accepted)
    expected &+= advance
  }
}
