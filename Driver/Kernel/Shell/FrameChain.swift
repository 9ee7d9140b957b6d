/// Frames in a row, threaded through their `next`; the last one's is nil.
struct FrameChain: BitwiseCopyable, Sendable {
  private(set) var first: Frame?
  private var last: Frame?
  private(set) var count = 0

  init() {}

  /// The chain that begins with `first`, as the C side passes it.
  init(from first: Frame?) {
    var rest = first
    while let frame = rest {
      rest = frame.next
      append(frame)
    }
  }

  var isEmpty: Bool { first == nil }

  mutating func append(_ frame: Frame) {
    frame.next = nil
    if let last { last.next = frame } else { first = frame }
    last = frame
    count += 1
  }

  /// Adds the frames of `chain`, which is empty afterwards.
  mutating func append(_ chain: inout FrameChain) {
    guard let head = chain.first else { return }
    if let last { last.next = head } else { first = head }
    last = chain.last
    count += chain.count
    chain = FrameChain()
  }

  mutating func removeFirst() -> Frame? {
    guard let frame = first else { return nil }
    first = frame.next
    if first == nil { last = nil }
    frame.next = nil
    count -= 1
    return frame
  }

  /// The whole chain; this one is empty afterwards.
  mutating func takeAll() -> FrameChain {
    defer { self = FrameChain() }
    return self
  }

  /// Calls `body` with each frame, in order; it may not change the chain.
  func visit(_ body: (Frame) -> Void) {
    var rest = first
    while let frame = rest {
      body(frame)
      rest = frame.next
    }
  }
}
