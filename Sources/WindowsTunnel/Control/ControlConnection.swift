public import ControlProtocol

/// One connection of the pipe on which an adapter is configured and read as text.
public final class ControlConnection<Adapter: AdapterRequests> {
  private var text = TextProtocol()
  private var target: AdapterTarget<Adapter>

  /// A connection just accepted.
  public init(_ adapter: Adapter) { target = AdapterTarget(adapter) }

  /// Takes what was read and prints what is to be written; see `TextProtocol.receive`.
  public func receive(_ input: RawSpan, inputEnds: Bool, into output: inout OutputSpan<UInt8>) -> TextProtocol.Step {
    text.receive(input, inputEnds: inputEnds, into: &output, target: &target)
  }
}
