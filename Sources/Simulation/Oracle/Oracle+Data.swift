internal import Tunnel

extension Oracle {
  /// A ticket to seal with `session` was issued.
  func issuedSealTicket(_ session: Handle, _ now: Now, by machine: borrowing Machine) -> SessionView {
    let view = machine.view(of: session)
    checkAge(view, now, "sends")
    if !view.isInitiator && !confirmed.contains(view.sendingKey.name) {
      fail("a responder sends before it has heard the initiator")
    }
    if !settings.isUp { fail("a packet is sealed while the interface is down") }
    return view
  }

  /// A ticket to open with `session` was issued.
  func issuedOpenTicket(_ session: Handle, _ now: Now, by machine: borrowing Machine) -> SessionView {
    let view = machine.view(of: session)
    checkAge(view, now, "receives")
    return view
  }

  private func checkAge(_ view: SessionView, _ now: Now, _ verb: String) {
    guard let birth = births[view.sendingKey.name] else { return fail("a session \(verb) that nobody derived") }
    let age = now.instant.since(birth)
    if age >= Self.rejectAfterTime { fail("a session \(verb) at the age of \(age.nanoseconds) ns") }
  }

  /// A data message was sealed.
  func sealed(_ frame: [UInt8], _ work: SealWork) {
    guard let session = work.session else { return }
    book.tally.seals += 1
    let place = Book.Place(key: session.sendingKey.name, counter: frame.rawSpan.littleEndian64(at: 8))
    if book.sealed.updateValue(frame, forKey: place) != nil {
      fail("counter \(place.counter) of a session covers two ciphertexts")
    }
  }

  /// A burst left.
  func sent(_ burst: SealedBurst, along path: Path, by machine: borrowing Machine) {
    guard let session = burst.work.session else { return }
    guard settings.isUp else { return fail("a burst left while the interface is down") }
    guard let peer = peer(burst.work.peer, of: machine) else { return fail("a burst left for a removed peer") }
    if path.remote != peer.endpoint { fail("a burst left for somewhere else") }
    book.note("device \(settings.device): \(burst.datagrams.count) datagrams left for \(peer.device)")
    for datagram in burst.datagrams {
      peer.sentBytes += UInt64(datagram.octets.count)
      let counter = datagram.octets.rawSpan.littleEndian64(at: 8)
      if let last = lastCounter.updateValue(counter, forKey: session.sendingKey.name), last >= counter {
        fail("counter \(counter) left after \(last)")
      }
    }
    for packet in burst.work.packets {
      guard let id = InnerTraffic.id(of: packet[...]) else { continue }
      if let last = lastPacket.updateValue(id, forKey: burst.work.peer.bits), last >= id {
        fail("packet \(id) left after packet \(last)")
      }
    }
  }

  /// Whether a datagram that is about to be opened is exactly what the other end of the session sealed.
  func isGenuine(_ datagram: [UInt8], _ work: OpenWork) -> Bool {
    guard let session = work.session else { return true }
    let place = Book.Place(key: session.receivingKey.name, counter: datagram.rawSpan.littleEndian64(at: 8))
    guard let original = book.sealed[place] else { return false }
    return original.count == datagram.count && original[8...] == datagram[8...]
  }

  /// The machine judged a burst.
  func accepted(_ burst: OpenedBurst, _ arrivals: [Arrival], by machine: borrowing Machine) {
    guard let session = burst.work.session else { return }
    let sender = burst.work.era == settings.era && settings.isUp ? peer(session.peer, of: machine) : nil
    var isAuthentic = false
    for i in burst.datagrams.indices {
      let expected = verdict(on: burst, i, session, from: sender)
      if arrivals[i].verdict != expected {
        fail("a datagram is \(arrivals[i].verdict), and should be \(expected)")
      }
      switch expected {
      case .pending, .rejected(.unauthentic), .rejected(.replayed), .rejected(.superseded):
        book.tally.rejections += 1
      default: isAuthentic = true
      }
      book.note("device \(settings.device): \(arrivals[i].verdict) of \(session.peer.index)")
      if expected == .deliver || expected == .keepalive {
        sender?.receivedBytes += UInt64(burst.datagrams[i].count)
      }
      guard expected == .deliver, let sender else { continue }
      let start = DataMessage.headerByteCount
      let packet = burst.datagrams[i].dropFirst(start).prefix(arrivals[i].length)
      delivered(packet, outer: burst.work.trafficClass, from: sender)
      let arrival = burst.work.firstArrival + i
      if let last = lastArrival.updateValue(arrival, forKey: session.peer.bits), last >= arrival {
        fail("datagrams are delivered in another order than they arrived in")
      }
    }
    guard isAuthentic, let sender else { return }
    confirmed.insert(session.sendingKey.name)
    sender.endpoint = burst.work.path.remote
  }

  /// What must become of a datagram.
  private func verdict(
    on burst: OpenedBurst, _ i: Int, _ session: SessionView, from sender: PeerSettings?
  ) -> Arrival.Verdict {
    guard burst.genuine[i] else { return .rejected(.unauthentic) }
    guard let sender else { return .rejected(.superseded) }
    let datagram = burst.datagrams[i]
    let counter = datagram.rawSpan.littleEndian64(at: 8)
    let name = session.receivingKey.name
    let numbers = replays[name]?.highest.map { $0 + 1 } ?? 0
    guard replays[name, default: ReplayModel()].accept(counter) else { return .rejected(.replayed) }
    sender.receivedPackets += 1
    sender.expectedPackets += max(numbers, counter + 1) - numbers
    let inner = datagram.dropFirst(DataMessage.headerByteCount).dropLast(16)
    guard !inner.isEmpty else { return .keepalive }
    guard let id = InnerTraffic.id(of: inner), id < book.packets.count else { return .pending }
    switch book.packets[id].fault {
    case .version: return .rejected(.innerVersion)
    case .length: return .rejected(.innerLength)
    case .none: break
    }
    let packet = book.packets[id].octets
    let family: IPAddress.Family = packet[0] >> 4 == 4 ? .v4 : .v6
    let source = IPAddress(family: family, networkOrder: packet.rawSpan, at: family == .v4 ? 12 : 8)
    return settings.owner(of: source) === sender ? .deliver : .rejected(.innerSource)
  }

  private func delivered(_ packet: ArraySlice<UInt8>, outer: UInt8, from sender: PeerSettings) {
    guard let id = InnerTraffic.id(of: packet), id < book.packets.count else {
      return fail("something was delivered that nobody sent")
    }
    let record = book.packets[id]
    if record.sender != sender.device { fail("packet \(id) is said to come from another peer") }
    if record.recipient != settings.device { fail("packet \(id) was for another device") }
    if record.isDelivered { fail("packet \(id) was delivered twice") }
    if InnerTraffic.carried(record.octets, outer: outer)[...] != packet { fail("packet \(id) was changed") }
    book.packets[id].isDelivered = true
    book.tally.deliveries += 1
  }
}
