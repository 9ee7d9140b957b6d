import ControlProtocol
import Octets

/// Values as arguments and files have them; everything that is refused is refused in `wg`'s words.
enum Values {
  static func key(_ text: String) throws(Complaint) -> Octets32 {
    let bytes = Array(text.utf8)
    guard let key = bytes.withRawSpan({ Octets32(base64: $0) }) else {
      throw Complaint("Key is not the correct length or format: `\(text)'")
    }
    return key
  }

  static func port(_ text: String, _ host: some ToolHost) throws(Complaint) -> UInt16 {
    if text.isEmpty { throw Complaint("Unable to parse empty port") }
    return try host.port(text)
  }

  static func mark(_ text: String) throws(Complaint) -> UInt32 {
    if text.lowercased() == "off" { return 0 }
    let isHexadecimal = text.hasPrefix("0x")
    let digits = isHexadecimal ? text.dropFirst(2) : text[...]
    let isPlain = digits.utf8.allSatisfy { isHexadecimal ? $0.isHexadecimalDigit : $0.isDigit }
    guard isPlain, let mark = UInt32(digits, radix: isHexadecimal ? 16 : 10) else {
      throw Complaint("Fwmark is neither 0/off nor 0-0xffffffff: `\(text)'")
    }
    return mark
  }

  static func keepalive(_ text: String) throws(Complaint) -> UInt16 {
    if text.lowercased() == "off" { return 0 }
    guard text.utf8.allSatisfy(\.isDigit), let seconds = UInt16(text) else {
      throw Complaint("Persistent keepalive interval is neither 0/off nor 1-65535: `\(text)'")
    }
    return seconds
  }

  static func endpoint(_ text: String, _ host: some ToolHost) throws(Complaint) -> Endpoint {
    if text.isEmpty { throw Complaint("Unable to parse empty endpoint") }
    let bytes = Array(text.utf8)
    var name = bytes[...]
    var port = bytes[bytes.count...]
    if bytes[0] == UInt8(ascii: "[") {
      guard let bracket = bytes.firstIndex(of: UInt8(ascii: "]")) else {
        throw Complaint("Unable to find matching brace of endpoint: `\(text)'")
      }
      name = bytes[1..<bracket]
      if bytes[(bracket + 1)...].first == UInt8(ascii: ":") { port = bytes[(bracket + 2)...] }
    } else if let colon = bytes.lastIndex(of: UInt8(ascii: ":")) {
      name = bytes[..<colon]
      port = bytes[(colon + 1)...]
    }
    if port.isEmpty { throw Complaint("Unable to find port of endpoint: `\(text)'") }
    return try host.endpoint(
      host: String(decoding: name, as: UTF8.self), port: String(decoding: port, as: UTF8.self), text: text)
  }

  static func prefixes(_ text: String, _ host: some ToolHost) throws(Complaint) -> AllowedIPList {
    var list = AllowedIPList()
    if text.isEmpty { return list }
    for element in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sign = element.first.flatMap { $0 == "+" || $0 == "-" ? $0 : nil }
      let bare = sign == nil ? element : element.dropFirst()
      list.changes.append(AllowedIPChange(try prefix(bare, host), isRemoved: sign == "-"))
      list.hasSigns = list.hasSigns || sign != nil
    }
    return list
  }

  private static func prefix(_ element: Substring, _ host: some ToolHost) throws(Complaint) -> Prefix {
    let slash = element.firstIndex(of: "/")
    let written = String(element[..<(slash ?? element.endIndex)])
    let bytes = Array(written.utf8)
    guard let address = bytes.withRawSpan({ IPAddress(text: $0) }) else {
      throw Complaint("Unable to parse IP address: `\(written)'")
    }
    var length = address.family.bitCount
    if let slash {
      let digits = element[element.index(after: slash)...]
      guard digits.utf8.allSatisfy(\.isDigit), let number = Int(digits), number <= length else {
        throw Complaint("AllowedIP is not in the correct format: `\(element)'")
      }
      length = number
    }
    guard let prefix = Prefix(address, length: length) else {
      throw Complaint("AllowedIP is not in the correct format: `\(element)'")
    }
    if prefix.address != address { host.warn("Warning: AllowedIP has nonzero host part: \(element)") }
    return prefix
  }
}

extension UInt8 {
  var isDigit: Bool { (0x30...0x39).contains(self) }
  var isHexadecimalDigit: Bool { isDigit || (0x61...0x66).contains(self | 0x20) }
  /// As C's `isspace` has it.
  var isSpace: Bool { self == 0x20 || (0x09...0x0d).contains(self) }
}
