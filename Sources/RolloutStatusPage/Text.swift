internal import RolloutGate
internal import RolloutMetadata

extension String {
  /// As the text of an element or in quotes as the value of an attribute; what XML has no place for is left out.
  var escaped: String {
    var result = ""
    for character in unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\t": result += " "
      case _ where character.value < 0x20 || character.value == 0x7f: break
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}

extension Int {
  /// Clients per million as a share: 1000 is 0.1 %, 0.0001 % the least there is.
  var percent: String {
    let (whole, rest) = quotientAndRemainder(dividingBy: 10_000)
    guard rest > 0 else { return "\(whole) %" }
    var digits = String(rest + 10_000).dropFirst()
    while digits.hasSuffix("0") { digits.removeLast() }
    return "\(whole).\(digits) %"
  }

  /// With commas between thousands.
  var grouped: String {
    var result = ""
    for (place, digit) in String(self).enumerated() {
      if place > 0, (String(self).count - place).isMultiple(of: 3) { result += "," }
      result.append(digit)
    }
    return result
  }

  /// For an axis: 1000 is 1k, 2500000 is 2.5M.
  var short: String {
    for (unit, name) in [(1_000_000_000, "G"), (1_000_000, "M"), (1000, "k")] where self >= unit {
      let tenths = self / (unit / 10) % 10
      return tenths == 0 ? "\(self / unit)\(name)" : "\(self / unit).\(tenths)\(name)"
    }
    return "\(self)"
  }
}

extension UTCTime {
  /// For a reader: 2027-01-04 09:00 UTC.
  var readable: String {
    let text = description
    return text.count == 20 ? "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC" : text
  }

  /// The day alone.
  var day: String { dateText }
}
