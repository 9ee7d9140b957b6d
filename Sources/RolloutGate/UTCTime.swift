/// A moment in whole seconds since 1970, UTC, without leap seconds.
public struct UTCTime: Equatable, Comparable, Hashable, Sendable {
  /// Seconds since 1970-01-01T00:00:00Z.
  public var seconds: Int

  /// The moment so many seconds after 1970 began.
  public init(seconds: Int) { self.seconds = seconds }

  /// The order in time.
  public static func < (left: UTCTime, right: UTCTime) -> Bool { left.seconds < right.seconds }
  /// Seconds from `right` to `left`.
  public static func - (left: UTCTime, right: UTCTime) -> Int { left.seconds - right.seconds }
  /// The moment so many hours later.
  public func adding(hours: Int) -> UTCTime { UTCTime(seconds: seconds + hours * 3600) }

  private var day: Int { (seconds - (seconds % 86400 + 86400) % 86400) / 86400 }
  /// Seconds since the week began on Monday, 00:00.
  public var secondOfWeek: Int { ((seconds - 4 * 86400) % 604_800 + 604_800) % 604_800 }

  /// A year from 1970 to 9999, a month, a day and the time of day; nil when there is no such moment.
  public init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
    guard (1970...9999).contains(year), (1...12).contains(month), day >= 1, (0..<24).contains(hour),
      (0..<60).contains(minute), (0..<60).contains(second)
    else { return nil }
    let days = Self.days(before: year, month) + day - 1
    self.init(seconds: days * 86400 + hour * 3600 + minute * 60 + second)
    guard date.month == month else { return nil }
  }

  /// Days from 1970 to the first of a month (Gregorian).
  private static func days(before year: Int, _ month: Int) -> Int {
    // Years that begin in March, so that the leap day is the last.
    let y = month <= 2 ? year - 1 : year
    let monthsSinceMarch = (month + 9) % 12
    return y * 365 + y / 4 - y / 100 + y / 400 + (monthsSinceMarch * 153 + 2) / 5 - 719_468
  }

  /// Year, month and day.
  public var date: (year: Int, month: Int, day: Int) {
    let shifted = day + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let year = era * 400 + yearOfEra + (month >= 10 ? 1 : 0)
    return (year, month < 10 ? month + 3 : month - 9, dayOfYear - (153 * month + 2) / 5 + 1)
  }
}

extension UTCTime: CustomStringConvertible, Codable {
  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// The date as `2027-01-06`.
  public var dateText: String {
    let date = date
    return "\(Self.padded(date.year, 4))-\(Self.padded(date.month, 2))-\(Self.padded(date.day, 2))"
  }

  /// The moment as `2027-01-06T09:00:00Z`.
  public var description: String {
    let rest = seconds - day * 86400
    return dateText + "T\(Self.padded(rest / 3600, 2)):\(Self.padded(rest / 60 % 60, 2)):\(Self.padded(rest % 60, 2))Z"
  }

  /// Reads `2027-01-06T09:00:00Z` and nothing else.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 20 else { return nil }
    func number(_ range: Range<Int>) -> Int {
      bytes[range].reduce(0) { value, byte in
        let digit = Int(byte) - 48
        return value < 0 || digit < 0 || digit > 9 ? -1 : value * 10 + digit
      }
    }
    self.init(
      year: number(0..<4), month: number(5..<7), day: number(8..<10), hour: number(11..<13), minute: number(14..<16),
      second: number(17..<19))
    guard description.utf8.elementsEqual(bytes) else { return nil }
  }

  /// Reads the moment's text.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let time = UTCTime(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\"\(text)\" is not a time like 2027-01-06T09:00:00Z")
    }
    self = time
  }

  /// Writes the moment's text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
