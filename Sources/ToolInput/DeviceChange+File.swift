import Octets

/// What becomes of what a configuration file does not say.
public enum FileExtent: Sendable {
  /// It is cleared: `setconf` and `syncconf`.
  case whole
  /// It stays: `addconf`.
  case addition
  /// The key and the peers are the file's; the port and the mark stay, for a tunnel that has been brought up was given
  /// those that its file does not say, and its routes and rules stand on them: `reload`.
  case tunnel
}

extension DeviceChange {
  /// The change that a configuration file means.
  public init(file: RawSpan, extent: FileExtent, host: some ToolHost) throws(Complaint) {
    self.init()
    if extent != .addition {
      privateKey = Octets32()
      replacesPeers = true
    }
    if extent == .whole {
      listenPort = 0
      fwmark = 0
    }
    do throws(Complaint) {
      try read(file, host)
      if peers.contains(where: { $0.publicKey == nil }) {
        var complaint = Complaint("A peer is missing a public key")
        complaint.lines.append("Invalid configuration")
        throw complaint
      }
    } catch {
      wipe()
      throw error
    }
  }

  private mutating func read(_ file: RawSpan, _ host: some ToolHost) throws(Complaint) {
    var section: FileSection?
    var line: [UInt8] = []
    // The line is wiped where it is: it may be a private key.
    line.reserveCapacity(4096)
    var place = 0
    while place < file.byteCount {
      line.removeAll(keepingCapacity: true)
      var isKept = true
      while place < file.byteCount {
        let byte = file.octet(at: place)
        place += 1
        if byte == UInt8(ascii: "\n") { break }
        if byte == 0 || byte == UInt8(ascii: "#") { isKept = false }
        if isKept && !byte.isSpace { line.append(byte) }
      }
      defer { for index in line.indices { line[index] = 0 } }
      if line.isEmpty { continue }
      do throws(Complaint) {
        try take(line, &section, host)
      } catch {
        var complaint = error
        complaint.lines.append("Configuration parsing error")
        throw complaint
      }
    }
  }

  private mutating func take(
    _ line: [UInt8], _ section: inout FileSection?, _ host: some ToolHost
  ) throws(Complaint) {
    if line.matches("[interface]") {
      section = .interface
      return
    }
    if line.matches("[peer]") {
      section = .peer
      var peer = PeerChange()
      peer.replacesAllowedIPs = true
      peers.append(peer)
      return
    }
    let unknown = Complaint("Line unrecognized: `\(String(decoding: line, as: UTF8.self))'")
    guard let section, let equals = line.firstIndex(of: UInt8(ascii: "=")), equals + 1 < line.count else {
      throw unknown
    }
    let value = String(decoding: line[(equals + 1)...], as: UTF8.self)
    let key = String(decoding: line[..<equals], as: UTF8.self).lowercased()
    let last = peers.count - 1
    switch (section, key) {
    case (.interface, "listenport"): listenPort = try Values.port(value, host)
    case (.interface, "fwmark"): fwmark = try Values.mark(value)
    case (.interface, "privatekey"): privateKey = try Values.key(value)
    case (.peer, "publickey"): peers[last].publicKey = try Values.key(value)
    case (.peer, "presharedkey"): peers[last].presharedKey = try Values.key(value)
    case (.peer, "endpoint"): peers[last].endpoint = try Values.endpoint(value, host)
    case (.peer, "persistentkeepalive"): peers[last].persistentKeepalive = try Values.keepalive(value)
    case (.peer, "allowedips"): peers[last].take(try Values.prefixes(value, host))
    default: throw unknown
    }
  }
}

private enum FileSection { case interface, peer }

extension [UInt8] {
  /// Whether these are the bytes of `text`, which is in lower case, in any case of ASCII letters.
  fileprivate func matches(_ text: String) -> Bool {
    elementsEqual(text.utf8) { ((0x41...0x5a).contains($0) ? $0 | 0x20 : $0) == $1 }
  }
}
