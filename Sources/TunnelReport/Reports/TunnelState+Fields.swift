import Octets

/// One thing that `wg show INTERFACE` prints by itself, for programs to read.
public enum Field: String, CaseIterable, Sendable {
  case publicKey = "public-key"
  case privateKey = "private-key"
  case listenPort = "listen-port"
  case fwmark
  case peers
  case presharedKeys = "preshared-keys"
  case endpoints
  case allowedIPs = "allowed-ips"
  case latestHandshakes = "latest-handshakes"
  case transfer
  case persistentKeepalive = "persistent-keepalive"
  case dump
}

extension TunnelState {
  /// Appends a field, a line for each peer where it is about peers. With `isNamed` each line begins with the interface's
  /// name, but for endpoints, where `wg` names it once and whether or not there are any.
  public func print(_ field: Field, into page: SecretBytes, isNamed: Bool) {
    let prefix = isNamed ? name + "\t" : ""
    func line(_ text: String) { page.append(prefix + text + "\n") }
    func each(_ prefix: String, _ print: (PeerState) -> Void) {
      for peer in peers {
        page.append(prefix)
        page.append(base64: peer.publicKey)
        print(peer)
        page.append("\n")
      }
    }
    switch field {
    case .publicKey: printKey(publicKey, after: prefix, into: page)
    case .privateKey: printKey(privateKey, after: prefix, into: page)
    case .listenPort: line("\(listenPort)")
    case .fwmark: line(markText)
    case .peers: each(prefix) { _ in }
    case .presharedKeys:
      each(prefix) { peer in
        page.append("\t")
        page.append(key: peer.presharedKey)
      }
    case .endpoints:
      page.append(prefix)
      each("") { page.append("\t" + ($0.endpoint?.text ?? "(none)")) }
    case .allowedIPs: each(prefix) { page.append("\t" + $0.prefixes(separator: " ")) }
    case .latestHandshakes: each(prefix) { page.append("\t\($0.handshakeSeconds)") }
    case .transfer: each(prefix) { page.append("\t\($0.receivedBytes)\t\($0.sentBytes)") }
    case .persistentKeepalive: each(prefix) { page.append("\t" + $0.keepaliveText) }
    case .dump: dump(prefix, into: page)
    }
  }

  private var markText: String { fwmark == 0 ? "off" : "0x" + String(fwmark, radix: 16) }

  private func printKey(_ key: Octets32?, after prefix: String, into page: SecretBytes) {
    page.append(prefix)
    page.append(key: key)
    page.append("\n")
  }

  private func dump(_ prefix: String, into page: SecretBytes) {
    page.append(prefix)
    page.append(key: privateKey)
    page.append("\t")
    page.append(key: publicKey)
    page.append("\t\(listenPort)\t\(markText)\n")
    for peer in peers {
      page.append(prefix)
      page.append(base64: peer.publicKey)
      page.append("\t")
      page.append(key: peer.presharedKey)
      page.append("\t\(peer.endpoint?.text ?? "(none)")\t\(peer.prefixes(separator: ","))")
      page.append("\t\(peer.handshakeSeconds)\t\(peer.receivedBytes)\t\(peer.sentBytes)\t\(peer.keepaliveText)\n")
    }
  }
}

extension PeerState {
  var keepaliveText: String { persistentKeepalive == 0 ? "off" : "\(persistentKeepalive)" }

  func prefixes(separator: String) -> String {
    if allowedIPs.isEmpty { return "(none)" }
    return allowedIPs.map { "\($0.address.words)/\($0.length)" }.joined(separator: separator)
  }
}

extension SecretBytes {
  /// Adds a key in base 64, or that there is none.
  func append(key: Octets32?) {
    if let key { append(base64: key) } else { append("(none)") }
  }
}
