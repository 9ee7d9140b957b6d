import Octets

/// Cuts a stream of bytes, however fragmented, into lines.
///
/// A line that lies whole in one piece of input is used where it is; one that does not is gathered here. No legal line
/// is longer than the buffer, so of a longer one only its length is kept and whether it has a `=`.
struct LineBuffer {
  /// Longer lines mean nothing to the protocol: the longest key with the longest value takes 108 bytes.
  static let capacity = 256
  /// A line with more bytes than this is refused before its end is seen (protocol.md §23.5).
  static let limit = 65536

  /// What the next bytes of input are.
  enum Line {
    /// The input ends before the line does.
    case incomplete
    /// More than `limit` bytes without an end.
    case endless
    /// A complete line that is too long to be legal.
    case oversized(hasEquals: Bool)
    /// A complete line in the input.
    case inPlace(Range<Int>)
    /// A complete line in the buffer.
    case gathered
  }

  private var octets = FixedOctets<256>()
  private(set) var count = 0
  private var hasEquals = false

  /// The gathered line, where it is (see `FixedOctets.bytes`).
  var text: RawSpan {
    @_addressableSelf @_lifetime(borrow self) borrowing get { octets.bytes.extracting(0..<min(count, Self.capacity)) }
  }

  /// Takes the rest of the current line from `input` at `offset`, which moves past what was taken. One pass over it.
  mutating func take(_ input: RawSpan, from offset: inout Int) -> Line {
    let start = offset
    var end = start
    while end < input.byteCount && input.octet(at: end) != .lineFeed { end += 1 }
    let complete = end < input.byteCount
    offset = complete ? end + 1 : end
    if complete && count == 0 && end - start <= Self.capacity { return .inPlace(start..<end) }
    gather(input.extracting(start..<end))
    if count > Self.limit { return .endless }
    guard complete else { return .incomplete }
    return count > Self.capacity ? .oversized(hasEquals: hasEquals) : .gathered
  }

  private mutating func gather(_ piece: RawSpan) {
    for i in 0..<piece.byteCount {
      let byte = piece.octet(at: i)
      if count + i < Self.capacity { octets[count + i] = byte }
      if byte == .equals { hasEquals = true }
    }
    count += piece.byteCount
  }

  /// Forgets the line; what was gathered of it is overwritten.
  mutating func clear() {
    if count > 0 { octets.wipe() }
    count = 0
    hasEquals = false
  }
}

extension RawSpan {
  /// These bytes without one carriage return at the end.
  var withoutCarriageReturn: RawSpan {
    @_lifetime(copy self) get {
      guard byteCount > 0 && octet(at: byteCount - 1) == .carriageReturn else { return self }
      return extracting(0..<byteCount - 1)
    }
  }
}
