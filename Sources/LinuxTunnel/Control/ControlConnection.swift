internal import Glibc
internal import Octets

/// One connection of the control socket: buffers between a descriptor and a conversation.
///
/// Keys pass through the buffers in both directions: what has been used is overwritten.
final class ControlConnection<Conversation: ControlConversation & ~Copyable> {
  /// Rounds of reading, talking and writing in one turn; the others wait no longer than these take.
  private static var roundLimit: Int { 16 }
  private static var inputByteCount: Int { 16_384 }
  private static var outputByteCount: Int { 65_536 }

  /// What the connection waits for.
  enum Interest: Equatable {
    /// More input.
    case readable
    /// The far end to take output, or just another turn.
    case writable
    /// Nothing: it is over.
    case none
  }

  let descriptor: Descriptor
  private var conversation: Conversation
  private var input: PacketMemory
  /// Bytes of input that wait: `0..<inputCount`.
  private var inputCount = 0
  private var inputEnds = false
  private var output: PacketMemory
  /// Bytes of output that wait: `outputStart..<outputEnd`.
  private var outputStart = 0
  private var outputEnd = 0
  /// The conversation has nothing more to say.
  private var isClosing = false
  private(set) var interest = Interest.readable
  /// Grows with every turn the server gives; the smallest has been idle longest.
  var lastTurn: UInt64 = 0

  init(_ descriptor: consuming Descriptor, _ conversation: consuming Conversation) throws(SystemError) {
    let input = try PacketMemory(byteCount: Self.inputByteCount)
    let output = try PacketMemory(byteCount: Self.outputByteCount)
    self.descriptor = descriptor
    self.conversation = conversation
    self.input = input
    self.output = output
  }

  deinit {
    input.wipe(0..<Self.inputByteCount)
    output.wipe(0..<Self.outputByteCount)
  }

  /// Reads, talks and writes as far as it goes without waiting.
  func proceed() {
    for _ in 0..<Self.roundLimit {
      guard write() else { return }
      if isClosing { return end() }
      guard talkOrRead() else { return }
    }
    interest = .writable
  }

  /// Ends the conversation, which may not have heard the end of its input yet.
  func end() {
    interest = .none
    guard !inputEnds else { return }
    inputEnds = true
    // What it still says is for nobody.
    for _ in 0..<Self.roundLimit where !isClosing {
      talk()
      output.wipe(0..<outputEnd)
      outputStart = 0
      outputEnd = 0
    }
  }

  /// Writes what waits; false when not all of it could be.
  private func write() -> Bool {
    while outputStart < outputEnd {
      let count = output.send(outputStart..<outputEnd, to: descriptor.number)
      if count > 0 {
        outputStart += count
      } else if count < 0 && errno == EAGAIN {
        interest = .writable
        return false
      } else if count == 0 || errno != EINTR {
        end()
        return false
      }
    }
    output.wipe(0..<outputEnd)
    outputStart = 0
    outputEnd = 0
    return true
  }

  /// Gives the conversation what there is, or gets more; false when there is nothing to get.
  private func talkOrRead() -> Bool {
    if inputCount > 0 || inputEnds || wantsRoom {
      talk()
      return true
    }
    let count = input.read(into: inputCount..<Self.inputByteCount, from: descriptor.number)
    if count > 0 {
      inputCount += count
    } else if count == 0 {
      inputEnds = true
    } else if errno == EAGAIN {
      interest = .readable
      return false
    } else if errno != EINTR {
      end()
      return false
    }
    return true
  }

  private var wantsRoom = false

  private func talk() {
    let step = converse()
    wantsRoom = step.wants == .room
    isClosing = step.wants == .close || (step.wants == .input && inputEnds)
    input.removeFirst(step.consumed, of: inputCount)
    inputCount -= step.consumed
  }

  private func converse() -> ControlStep {
    let step = output.append(at: &outputEnd) { (output: inout OutputSpan<UInt8>) in
      Self.converse(&conversation, input, count: inputCount, inputEnds, &output)
    }
    precondition(step.consumed >= 0 && step.consumed <= inputCount)
    return step
  }

  @_lifetime(output: copy output)
  private static func converse(
    _ conversation: inout Conversation, _ input: borrowing PacketMemory, count: Int, _ inputEnds: Bool,
    _ output: inout OutputSpan<UInt8>
  ) -> ControlStep {
    conversation.receive(input.bytes.extracting(0..<count), inputEnds: inputEnds, into: &output)
  }
}
