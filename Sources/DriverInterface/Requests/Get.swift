internal import Containers
internal import ControlRecords
internal import Octets
internal import Tunnel

extension DriverInterface {
  /// GET: writes the configuration to `output`, records whole and in order as far as they fit.
  ///
  /// `output` may be memory that the caller of the request can change at any time: it is written once, forward, counts
  /// apart, which are put into records already written from numbers kept here; nothing is ever read back.
  @_lifetime(output: copy output)
  public static func read<Host: DriverHost & ~Copyable>(
    into output: inout MutableRawSpan, _ host: inout Host
  ) -> Completion {
    let total = host.withMachine { machine in
      UInt64(InterfaceLayout.byteCount) + UInt64(PeerLayout.byteCount) * UInt64(machine.peerCount)
        + UInt64(AllowedIPLayout.byteCount) * UInt64(machine.allowedIPCount)
    }
    let completion = completion(ofReading: total, capacity: output.byteCount)
    if completion.status == .sectionTooBig { return completion }
    var writer = RecordWriter()
    writer.writeInterface(into: &output, &host)
    var next = host.withMachine { $0.firstPeer }
    while let peer = next, writer.hasRoom {
      writer.writePeer(peer, into: &output, &host)
      next = host.withMachine { $0.peer(after: peer) }
    }
    writer.finish(&output)
    secureWipeStack()
    return completion
  }

  /// How a GET ends whose full answer has `total` bytes.
  static func completion(ofReading total: UInt64, capacity: Int) -> Completion {
    if total > UInt64(UInt32.max) { return Completion(.sectionTooBig) }
    return Completion(total <= UInt64(capacity) ? .success : .bufferOverflow, information: total)
  }
}

/// Where a GET stands in its buffer.
private struct RecordWriter {
  /// Bytes written.
  private var offset = 0
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
    guard let place = place(InterfaceLayout.byteCount, in: &output) else { return }
    var record = FixedOctets<80>()
    let port = host.port
    host.withMachine { machine in
      record.withMutableBytes { bytes in
        var flags: UInt32 = 0
        if port != 0 { flags |= InterfaceFlag.hasListenPort }
        bytes.store(littleEndian16: port, at: InterfaceLayout.listenPort)
        if let privateKey = machine.privateKey, let publicKey = machine.publicKey {
          flags |= InterfaceFlag.hasPrivateKey | InterfaceFlag.hasPublicKey
          bytes.store(privateKey, at: InterfaceLayout.privateKey)
          bytes.store(publicKey, at: InterfaceLayout.publicKey)
        }
        bytes.store(littleEndian32: flags, at: InterfaceLayout.flags)
      }
    }
    output.store(record, at: place)
    record.wipe()
  }

  /// Writes the peer's record and as many of its allowed IPs as fit.
  @inline(never) @_lifetime(output: copy output)
  mutating func writePeer<Host: DriverHost & ~Copyable>(
    _ peer: Handle, into output: inout MutableRawSpan, _ host: inout Host
  ) {
    guard let place = place(PeerLayout.byteCount, in: &output) else { return }
    var record = FixedOctets<136>()
    defer { record.wipe() }
    guard host.withMachine({ $0.fill(&record, from: peer) }) else {
      offset = place
      return
    }
    output.store(record, at: place)
    peerCount += 1
    let count = writeAllowedIPs(of: peer, into: &output, &host)
    output.store(littleEndian32: count, at: place + PeerLayout.allowedIPCount)
  }

  /// Writes allowed IPs, some under each hold of the lane, and counts them.
  @_lifetime(output: copy output)
  private mutating func writeAllowedIPs<Host: DriverHost & ~Copyable>(
    of peer: Handle, into output: inout MutableRawSpan, _ host: inout Host
  ) -> UInt32 {
    var count: UInt32 = 0
    var page = AllowedIPPage()
    repeat {
      host.withMachine { page.turn(of: peer, in: $0) }
      for i in 0..<page.count {
        guard let place = place(AllowedIPLayout.byteCount, in: &output) else { return count }
        output.store(page.records[i], at: place)
        count += 1
      }
    } while page.hasMore
    return count
  }

  /// Puts the number of peers into the interface's record, if that was written.
  @_lifetime(output: copy output)
  func finish(_ output: inout MutableRawSpan) {
    guard offset > 0 else { return }
    output.store(littleEndian32: peerCount, at: InterfaceLayout.peerCount)
  }
}

extension Machine {
  /// Fills a peer's record, its count of allowed IPs apart; false when the peer is gone.
  fileprivate func fill(_ record: inout FixedOctets<136>, from peer: Handle) -> Bool {
    guard let status = status(of: peer) else { return false }
    record.withMutableBytes { bytes in
      var flags = PeerFlag.hasPublicKey | PeerFlag.hasPersistentKeepalive
      if !status.presharedKey.isZero { flags |= PeerFlag.hasPresharedKey }
      bytes.store(littleEndian32: 1, at: PeerLayout.protocolVersion)
      bytes.store(status.publicKey, at: PeerLayout.publicKey)
      bytes.store(status.presharedKey, at: PeerLayout.presharedKey)
      bytes.store(littleEndian16: status.persistentKeepalive, at: PeerLayout.persistentKeepalive)
      if let endpoint = status.endpoint {
        flags |= PeerFlag.hasEndpoint
        bytes.store(endpoint, at: PeerLayout.endpoint)
      }
      bytes.store(littleEndian64: status.sentBytes, at: PeerLayout.sentBytes)
      bytes.store(littleEndian64: status.receivedBytes, at: PeerLayout.receivedBytes)
      bytes.store(littleEndian64: status.lastHandshake.windowsTime, at: PeerLayout.lastHandshake)
      bytes.store(littleEndian32: flags, at: PeerLayout.flags)
    }
    return true
  }
}
