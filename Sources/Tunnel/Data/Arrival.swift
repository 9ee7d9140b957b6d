public import Cryptography
internal import Messages
public import Octets
internal import Routing
public import Transport

/// One datagram of an inbound burst: filled when it is opened, judged when it is accepted.
@frozen
public struct Arrival: BitwiseCopyable, Sendable {
  /// What becomes of the datagram.
  @frozen
  public enum Verdict: BitwiseCopyable, Sendable, Equatable {
    /// Opened; not judged yet.
    case pending
    /// Deliver the inner packet.
    case deliver
    /// An authentic packet without content.
    case keepalive
    /// Drop it.
    case rejected(Rejection)
  }

  /// The verdict; only `deliver` lets the packet out.
  public internal(set) var verdict: Verdict
  /// The length of the inner packet, trimmed to what its header says; it starts 16 bytes into the datagram.
  public internal(set) var length: Int
  var counter: UInt64
  /// Bytes of the datagram: what the peer's statistics count.
  var datagramLength: Int
  var source: IPAddress
  /// What is wrong with the inner packet, if anything: told only after the packet was authenticated and accepted.
  var innerFault: Rejection?

  /// A place for a datagram that has not been opened.
  public init() {
    verdict = .rejected(.unauthentic)
    length = 0
    counter = 0
    datagramLength = 0
    source = IPAddress(v4: 0)
    innerFault = nil
  }
}

extension Arrival {
  /// Whether the message has no content.
  var isKeepalive: Bool { datagramLength == DataMessage.overheadByteCount }

  /// Looks at the decrypted packet of `length` padded bytes at `offset`, and marks congestion in it (protocol.md §18.1,
  /// §20). A fault is noted, not acted on: the packet is authentic and moves timers all the same.
  @_lifetime(frame: copy frame)
  mutating func inspect(_ frame: inout MutableRawSpan, at offset: Int, length: Int, trafficClass: UInt8) {
    do throws(InnerPacketRejection) {
      let packet = try InnerPacket.inspect(frame.bytes.extracting(offset..<offset + length))
      source = packet.source
      self.length = packet.length
      guard trafficClass & 0b11 != 0 else { return }
      var inner = frame._mutatingExtracting(offset..<offset + length)
      ECN.decapsulate(outer: trafficClass, into: &inner)
    } catch {
      innerFault = error == .dishonestLength ? .innerLength : .innerVersion
    }
  }
}

extension OpenTicket {
  /// Opens the next message of the burst in place: `length ≥ 32` bytes of `frame` from `offset`, which arrived with the
  /// outer DS field `trafficClass`. Applies ECN to the inner packet and looks at its header; what `accept` needs goes
  /// into the result. The verdict is `accept`'s.
  @_lifetime(frame: copy frame)
  public mutating func openMessage(
    _ frame: inout MutableRawSpan, at offset: Int, length: Int, trafficClass: UInt8, with kernel: CipherKernel
  ) -> Arrival {
    var arrival = Arrival()
    arrival.datagramLength = length
    guard let counter = open(&frame, at: offset, length: length, with: kernel) else { return arrival }
    arrival.counter = counter
    arrival.verdict = .pending
    guard !arrival.isKeepalive else { return arrival }
    arrival.inspect(
      &frame, at: offset + DataMessage.headerByteCount, length: length - DataMessage.overheadByteCount,
      trafficClass: trafficClass)
    return arrival
  }
}
