import Octets

extension TextProtocol {
  /// What a line says, given the phase it is read in.
  enum Meaning: BitwiseCopyable {
    /// The end of a request.
    case blank
    /// `get=1`, which starts a request.
    case get
    /// `set=1`, which starts a request.
    case set
    /// `observe=1`, which starts a request.
    case observe
    /// A line inside a set request.
    case setting(SetLine)
    /// Anything else outside a set request.
    case other
  }

  static func understand<Target: ConfigurationTarget & ~Copyable>(
    _ line: RawSpan, insideSet: Bool, target: inout Target
  ) throws(ConfigurationError) -> Meaning {
    let text = line.withoutCarriageReturn
    if text.byteCount == 0 { return .blank }
    if insideSet { return .setting(try SetLine(text, target: &target)) }
    if text.equals("get=1") { return .get }
    if text.equals("observe=1") { return .observe }
    return text.equals("set=1") ? .set : .other
  }

  /// Does what a line says in the phase it is read in.
  mutating func obey<Target: ConfigurationTarget & ~Copyable>(_ meaning: Meaning, target: inout Target) {
    do throws(ConfigurationError) {
      switch (phase, meaning) {
      case (.request, .get):
        phase = .getEnd
      case (.request, .set):
        sequence = SetSequence()
        phase = .set
      case (.request, .observe) where target.observe() != nil:
        phase = .observeEnd
      case (.request, _):
        // Whoever starts like this speaks another protocol: no reply.
        phase = .closed
      case (.getEnd, .blank):
        phase = .interface
      case (.observeEnd, .blank):
        phase = .observedInterface
      case (.getEnd, _), (.observeEnd, _):
        throw .invalidValue
      case (.set, .setting(let line)):
        try sequence.accept(line, target: &target)
      case (.set, .blank):
        try sequence.finish(target: &target)
        phase = .result(0, thenClose: false)
      default:
        break
      }
    } catch {
      fail(error, target: &target)
    }
  }

  /// Ends the request with `error`. What it has set stays, and the block under way takes effect as far as it got.
  mutating func fail<Target: ConfigurationTarget & ~Copyable>(_ error: ConfigurationError, target: inout Target) {
    lastFailure = Failure(line: lineCount, error: error)
    let number = Int32(error.rawValue)
    switch phase {
    case .request, .result, .closed:
      phase = .closed
    case .getEnd, .interface, .peers, .allowedIPs, .observeEnd, .observedInterface, .observedWorker, .observedTally,
      .observedPeers:
      phase = .result(number, thenClose: true)
    case .set:
      do throws(ConfigurationError) { try sequence.finish(target: &target) } catch {}
      phase = .result(-number, thenClose: true)
    }
  }
}
