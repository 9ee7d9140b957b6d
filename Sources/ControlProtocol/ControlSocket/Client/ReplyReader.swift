import Octets

/// Reads the reply to one request, the client's end of the control socket (protocol.md §23.4).
///
/// Unknown keys are passed over, and so are keys of the interface after the first peer and keys of a peer before it.
/// What is read stays told even when the reply turns out to be broken later.
public struct ReplyReader: ~Copyable {
  /// What a call has done.
  @frozen
  public struct Step: BitwiseCopyable, Sendable {
    /// Bytes of the input that are used.
    public let consumed: Int
    /// The error number that ends the reply, 0 for success, with the sign it was sent with; nil while there is more.
    public let result: Int32?
  }

  private var line = LineBuffer()
  private var number: Int32?
  private var insidePeer = false

  /// A reader of one reply.
  public init() {}

  /// Reads `input` up to the end of the reply and tells `sink` what it says.
  ///
  /// Throws when the reply breaks the grammar, and when `inputEnds` says that nothing follows and the reply is not
  /// complete. The reader is of no use afterwards.
  public mutating func receive<Sink: FactSink & ~Copyable>(
    _ input: RawSpan, inputEnds: Bool, sink: inout Sink
  ) throws(ConfigurationError) -> Step {
    var offset = 0
    while true {
      var meaning = Meaning.nothing
      let next = line.take(input, from: &offset)
      if case .incomplete = next, !inputEnds { return Step(consumed: offset, result: nil) }
      defer {
        line.clear()
        secureWipe(&meaning)
      }
      switch next {
      case .incomplete: throw .malformedLine
      case .endless: throw .inputOutput
      // Too long for any key that is known here.
      case .oversized(let hasEquals): if !hasEquals { throw .malformedLine }
      case .inPlace(let range): meaning = try Meaning(input.extracting(range), sink: &sink)
      case .gathered: meaning = try Meaning(line.text, sink: &sink)
      }
      if try accept(meaning, sink: &sink) { return Step(consumed: offset, result: number) }
    }
  }

  /// Whether the reply is complete.
  private mutating func accept<Sink: FactSink & ~Copyable>(
    _ meaning: Meaning, sink: inout Sink
  ) throws(ConfigurationError) -> Bool {
    switch meaning {
    case .nothing:
      break
    case .end:
      if number == nil { throw .malformedLine }
      return true
    case .result(let result):
      number = result
    case .fact(let fact):
      if case .peer = fact { insidePeer = true } else if fact.isAboutInterface == insidePeer { break }
      sink.accept(fact)
    }
    return false
  }
}

/// What one line of a reply says.
private enum Meaning: BitwiseCopyable {
  case nothing
  case end
  case result(Int32)
  case fact(Fact)

  init<Sink: FactSink & ~Copyable>(_ text: RawSpan, sink: inout Sink) throws(ConfigurationError) {
    if text.byteCount == 0 {
      self = .end
      return
    }
    guard let equals = text.firstOffset(of: .equals) else { throw .malformedLine }
    let key = text.extracting(0..<equals)
    let value = text.extracting(equals + 1..<text.byteCount)
    if key.equals("errno") {
      self = .result(try Self.signed(value))
    } else if let fact = try Self.interfaceFact(key, value) {
      self = .fact(fact)
    } else if let fact = try Self.peerFact(key, value) {
      self = .fact(fact)
    } else if let fact = try Self.count(key, value) {
      self = .fact(fact)
    } else if key.equals("endpoint") {
      self = .fact(.endpoint(try Self.endpoint(value, sink: &sink)))
    } else {
      self = .nothing
    }
  }

  private static func interfaceFact(_ key: RawSpan, _ value: RawSpan) throws(ConfigurationError) -> Fact? {
    if key.equals("private_key") { return .privateKey(try present(Octets32(hexadecimal: value))) }
    if key.equals("listen_port") { return .listenPort(try present(UInt16(decimal: value))) }
    if key.equals("fwmark") { return .fwmark(try present(UInt32(decimal: value))) }
    return nil
  }

  private static func peerFact(_ key: RawSpan, _ value: RawSpan) throws(ConfigurationError) -> Fact? {
    if key.equals("allowed_ip") { return .allowedIP(try present(Prefix(text: value))) }
    if key.equals("public_key") { return .peer(try present(Octets32(hexadecimal: value))) }
    if key.equals("preshared_key") { return .presharedKey(try present(Octets32(hexadecimal: value))) }
    if key.equals("persistent_keepalive_interval") {
      return .persistentKeepalive(try present(UInt16(decimal: value)))
    }
    return nil
  }

  private static func count(_ key: RawSpan, _ value: RawSpan) throws(ConfigurationError) -> Fact? {
    if key.equals("last_handshake_time_sec") { return .lastHandshakeSeconds(try present(UInt64(decimal: value))) }
    if key.equals("last_handshake_time_nsec") { return .lastHandshakeNanoseconds(try present(UInt64(decimal: value))) }
    if key.equals("tx_bytes") { return .sentBytes(try present(UInt64(decimal: value))) }
    if key.equals("rx_bytes") { return .receivedBytes(try present(UInt64(decimal: value))) }
    return nil
  }

  private static func endpoint<Sink: FactSink & ~Copyable>(
    _ value: RawSpan, sink: inout Sink
  ) throws(ConfigurationError) -> Endpoint {
    let text = try present(EndpointText(text: value))
    var endpoint = text.endpoint
    if let zone = text.zone { endpoint.scope = try present(sink.scope(named: zone)) }
    return endpoint
  }

  /// A number that may be negative, as servers send it for a set.
  private static func signed(_ value: RawSpan) throws(ConfigurationError) -> Int32 {
    let negative = value.byteCount > 0 && value.octet(at: 0) == .minus
    let magnitude = try present(UInt16(decimal: value.extracting((negative ? 1 : 0)..<value.byteCount)))
    return negative ? -Int32(magnitude) : Int32(magnitude)
  }

  private static func present<Value>(_ value: Value?) throws(ConfigurationError) -> Value {
    guard let value else { throw .invalidValue }
    return value
  }
}
