extension DriverVersion {
  /// Reads the value of an INF's DriverVer: "11/28/2026,0.1.0.0", month first, up to four numbers below 65,536 (missing
  /// ones are 0), spaces around the comma. Nil for anything else.
  public init?(parsing text: Span<UInt16>) {
    var reader = Reader(place: 0)
    guard let month = reader.number(in: text, most: 12), reader.skip(0x2f, in: text),
      let day = reader.number(in: text, most: 31), reader.skip(0x2f, in: text),
      let year = reader.number(in: text, most: 9999), month > 0, day > 0, year >= 1601
    else { return nil }
    reader.skipSpaces(in: text)
    guard reader.skip(0x2c, in: text) else { return nil }
    reader.skipSpaces(in: text)
    var number: UInt64 = 0
    var count: UInt64 = 0
    repeat {
      guard count < 4, let part = reader.number(in: text, most: 0xffff) else { return nil }
      number |= UInt64(part) << (48 - 16 * count)
      count += 1
    } while reader.skip(0x2e, in: text)
    reader.skipSpaces(in: text)
    guard reader.place == text.count else { return nil }
    self.init(date: UInt64(Self.days(year, month, day)) * 864_000_000_000, number: number)
  }

  /// Days from 1601-01-01 to a date of the Gregorian calendar.
  static func days(_ year: UInt32, _ month: UInt32, _ day: UInt32) -> UInt32 {
    // Years begin in March, so that the day that comes and goes is the last one.
    let shifted = month > 2 ? year : year - 1
    let monthsBefore = (month + 9) % 12
    let whole = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400
    return whole + (monthsBefore * 153 + 2) / 5 + day - 584_695
  }

  private struct Reader {
    var place: Int

    /// Digits that make no more than `most`; nil if there are none, or it is more.
    mutating func number(in text: Span<UInt16>, most: UInt32) -> UInt32? {
      let start = place
      var value: UInt32 = 0
      while place < text.count, text[place] >= 0x30, text[place] <= 0x39 {
        value = value * 10 + UInt32(text[place] - 0x30)
        guard value <= most else { return nil }
        place += 1
      }
      return place > start ? value : nil
    }

    mutating func skip(_ unit: UInt16, in text: Span<UInt16>) -> Bool {
      guard place < text.count, text[place] == unit else { return false }
      place += 1
      return true
    }

    mutating func skipSpaces(in text: Span<UInt16>) {
      while skip(0x20, in: text) {}
    }
  }
}
