// What a helper and the library that has asked it say to each other, in UTF-16: an argument behind a command, one
// answer, and lines for the log. Both sides are here.

/// What a helper answers: eight hexadecimal digits of a Win32 error, and behind a blank a text, if there is one; then a
/// line feed. Whatever else comes back was not a helper's.
public struct HelperAnswer: Equatable, Sendable {
  /// The most units of a text: a path of Windows' without its NUL.
  public static let longestText = 259
  /// The most units of an answer.
  public static let longest = 8 + 1 + longestText + 1

  /// The Win32 error; 0 is success.
  public let error: UInt32
  /// Where the text is; empty when there is none.
  public let text: Range<Int>

  /// Reads all of an answer; nil when it is none.
  public init?(parsing answer: Span<UInt16>) {
    guard answer.count >= 9, answer.count <= Self.longest, answer[answer.count - 1] == Text.lineFeed,
      let error = Text.number(answer, at: 0)
    else { return nil }
    self.error = error
    guard answer.count > 9 else {
      text = 8..<8
      return
    }
    // A blank with nothing behind it is no answer either.
    guard answer.count > 10, answer[8] == Text.blank else { return nil }
    text = 9..<answer.count - 1
    for place in text where answer[place] < Text.blank { return nil }
  }

  /// An answer, its text cut to what is allowed. `output` has room for `longest` units at least. Returns its length.
  public static func print(error: UInt32, text: Span<UInt16>, into output: inout MutableSpan<UInt16>) -> Int {
    Text.print(error, into: &output, at: 0)
    var length = 8
    if !text.isEmpty {
      output[length] = Text.blank
      length += 1
      for place in 0..<min(text.count, longestText) {
        output[length] = text[place] < Text.blank ? Text.blank : text[place]
        length += 1
      }
    }
    output[length] = Text.lineFeed
    return length + 1
  }

  /// The number that a text of eight hexadecimal digits is; nil for any other text.
  public static func number(_ text: Span<UInt16>) -> UInt32? { text.count == 8 ? Text.number(text, at: 0) : nil }

  /// The argument on a helper's command line, which stands in quotation marks with none inside; nil when there is none.
  public static func argument(of line: Span<UInt16>) -> Range<Int>? {
    let mark: UInt16 = 0x22
    guard line.count >= 2, line[0] == mark, line[line.count - 1] == mark else { return nil }
    for place in 1..<line.count - 1 where line[place] == mark || line[place] < Text.blank { return nil }
    return 1..<line.count - 1
  }
}

/// A line for the log: "[c time] text" and a line feed, with c one of + (information), - (warning) and ! (error), and
/// the time in 100 ns since 1601-01-01 UTC, sixteen hexadecimal digits.
public struct HelperLine: Equatable, Sendable {
  /// The most units of a text.
  public static let longestText = 500
  /// The most units of a line.
  public static let longest = 3 + 16 + 2 + longestText + 1

  /// What it is.
  public let level: DriverLog.Level
  /// 100 ns since 1601-01-01 UTC.
  public let time: UInt64
  /// Where its text is.
  public let text: Range<Int>

  /// The next line of what a helper has said, from `place` on, which moves behind it; nil at the end. What is no line
  /// is passed over, and what is too long is cut.
  public static func next(in log: Span<UInt16>, from place: inout Int) -> HelperLine? {
    while place < log.count {
      var end = place
      while end < log.count && log[end] != Text.lineFeed { end += 1 }
      let line = place..<end
      place = end + 1
      if let found = HelperLine(log, line) { return found }
    }
    return nil
  }

  private init?(_ log: Span<UInt16>, _ line: Range<Int>) {
    guard line.count >= 3, log[line.lowerBound] == 0x5b, log[line.lowerBound + 2] == Text.blank else { return nil }
    switch log[line.lowerBound + 1] {
    case 0x2b: level = .information
    case 0x2d: level = .warning
    case 0x21: level = .error
    default: return nil
    }
    let textAt = line.lowerBound + 3 + 16 + 2
    guard line.upperBound >= textAt, log[textAt - 2] == 0x5d, log[textAt - 1] == Text.blank,
      let upper = Text.number(log, at: line.lowerBound + 3), let lower = Text.number(log, at: line.lowerBound + 11)
    else { return nil }
    time = UInt64(upper) << 32 | UInt64(lower)
    text = textAt..<min(line.upperBound, textAt + Self.longestText)
  }

  /// A line, its text cut to what is allowed. `output` has room for `longest` units at least. Returns its length.
  public static func print(
    level: DriverLog.Level, time: UInt64, text: Span<UInt16>, into output: inout MutableSpan<UInt16>
  ) -> Int {
    output[0] = 0x5b
    output[1] =
      switch level {
      case .information: 0x2b
      case .warning: 0x2d
      case .error: 0x21
      }
    output[2] = Text.blank
    Text.print(UInt32(truncatingIfNeeded: time >> 32), into: &output, at: 3)
    Text.print(UInt32(truncatingIfNeeded: time), into: &output, at: 11)
    output[19] = 0x5d
    output[20] = Text.blank
    var length = 21
    for place in 0..<min(text.count, longestText) {
      output[length] = text[place] == Text.lineFeed ? Text.blank : text[place]
      length += 1
    }
    output[length] = Text.lineFeed
    return length + 1
  }
}

private enum Text {
  static let lineFeed: UInt16 = 0x0a
  static let blank: UInt16 = 0x20

  /// The number that the eight digits at a place make; nil when they are none.
  static func number(_ text: Span<UInt16>, at start: Int) -> UInt32? {
    var number: UInt32 = 0
    for place in start..<start + 8 {
      let value: UInt16
      switch text[place] {
      case 0x30...0x39: value = text[place] - 0x30
      case 0x41...0x46: value = text[place] - 0x41 + 10
      default: return nil
      }
      number = number << 4 | UInt32(value)
    }
    return number
  }

  /// Eight digits at a place.
  static func print(_ number: UInt32, into output: inout MutableSpan<UInt16>, at start: Int) {
    for place in 0..<8 {
      let digit = UInt16(truncatingIfNeeded: number >> UInt32(28 - 4 * place) & 15)
      output[start + place] = digit + (digit < 10 ? 0x30 : 0x41 - 10)
    }
  }
}
