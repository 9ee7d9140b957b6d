internal import Logging
internal import Octets
internal import Tunnel

/// Effects of the machine that any thread may carry out after it has let the lane go: small messages and reports.
///
/// Belongs to one thread. Bounded: what does not fit stays in the machine until the next time.
struct Outbox: ~Copyable {
  private static let capacity = DatagramSender.capacity
  private static let messageRoom = 160
  private var memory: PacketMemory
  private var sender: DatagramSender
  private var reports: Region<Report>
  private var reportCount = 0

  init() throws(SystemError) {
    let memory = try PacketMemory(byteCount: Self.capacity * Self.messageRoom)
    let sender = try DatagramSender()
    let reports = try Region<Report>.system(count: Self.capacity)
    self.memory = memory
    self.sender = sender
    self.reports = reports
  }

  /// Whether there is room for one more effect of each kind.
  var hasRoom: Bool { !sender.isFull && reportCount < Self.capacity }

  /// Takes an effect that any thread may carry out; false when it is none of these.
  mutating func take(_ effect: Effect, parked: inout ParkedPackets) -> Bool {
    switch effect {
    case .message(let message): add(message)
    case .report(let report):
      reports.initialize(reportCount, to: report)
      reportCount += 1
    case .release(let packet): parked.release(packet)
    case .send, .discard, .arrived, .transmit: return false
    }
    return true
  }

  private mutating func add(_ message: OutgoingMessage) {
    let offset = sender.count * Self.messageRoom
    var bytes = memory.mutableBytes
    bytes.store(message.octets, at: offset)
    sender.append(
      OutgoingDatagrams(
        offset: offset, length: message.length, segmentSize: message.length, path: message.path,
        trafficClass: message.trafficClass))
  }

  /// Sends and logs what was taken. The lane is not held.
  mutating func flush(_ sockets: UDPSockets, _ journal: Journal) {
    if sender.count > 0 {
      let result = sender.flush(memory, to: sockets)
      if result.lost > 0 { journal.lostMessages(result.lost) }
    }
    for place in 0..<reportCount { journal.log(reports[place]) }
    reportCount = 0
  }
}
