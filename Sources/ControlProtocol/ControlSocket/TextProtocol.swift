import Octets

/// One connection of the control socket, the server's end (protocol.md §23): bytes in, directives and replies out.
///
/// The host feeds it what it reads, in pieces of any size, and writes what it prints. Requests may follow one another
/// and may be sent ahead. After an error the reply is the last thing said. The host wipes its own buffers, which hold
/// keys in both directions, and ends the input whenever the connection ends, for whatever reason.
public struct TextProtocol: ~Copyable {
  /// With less room than this in the output a call may get nothing done.
  public static var minimumRoom: Int { 544 }

  /// What the connection waits for.
  @frozen
  public enum Want: UInt8, BitwiseCopyable, Sendable {
    /// All input is used up: call again with more, or with its end.
    case input
    /// The output is full: empty it and call again with the input not yet used.
    case room
    /// Nothing follows: write the output and close the connection.
    case close
  }

  /// What a call has done.
  @frozen
  public struct Step: BitwiseCopyable, Sendable {
    /// Bytes of the input that are used and must not be offered again.
    public let consumed: Int
    /// What the connection waits for.
    public let wants: Want
  }

  /// Why the last request failed, for the host's log: the text says nothing but a number.
  @frozen
  public struct Failure: BitwiseCopyable, Sendable, Equatable {
    /// The line of the request, the first being 1; for a failed read the last line.
    public let line: Int
    /// The reason.
    public let error: ConfigurationError

    /// A failure at `line`.
    public init(line: Int, error: ConfigurationError) {
      self.line = line
      self.error = error
    }
  }

  enum Phase {
    /// The first line of a request is due.
    case request
    /// After `get=1`: a blank line is due.
    case getEnd
    /// The interface's facts are to be printed.
    case interface
    /// The peers after the cursor are to be printed.
    case peers
    /// The allowed IPs after the cursor, then the peers after theirs.
    case allowedIPs
    /// Inside a set request.
    case set
    /// After `observe=1`: a blank line is due.
    case observeEnd
    /// How busy the interface is is to be printed.
    case observedInterface
    /// How much the workers have worked, from this one on.
    case observedWorker(UInt8)
    /// How often packets were refused, from this `Rejection` on.
    case observedTally(UInt8)
    /// How far things are with the peers after the cursor.
    case observedPeers
    /// The result is to be printed.
    case result(Int32, thenClose: Bool)
    /// Nothing more is said.
    case closed
  }

  var phase = Phase.request
  var line = LineBuffer()
  var lineCount = 0
  var sequence = SetSequence()
  var peerCursor = PeerCursor()
  var allowedIPCursor = AllowedIPCursor()
  var lastFailure: Failure?

  /// A connection just accepted.
  public init() {}

  /// Why the last request failed; nil while none has.
  public var failure: Failure? { lastFailure }

  /// Works on `input` until it is used up, `output` is full or the connection is to be closed.
  ///
  /// `inputEnds` says that nothing follows `input`. A lock on the target need be held only during the call, and is
  /// held for a time bounded by the size of the two buffers.
  public mutating func receive<Target: ConfigurationTarget & ~Copyable>(
    _ input: RawSpan, inputEnds: Bool, into output: inout OutputSpan<UInt8>, target: inout Target
  ) -> Step {
    var offset = 0
    while true {
      switch phase {
      case .closed:
        return Step(consumed: input.byteCount, wants: .close)
      case .interface, .peers, .allowedIPs:
        guard printNext(into: &output, target: &target) else { return Step(consumed: offset, wants: .room) }
      case .observedInterface, .observedWorker, .observedTally, .observedPeers:
        guard printNextObserved(into: &output, target: &target) else { return Step(consumed: offset, wants: .room) }
      case .result(let number, let thenClose):
        guard printResult(number, into: &output) else { return Step(consumed: offset, wants: .room) }
        phase = thenClose ? .closed : .request
        lineCount = 0
      case .request, .getEnd, .set, .observeEnd:
        let next = line.take(input, from: &offset)
        if case .incomplete = next {
          guard inputEnds else { return Step(consumed: offset, wants: .input) }
          end(target: &target)
        } else {
          lineCount += 1
          accept(next, of: input, target: &target)
        }
        line.clear()
      }
    }
  }

  private var insideSet: Bool { if case .set = phase { true } else { false } }

  /// The input has ended inside a line or after one: after a whole line that is as good as a blank one.
  private mutating func end<Target: ConfigurationTarget & ~Copyable>(target: inout Target) {
    if case .request = phase {
      phase = .closed
    } else if line.count > 0 {
      // A cut line may mean something else than the whole one: `allowed_ip=10.0.0.0/1` of `/16`.
      fail(insideSet ? .malformedLine : .invalidValue, target: &target)
    } else {
      obey(.blank, target: &target)
    }
  }

  private mutating func accept<Target: ConfigurationTarget & ~Copyable>(
    _ next: LineBuffer.Line, of input: RawSpan, target: inout Target
  ) {
    var meaning = Meaning.blank
    do throws(ConfigurationError) {
      switch next {
      case .incomplete: return
      case .endless: throw .inputOutput
      case .oversized(let hasEquals): throw insideSet && !hasEquals ? .malformedLine : .invalidValue
      case .inPlace(let range):
        meaning = try Self.understand(input.extracting(range), insideSet: insideSet, target: &target)
      case .gathered: meaning = try Self.understand(line.text, insideSet: insideSet, target: &target)
      }
    } catch {
      fail(error, target: &target)
      return
    }
    obey(meaning, target: &target)
    secureWipe(&meaning)
  }
}
