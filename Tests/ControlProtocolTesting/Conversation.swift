public import ControlProtocol

/// A connection of the control socket together with the loop a host runs around it.
public final class Conversation {
  /// What the server said.
  public var reply: [UInt8] = []
  /// Whether the server has closed the connection.
  public var closed = false
  private var server = TextProtocol()
  private var pending: [UInt8] = []

  /// A connection just accepted.
  public init() {}

  /// Why the last request failed.
  public var failure: TextProtocol.Failure? { server.failure }

  /// What the server said, as text.
  public var text: String { String(decoding: reply, as: UTF8.self) }

  /// Sends `bytes` as one piece and lets the server answer in outputs of `room` bytes.
  public func send<Target: ConfigurationTarget & ~Copyable>(
    _ bytes: [UInt8], ends: Bool = false, room: Int = TextProtocol.minimumRoom, to target: inout Target
  ) {
    guard !closed else { return }
    pending += bytes
    while true {
      var step: TextProtocol.Step?
      reply += [UInt8](capacity: room) { output in
        step = withBytes(pending) { self.server.receive($0, inputEnds: ends, into: &output, target: &target) }
      }
      guard let step else { return }
      pending.removeFirst(step.consumed)
      switch step.wants {
      case .input:
        precondition(pending.isEmpty, "input is left over")
        return
      case .room: continue
      case .close:
        closed = true
        return
      }
    }
  }
}

/// What a fresh connection answers to `request`, sent in one piece.
public func answer(_ request: String, ends: Bool = false, from target: inout MemoryTarget) -> String {
  let conversation = Conversation()
  conversation.send(Array(request.utf8), ends: ends, to: &target)
  return conversation.text
}
