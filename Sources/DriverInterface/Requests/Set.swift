internal import Containers
internal import ControlRecords
internal import Octets
internal import Timeline
internal import Tunnel

extension DriverInterface {
  /// SET: applies the records of `snapshot` whole, or nothing of them. Information is the bytes consumed, 0 on an error.
  ///
  /// `snapshot` is a copy that nobody else can write to; the host wipes it afterwards.
  public static func write<Host: DriverHost & ~Copyable>(_ snapshot: RawSpan, _ host: inout Host) -> Completion {
    defer { secureWipeStack() }
    do throws(Status) {
      let request = try SetRequest(snapshot)
      try apply(request, &host)
      return Completion(.success, information: UInt64(request.byteCount))
    } catch {
      return Completion(error)
    }
  }

  /// What can fail comes first: the memory, then the port. From there on nothing can.
  private static func apply<Host: DriverHost & ~Copyable>(
    _ request: borrowing SetRequest, _ host: inout Host
  ) throws(Status) {
    var identity = request.privateKey.map { PreparedIdentity(privateKey: $0) }
    defer { secureWipe(&identity) }
    let now = host.now
    guard let port = request.listenPort, port != host.port else {
      defer { host.carryOutEffects() }
      return try host.withMachine { machine throws(Status) in
        defer { machine.endReservation() }
        try machine.reserve(for: request)
        try machine.apply(request, identity, now)
      }
    }
    let isUp = try host.withMachine { machine throws(Status) in
      do throws(Status) {
        try machine.reserve(for: request)
      } catch {
        machine.endReservation()
        throw error
      }
      return machine.isUp
    }
    do throws(Status) {
      host.port = isUp ? try host.openSockets(on: port) : port
    } catch {
      host.withMachine { $0.endReservation() }
      throw error
    }
    defer { host.carryOutEffects() }
    try host.withMachine { machine throws(Status) in
      defer { machine.endReservation() }
      machine.forgetSources()
      try machine.apply(request, identity, now)
    }
  }
}

extension Status {
  init(_ fault: ConfigurationFault) {
    switch fault {
    case .tooManyPeers: self = .tooManyNodes
    case .noStorage: self = .insufficientResources
    }
  }
}

extension Machine {
  /// Reserves all that applying `request` may need, in whatever order its records come.
  fileprivate mutating func reserve(for request: borrowing SetRequest) throws(Status) {
    do throws(ConfigurationFault) {
      try reserve(peerCount: mostNewPeers(in: request), isReplacing: request.replacesPeers)
      var offset = request.start
      while let record = request.peer(at: &offset) {
        for _ in 0..<record.allowedIPCount {
          guard let allowedIP = request.allowedIP(at: &offset) else { continue }
          if !record.isRemoval && !allowedIP.isRemoval { try reserve(allowedIP.prefix) }
        }
      }
    } catch {
      throw Status(error)
    }
  }

  /// How many peers `request` may create. Each record counts for itself: a peer that is removed and comes back, and one
  /// that is named twice, need as many places as that.
  private func mostNewPeers(in request: borrowing SetRequest) -> Int {
    var count = 0
    var removes = request.replacesPeers
    var offset = request.start
    while let record = request.peer(at: &offset) {
      offset += record.allowedIPCount * AllowedIPLayout.byteCount
      if record.isRemoval { removes = true }
      if record.mayCreate, removes || peer(for: record.publicKey) == nil { count += 1 }
    }
    return count
  }

  /// Applies `request`, for which everything was reserved.
  fileprivate mutating func apply(
    _ request: borrowing SetRequest, _ identity: PreparedIdentity?, _ now: Now
  ) throws(Status) {
    if request.replacesPeers { removeAllPeers() }
    if let identity { setIdentity(identity) }
    do throws(ConfigurationFault) {
      var offset = request.start
      while var record = request.peer(at: &offset) {
        defer { record.wipe() }
        let end = offset + record.allowedIPCount * AllowedIPLayout.byteCount
        try apply(record, at: offset, of: request, now)
        offset = end
      }
    } catch {
      throw Status(error)
    }
  }

  /// Applies one peer's record, whose allowed IPs begin at `offset`.
  private mutating func apply(
    _ record: borrowing PeerRecord, at offset: Int, of request: borrowing SetRequest, _ now: Now
  ) throws(ConfigurationFault) {
    let found = record.mayCreate ? try addPeer(record.publicKey) : peer(for: record.publicKey)
    guard let peer = found else { return }
    if record.isRemoval { return removePeer(peer) }
    if let key = record.presharedKey { setPresharedKey(key, for: peer) }
    if let endpoint = record.endpoint { setEndpoint(endpoint, for: peer, now) }
    if record.replacesAllowedIPs { removeAllowedIPs(of: peer) }
    var offset = offset
    for _ in 0..<record.allowedIPCount {
      guard let allowedIP = request.allowedIP(at: &offset) else { continue }
      if allowedIP.isRemoval {
        removeAllowedIP(allowedIP.prefix, for: peer)
      } else {
        try insertAllowedIP(allowedIP.prefix, for: peer)
      }
    }
    if let seconds = record.persistentKeepalive { setPersistentKeepalive(seconds, for: peer, now) }
  }
}
