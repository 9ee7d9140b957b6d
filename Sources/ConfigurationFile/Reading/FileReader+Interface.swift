import ControlProtocol
import Octets

extension FileReader {
  mutating func readInterface(_ key: Key, _ value: Text) {
    switch key {
    case .privateKey: document.interface.privateKey = octets(key, value) ?? document.interface.privateKey
    case .listenPort:
      guard let port = port(value) else { return report(.notPort, key) }
      document.interface.listenPort = port
    case .fwMark:
      guard let mark = mark(value) else { return report(.notMark, key) }
      document.interface.fwmark = mark
    case .address: readAddresses(value)
    case .dns: readDNS(value)
    case .mtu: readMTU(value)
    case .table: readTable(value)
    case .saveConfig: readSaveConfig(value)
    case .preUp, .postUp, .preDown, .postDown: readHook(key, value)
    default: break
    }
  }

  /// A key in base 64; reports anything else.
  mutating func octets(_ key: Key, _ value: Text) -> Octets32? {
    let octets = value.withRawSpan { Octets32(base64: $0, canonical: dialect != .windows) }
    if octets == nil { report(.notKey, key) }
    return octets
  }

  /// A number, or outside Windows the name of a service.
  func port(_ value: Text) -> PortReference? {
    if value.allSatisfy({ $0.isDigit }) { return value.number(UInt16.self).map { .number($0) } }
    // RFC 6335 §5.1 allows 15 characters; anything longer is no name, and might be a secret.
    guard dialect != .windows && value.count <= 15 && value.first?.isLetter == true else { return nil }
    let rest = Array("-_+.".utf8)
    guard value.allSatisfy({ $0.isLetter || $0.isDigit || rest.contains($0) }) else { return nil }
    return value.unicode.map { .service($0) }
  }

  private func mark(_ value: Text) -> UInt32? {
    if value.matches("off") { return 0 }
    let prefix = value.prefix(2)
    guard prefix.equals("0x") || (dialect.isShared && prefix.matches("0x")) else { return value.number() }
    let digits = value.dropFirst(2)
    guard !digits.isEmpty else { return nil }
    var mark: UInt32 = 0
    for character in digits {
      guard let digit = character.hexadecimalValue, mark <= UInt32.max >> 4 else { return nil }
      mark = mark << 4 | UInt32(digit)
    }
    return mark
  }

  private mutating func readAddresses(_ value: Text) {
    for (number, element) in elements(of: value, .address) {
      if let address = element.addressAndLength {
        document.interface.addresses.append(address)
      } else {
        report(.notAddress, .address, element: number)
      }
    }
  }

  private mutating func readDNS(_ value: Text) {
    for (number, element) in elements(of: value, .dns) {
      if let entry = dnsEntry(element) {
        document.interface.dns.append(entry)
      } else {
        report(.notNameServer, .dns, element: number)
      }
    }
  }

  private func dnsEntry(_ element: Text) -> DNSEntry? {
    if let address = element.address { return .server(address, zone: nil) }
    if let (before, zone) = element.cut(at: UInt8(ascii: "%")) {
      guard let address = before.address, address.family == .v6, let zone = zone.unicode, !zone.bytes.isEmpty else {
        return nil
      }
      return .server(address, zone: zone)
    }
    let looksLikeServer =
      element.contains(UInt8(ascii: ":")) || element.allSatisfy { $0.isDigit || $0 == UInt8(ascii: ".") }
    if looksLikeServer && dialect != .windows { return nil }
    let rest = Array("-_.~".utf8)
    guard element.allSatisfy({ $0.isLetter || $0.isDigit || $0 >= 0x80 || rest.contains($0) }) else { return nil }
    return element.unicode.map { .domain($0) }
  }

  private mutating func readMTU(_ value: Text) {
    if value.isEmpty { return }
    let range: ClosedRange<UInt32> = dialect == .wgQuick ? 1...UInt32(Int32.max) : 576...65535
    guard let mtu = value.number(UInt32.self), range.contains(mtu) else { return report(.notMTU, .mtu) }
    document.interface.mtu = mtu
  }

  private mutating func readTable(_ value: Text) {
    if value.isEmpty || value.equals("auto") || (dialect.isShared && value.matches("auto")) {
      document.interface.table = .automatic
    } else if value.equals("off") || (dialect.isShared && value.matches("off")) {
      document.interface.table = .off
    } else if dialect == .windows && !value.equals("main") && value.number(UInt32.self) == nil {
      report(.notTable, .table)
    } else if value.contains(where: { $0.isSpace }) || value.count > 64 {
      report(.notTable, .table)
    } else if let name = value.unicode {
      document.interface.table = .named(name)
    } else {
      report(.notTable, .table)
    }
  }

  private mutating func readSaveConfig(_ value: Text) {
    if value.matches("true") {
      document.interface.saveConfig = true
    } else if value.matches("false") {
      document.interface.saveConfig = false
    } else {
      report(.notBoolean, .saveConfig)
    }
  }

  private mutating func readHook(_ key: Key, _ value: Text) {
    guard let command = value.unicode else { return report(.notUnicode, key) }
    if command.bytes.isEmpty { return }
    if !key.accumulates(in: dialect) { document.interface[hooks: key] = [] }
    document.interface[hooks: key].append(command)
  }

  /// The elements of a list and their numbers, the first being 1; reports empty ones, which wg-quick does not mind.
  ///
  /// Addresses and name servers may also stand apart by white space alone.
  mutating func elements(of value: Text, _ key: Key) -> [(number: Int, text: Text)] {
    var elements: [(number: Int, text: Text)] = []
    var number = 0
    for piece in value.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map({ $0.trimmed }) {
      let words = key == .allowedIPs || dialect == .windows ? [piece] : piece.split(whereSeparator: { $0.isSpace })
      if piece.isEmpty {
        number += 1
        if dialect != .wgQuick || key == .allowedIPs { report(.emptyElement, key, element: number) }
        continue
      }
      for word in words {
        number += 1
        elements.append((number, word))
      }
    }
    return elements
  }
}

extension ConfigurationDocument.Interface {
  /// The commands of one kind of hook.
  subscript(hooks key: Key) -> [PlainText] {
    get {
      switch key {
      case .preUp: preUp
      case .postUp: postUp
      case .preDown: preDown
      default: postDown
      }
    }
    set {
      switch key {
      case .preUp: preUp = newValue
      case .postUp: postUp = newValue
      case .preDown: preDown = newValue
      default: postDown = newValue
      }
    }
  }
}
