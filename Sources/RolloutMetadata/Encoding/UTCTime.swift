/// A time of the wall clock in whole seconds since 1970, UTC: from 1970 to the end of the year 9999.
public struct UTCTime: Equatable, Comparable, Sendable {
  /// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted; `0 ≤ seconds ≤ 253402300799`.
  public let seconds: Int64

  /// The last second of the year 9999.
  public static let last = UTCTime(seconds: 253_402_300_799)

  /// The time `seconds` after 1970; the nearest there is when it lies outside the range.
  public init(seconds: Int64) {
    self.seconds = min(max(seconds, 0), 253_402_300_799)
  }

  /// The earlier one is the lesser.
  public static func < (left: UTCTime, right: UTCTime) -> Bool { left.seconds < right.seconds }

  /// The time so many seconds later.
  public static func + (time: UTCTime, seconds: Int64) -> UTCTime {
    let (sum, isTooMuch) = time.seconds.addingReportingOverflow(seconds)
    return UTCTime(seconds: isTooMuch ? (seconds < 0 ? .min : .max) : sum)
  }

  /// The seconds from `right` to `left`.
  public static func - (left: UTCTime, right: UTCTime) -> Int64 { left.seconds - right.seconds }
}

extension UTCTime {
  /// The time that `text` gives as RFC 3339 in its one form here, `2027-01-15T00:00:00Z`; nil for every other.
  public init?(_ text: [UInt8]) {
    let pattern: StaticString = "dddd-dd-ddTdd:dd:ddZ"
    let shape = pattern.octets
    guard text.count == shape.count else { return nil }
    for i in 0..<text.count {
      let isDigit = text[i] >= UInt8(ascii: "0") && text[i] <= UInt8(ascii: "9")
      guard shape[i] == UInt8(ascii: "d") ? isDigit : text[i] == shape[i] else { return nil }
    }
    func number(_ range: Range<Int>) -> Int64 {
      var number: Int64 = 0
      for i in range { number = number * 10 + Int64(text[i] - UInt8(ascii: "0")) }
      return number
    }
    let (year, month, day) = (number(0..<4), number(5..<7), number(8..<10))
    let (hour, minute, second) = (number(11..<13), number(14..<16), number(17..<19))
    guard year >= 1970, month >= 1, month <= 12, day >= 1, day <= Self.days(in: month, of: year) else { return nil }
    guard hour <= 23, minute <= 59, second <= 59 else { return nil }
    var days = Self.days(before: year) + day - 1
    for earlier in 1..<month { days += Self.days(in: earlier, of: year) }
    self.init(seconds: ((days * 24 + hour) * 60 + minute) * 60 + second)
  }

  /// The time as text, as `2027-01-15T00:00:00Z`.
  public var text: [UInt8] {
    var days = seconds / 86_400
    var year = 1970 + days / 366
    while Self.days(before: year + 1) <= days { year += 1 }
    days -= Self.days(before: year)
    var month: Int64 = 1
    while days >= Self.days(in: month, of: year) {
      days -= Self.days(in: month, of: year)
      month += 1
    }
    let rest = seconds % 86_400
    var text = Self.padded(year, 4)
    text += [UInt8(ascii: "-")] + Self.padded(month, 2) + [UInt8(ascii: "-")] + Self.padded(days + 1, 2)
    text += [UInt8(ascii: "T")] + Self.padded(rest / 3600, 2) + [UInt8(ascii: ":")] + Self.padded(rest / 60 % 60, 2)
    text += [UInt8(ascii: ":")] + Self.padded(rest % 60, 2) + [UInt8(ascii: "Z")]
    return text
  }

  /// The days from 1970 to the beginning of `year`.
  private static func days(before year: Int64) -> Int64 {
    let last = year - 1
    return 365 * (year - 1970) + (last / 4 - last / 100 + last / 400) - (1969 / 4 - 1969 / 100 + 1969 / 400)
  }

  private static func days(in month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
  }

  private static func padded(_ number: Int64, _ count: Int) -> [UInt8] {
    let digits = decimal(UInt64(number))
    return [UInt8](repeating: UInt8(ascii: "0"), count: max(0, count - digits.count)) + digits
  }
}
