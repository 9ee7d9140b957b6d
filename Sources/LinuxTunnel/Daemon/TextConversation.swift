internal import ControlProtocol
internal import Octets

/// The text protocol of the control socket, spoken about one engine.
public struct TextConversation: ControlConversation, ~Copyable {
  private var text = TextProtocol()
  private var target: EngineTarget

  /// A conversation about `engine`.
  public init(_ engine: Engine) {
    target = EngineTarget(engine)
  }

  /// Works on what was read, as `TextProtocol` does.
  @_lifetime(output: copy output)
  public mutating func receive(
    _ input: RawSpan, inputEnds: Bool, into output: inout OutputSpan<UInt8>
  ) -> ControlStep {
    let step = text.receive(input, inputEnds: inputEnds, into: &output, target: &target)
    return ControlStep(consumed: step.consumed, wants: ControlStep.Want(step.wants))
  }
}

extension ControlStep.Want {
  fileprivate init(_ want: TextProtocol.Want) {
    switch want {
    case .input: self = .input
    case .room: self = .room
    case .close: self = .close
    }
  }
}
