public import ControlProtocol
public import Octets

/// An adapter as what the text protocol configures and reads.
///
/// By the protocol's rule each line of an interface takes effect by itself, and each peer's block at its end; so that
/// is one request to the driver each. A block of very many prefixes goes in pieces, and needs no more memory than one.
/// A get is answered from one look at the whole configuration.
public struct AdapterTarget<Adapter: AdapterRequests>: ConfigurationTarget {
  /// A request of this many bytes is sent before the next prefix: over 2,700 of them.
  static var most: Int { 65536 }

  private let adapter: Adapter
  private var request = ConfigurationRequest()
  private var key = Octets32()
  private var answer: ConfigurationAnswer?
  private var observation: ObservationAnswer?

  /// The adapter as a target.
  public init(_ adapter: Adapter) { self.adapter = adapter }

  /// Takes note of a directive, or has the driver follow it.
  public mutating func apply(_ directive: Directive, block: inout PeerBlock) throws(ConfigurationError) {
    switch directive {
    case .beginPeer(let key), .beginExistingPeer(let key):
      self.key = key
      request = ConfigurationRequest([directive])
      block.peer = 1
    case .endPeer:
      try send(request)
      request = ConfigurationRequest()
    case .removePeer:
      // Whatever was said of the peer before does not matter any more.
      request = ConfigurationRequest()
      block = PeerBlock()
      try send(ConfigurationRequest([directive]))
    default:
      guard block.isOpen else { return try send(ConfigurationRequest([directive])) }
      if request.bytes.count >= Self.most {
        try send(request)
        // The peer is there, or was not to be made.
        request = ConfigurationRequest([.beginExistingPeer(key)])
      }
      request.add(directive)
    }
  }

  private func send(_ request: ConfigurationRequest) throws(ConfigurationError) {
    do throws(SystemError) {
      try adapter.configure(request.bytes)
    } catch {
      throw Self.error(error)
    }
  }

  private static func error(_ error: SystemError) -> ConfigurationError {
    switch error {
    case .duplicateName: .addressInUse
    case .notEnoughMemory, .outOfMemory: .noStorage
    case .invalidParameter, .invalidData: .invalidValue
    // The adapter is gone, or is not ours to ask.
    default: .inputOutput
    }
  }

  /// Asks the driver for its configuration, which the rest of the walk reads from.
  public mutating func read(into facts: inout InterfaceFacts) throws(ConfigurationError) {
    do throws(SystemError) {
      answer = ConfigurationAnswer(try adapter.configuration())
    } catch {
      throw Self.error(error)
    }
    guard let answer else { throw .inputOutput }
    facts = answer.interface
  }

  /// The next peer of the answer; the cursor is its place, never 0.
  public mutating func readPeer(
    after cursor: inout PeerCursor, into facts: inout PeerFacts
  ) throws(ConfigurationError) -> Bool {
    guard let answer else { throw .inputOutput }
    let place = cursor.position == 0 ? answer.firstPeer : answer.peer(after: Int(cursor.position))
    guard let place else { return false }
    cursor.position = UInt64(place)
    facts = answer.facts(ofPeer: place)
    return true
  }

  /// The next prefix of the peer; the cursor's position is its ordinal.
  public mutating func readAllowedIP(after cursor: inout AllowedIPCursor) throws(ConfigurationError) -> Prefix? {
    guard let answer else { throw .inputOutput }
    defer { cursor.position += 1 }
    return answer.allowedIP(Int(cursor.position), ofPeer: Int(cursor.peer))
  }

  /// Asks the driver how far things are, which the rest of the walk reads from; nil when the driver cannot tell.
  public mutating func observe() -> ObservedInterface? {
    observation = (try? adapter.observation()).flatMap { ObservationAnswer($0) }
    return observation?.interface
  }

  /// The reason of this number in the answer.
  public mutating func observeTally(_ number: UInt8) -> ObservedTally? { observation?.tally(Int(number)) }

  /// The next peer of the answer; the cursor's position is its ordinal.
  public mutating func observePeer(after cursor: inout PeerCursor) -> ObservedPeer? {
    defer { cursor.position += 1 }
    return observation?.peer(Int(cursor.position))
  }

  /// Zones are numbers on Windows.
  public mutating func scope(named name: ScopeName) -> UInt32? { nil }

  /// Zones are numbers on Windows.
  public mutating func name(ofScope scope: UInt32) -> ScopeName? { nil }
}
