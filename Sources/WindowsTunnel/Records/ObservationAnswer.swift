import ControlProtocol
import ControlRecords
import Octets
import Timeline

/// The driver's answer to OBSERVE, read record by record.
struct ObservationAnswer: Sendable {
  private let bytes: [UInt8]
  private let reasonSize: Int
  private let peerSize: Int
  private let firstReason: Int
  private let reasonCount: Int
  private let peerCount: Int

  /// The answer in these bytes; nil when they are none, or of another version. Records that are longer than those known
  /// here are read as far as they are known, and those that are cut off are not read.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= ObservationLayout.byteCount,
      bytes.number(at: ObservationLayout.version, count: 4) == UInt64(ObservationLayout.currentVersion)
    else { return nil }
    let sizes = [0, 2, 4].map { Int(bytes.number(at: ObservationLayout.sizes + $0, count: 2)) }
    guard sizes[0] >= ObservationLayout.byteCount, sizes[0] <= bytes.count, sizes[1] >= ReasonLayout.byteCount,
      sizes[2] >= ObservedPeerLayout.byteCount
    else { return nil }
    self.bytes = bytes
    (firstReason, reasonSize, peerSize) = (sizes[0], sizes[1], sizes[2])
    let reasons = Int(clamping: bytes.number(at: ObservationLayout.reasonCount, count: 4))
    reasonCount = min(reasons, (bytes.count - firstReason) / reasonSize)
    let peers = Int(clamping: bytes.number(at: ObservationLayout.peerCount, count: 4))
    // Without all reasons it is not known where peers begin.
    peerCount =
      reasonCount < reasons ? 0 : min(peers, (bytes.count - firstReason - reasonCount * reasonSize) / peerSize)
  }

  /// How busy the interface is. The driver does not know its MTU, and has no sockets whose queues it sees.
  var interface: ObservedInterface {
    var interface = ObservedInterface()
    let flags = bytes.number(at: ObservationLayout.flags, count: 4)
    interface.isUp = flags & UInt64(ObservationFlag.isUp) != 0
    interface.isUnderLoad = flags & UInt64(ObservationFlag.isUnderLoad) != 0
    interface.queuedHandshakes = bytes.number(at: ObservationLayout.queuedHandshakes, count: 8)
    interface.stagedPackets = bytes.number(at: ObservationLayout.stagedPackets, count: 8)
    interface.sessions = bytes.number(at: ObservationLayout.sessions, count: 8)
    interface.bursts = bytes.number(at: ObservationLayout.bursts, count: 8)
    return interface
  }

  /// The reason with this ordinal, nil after the last. One whose name is none ends them.
  func tally(_ ordinal: Int) -> ObservedTally? {
    guard ordinal < reasonCount else { return nil }
    let place = firstReason + ordinal * reasonSize
    return name(at: place + ReasonLayout.name).map { name in
      ObservedTally(reason: name, count: bytes.number(at: place + ReasonLayout.count, count: 8))
    }
  }

  /// The peer with this ordinal, nil after the last.
  func peer(_ ordinal: Int) -> ObservedPeer? {
    guard ordinal < peerCount else { return nil }
    let place = firstReason + reasonCount * reasonSize + ordinal * peerSize
    let flags = bytes.number(at: place + ObservedPeerLayout.flags, count: 4)
    func has(_ flag: UInt32) -> Bool { flags & UInt64(flag) != 0 }
    func number(_ offset: Int) -> UInt64 { bytes.number(at: place + offset, count: 8) }
    func interval(_ offset: Int, _ flag: UInt32) -> Interval? { has(flag) ? .nanoseconds(number(offset)) : nil }
    var peer = ObservedPeer()
    for i in 0..<32 { peer.publicKey[i] = bytes[place + ObservedPeerLayout.publicKey + i] }
    peer.initiations = UInt8(clamping: bytes.number(at: place + ObservedPeerLayout.initiations, count: 4))
    peer.awaitsResponse = has(ObservedPeerFlag.awaitsResponse)
    peer.sinceMessage = interval(ObservedPeerLayout.sinceMessage, ObservedPeerFlag.hasMessage)
    peer.roundTrip = interval(ObservedPeerLayout.roundTrip, ObservedPeerFlag.hasRoundTrip)
    peer.sessionAge = interval(ObservedPeerLayout.sessionAge, ObservedPeerFlag.hasSession)
    peer.sessionIsInitiator = has(ObservedPeerFlag.sessionIsInitiator)
    peer.sessionPackets = number(ObservedPeerLayout.sessionPackets)
    peer.unconfirmedAge = interval(ObservedPeerLayout.unconfirmedAge, ObservedPeerFlag.hasUnconfirmed)
    peer.holdsCookie = has(ObservedPeerFlag.holdsCookie)
    peer.stagedPackets = number(ObservedPeerLayout.stagedPackets)
    peer.expectedPackets = number(ObservedPeerLayout.expectedPackets)
    peer.receivedPackets = number(ObservedPeerLayout.receivedPackets)
    peer.sinceRefusal = interval(ObservedPeerLayout.sinceRefusal, ObservedPeerFlag.hasRefusal)
    if peer.sinceRefusal != nil { peer.refusal = name(at: place + ObservedPeerLayout.refusal) }
    peer.sinceRoaming = interval(ObservedPeerLayout.sinceRoaming, ObservedPeerFlag.hasRoamed)
    return peer
  }

  private func name(at place: Int) -> ReasonName? {
    var octets = FixedOctets<24>()
    for i in 0..<24 { octets[i] = bytes[place + i] }
    return ReasonName(octets)
  }
}
