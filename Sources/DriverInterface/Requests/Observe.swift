internal import ControlProtocol
internal import ControlRecords
internal import Octets
internal import Timeline
internal import Tunnel

extension DriverInterface {
  /// OBSERVE: writes how far things are to `output`, records whole and in order as far as they fit. Changes nothing.
  ///
  /// As with GET, `output` may be memory that the caller of the request can change at any time: it is written once, forward,
  /// but for the count of peers, and nothing is ever read back.
  @_lifetime(output: copy output)
  public static func observe<Host: DriverHost & ~Copyable>(
    into output: inout MutableRawSpan, _ host: inout Host
  ) -> Completion {
    let peerCount = host.withMachine { $0.peerCount }
    let total =
      UInt64(ObservationLayout.byteCount) + UInt64(ReasonLayout.byteCount) * UInt64(reasonCount)
      + UInt64(ObservedPeerLayout.byteCount) * UInt64(peerCount)
    let completion = completion(ofReading: total, capacity: output.byteCount)
    if completion.status == .sectionTooBig { return completion }
    var writer = ObservationWriter()
    writer.writeInterface(into: &output, &host)
    writer.writeReasons(into: &output, &host)
    var next = host.withMachine { $0.firstPeer }
    while let peer = next, writer.hasRoom {
      writer.writePeer(peer, into: &output, &host)
      next = host.withMachine { $0.peer(after: peer) }
    }
    writer.finish(&output)
    return completion
  }

  /// How many reasons there are: they are numbered from 0 on.
  static var reasonCount: Int {
    var count: UInt8 = 0
    while Rejection(rawValue: count) != nil { count += 1 }
    return Int(count)
  }
}

/// Where an OBSERVE stands in its buffer.
private struct ObservationWriter {
  /// Bytes written.
  private var offset = 0
  private var reasonCount: UInt32 = 0
  private var peerCount: UInt32 = 0
  /// False from the first record on that did not fit.
  private(set) var hasRoom = true

  /// Makes room for one record; where it goes, or nil when it does not fit.
  @_lifetime(output: copy output)
  private mutating func place(_ byteCount: Int, in output: inout MutableRawSpan) -> Int? {
    guard hasRoom, output.byteCount - offset >= byteCount else {
      hasRoom = false
      return nil
    }
    defer { offset += byteCount }
    return offset
  }

  @inline(never) @_lifetime(output: copy output)
  mutating func writeInterface<Host: DriverHost & ~Copyable>(into output: inout MutableRawSpan, _ host: inout Host) {
    guard let place = place(ObservationLayout.byteCount, in: &output) else { return }
    let now = host.now.instant
    var record = FixedOctets<64>()
    host.withMachine { machine in record.fill(with: machine.progress(at: now)) }
    output.store(record, at: place)
  }

  @inline(never) @_lifetime(output: copy output)
  mutating func writeReasons<Host: DriverHost & ~Copyable>(into output: inout MutableRawSpan, _ host: inout Host) {
    while let rejection = Rejection(rawValue: UInt8(truncatingIfNeeded: reasonCount)) {
      guard let place = place(ReasonLayout.byteCount, in: &output) else { return }
      output.store(littleEndian64: host.withMachine { $0.rejections[rejection] }, at: place + ReasonLayout.count)
      output.store(ReasonName(rejection.name).octets, at: place + ReasonLayout.name)
      reasonCount += 1
    }
  }

  @inline(never) @_lifetime(output: copy output)
  mutating func writePeer<Host: DriverHost & ~Copyable>(
    _ peer: Handle, into output: inout MutableRawSpan, _ host: inout Host
  ) {
    guard let place = place(ObservedPeerLayout.byteCount, in: &output) else { return }
    let now = host.now.instant
    var record = FixedOctets<144>()
    let isThere = host.withMachine { machine in
      guard let progress = machine.progress(of: peer, at: now) else { return false }
      record.fill(with: progress)
      return true
    }
    guard isThere else {
      offset = place
      return
    }
    output.store(record, at: place)
    peerCount += 1
  }

  /// Puts the counts into the interface's record, if that was written.
  @_lifetime(output: copy output)
  func finish(_ output: inout MutableRawSpan) {
    guard offset > 0 else { return }
    output.store(littleEndian32: reasonCount, at: ObservationLayout.reasonCount)
    output.store(littleEndian32: peerCount, at: ObservationLayout.peerCount)
  }
}

extension FixedOctets<64> {
  /// Makes this the interface's record, its counts apart.
  fileprivate mutating func fill(with progress: MachineProgress) {
    withMutableBytes { bytes in
      bytes.store(littleEndian32: ObservationLayout.currentVersion, at: ObservationLayout.version)
      let sizes = ObservationLayout.sizes
      bytes.store(littleEndian16: UInt16(ObservationLayout.byteCount), at: sizes)
      bytes.store(littleEndian16: UInt16(ReasonLayout.byteCount), at: sizes + 2)
      bytes.store(littleEndian16: UInt16(ObservedPeerLayout.byteCount), at: sizes + 4)
      var flags: UInt32 = 0
      if progress.isUp { flags |= ObservationFlag.isUp }
      if progress.isUnderLoad { flags |= ObservationFlag.isUnderLoad }
      bytes.store(littleEndian32: flags, at: ObservationLayout.flags)
      bytes.store(littleEndian64: UInt64(progress.queuedHandshakes), at: ObservationLayout.queuedHandshakes)
      bytes.store(littleEndian64: UInt64(progress.staged), at: ObservationLayout.stagedPackets)
      bytes.store(littleEndian64: UInt64(progress.sessions), at: ObservationLayout.sessions)
      bytes.store(littleEndian64: UInt64(progress.bursts), at: ObservationLayout.bursts)
    }
  }
}

extension FixedOctets<144> {
  /// Makes this the record of a peer.
  fileprivate mutating func fill(with progress: PeerProgress) {
    withMutableBytes { bytes in
      var flags: UInt32 = 0
      bytes.store(progress.publicKey, at: ObservedPeerLayout.publicKey)
      bytes.store(littleEndian32: UInt32(progress.initiations), at: ObservedPeerLayout.initiations)
      bytes.store(littleEndian64: progress.sessionPackets, at: ObservedPeerLayout.sessionPackets)
      bytes.store(littleEndian64: UInt64(progress.staged), at: ObservedPeerLayout.stagedPackets)
      bytes.store(littleEndian64: progress.reception.expected, at: ObservedPeerLayout.expectedPackets)
      bytes.store(littleEndian64: progress.reception.received, at: ObservedPeerLayout.receivedPackets)
      if progress.awaitsResponse { flags |= ObservedPeerFlag.awaitsResponse }
      if progress.sessionIsInitiator { flags |= ObservedPeerFlag.sessionIsInitiator }
      if progress.holdsCookie { flags |= ObservedPeerFlag.holdsCookie }
      if let interval = progress.sinceMessage {
        flags |= ObservedPeerFlag.hasMessage
        bytes.store(littleEndian64: interval.nanoseconds, at: ObservedPeerLayout.sinceMessage)
      }
      if let interval = progress.roundTrip {
        flags |= ObservedPeerFlag.hasRoundTrip
        bytes.store(littleEndian64: interval.nanoseconds, at: ObservedPeerLayout.roundTrip)
      }
      if let interval = progress.sessionAge {
        flags |= ObservedPeerFlag.hasSession
        bytes.store(littleEndian64: interval.nanoseconds, at: ObservedPeerLayout.sessionAge)
      }
      if let interval = progress.unconfirmedAge {
        flags |= ObservedPeerFlag.hasUnconfirmed
        bytes.store(littleEndian64: interval.nanoseconds, at: ObservedPeerLayout.unconfirmedAge)
      }
      if let refusal = progress.refusal, let interval = progress.sinceRefusal {
        flags |= ObservedPeerFlag.hasRefusal
        bytes.store(littleEndian64: interval.nanoseconds, at: ObservedPeerLayout.sinceRefusal)
        bytes.store(ReasonName(refusal.name).octets, at: ObservedPeerLayout.refusal)
      }
      if let interval = progress.sinceRoaming {
        flags |= ObservedPeerFlag.hasRoamed
        bytes.store(littleEndian64: interval.nanoseconds, at: ObservedPeerLayout.sinceRoaming)
      }
      bytes.store(littleEndian32: flags, at: ObservedPeerLayout.flags)
    }
  }
}
