import ControlProtocol
import Octets

/// A prefix as the key of a dictionary.
struct PrefixName: Hashable {
  let isV6: Bool
  let value: UInt128
  let length: UInt8

  init(_ prefix: Prefix) {
    isV6 = prefix.address.family == .v6
    value = prefix.address.value
    length = prefix.length
  }
}

extension FileReader {
  mutating func readPeer(_ key: Key, _ value: Text) {
    switch key {
    case .publicKey:
      openPeer?.isNamed = true
      if let octets = octets(key, value) { openPeer?.peer.publicKey = octets }
    case .presharedKey:
      if let octets = octets(key, value) { openPeer?.peer.presharedKey = octets }
    case .allowedIPs: readAllowedIPs(value)
    case .endpoint: readEndpoint(value)
    case .persistentKeepalive:
      let isOff = dialect == .windows ? value.equals("off") : value.matches("off")
      guard let seconds = isOff ? 0 : value.number(UInt16.self) else { return report(.notKeepalive, key) }
      openPeer?.peer.persistentKeepalive = seconds
    default: break
    }
  }

  /// Ends the peer's section that is under way, if any.
  mutating func closePeer() {
    guard let open = openPeer else { return }
    openPeer = nil
    let peer = open.peer
    if !open.isNamed {
      diagnostics.append(Diagnostic(line: open.line, problem: .missingPublicKey))
    } else if (dialect == .windows || dialect.isShared) && peer.publicKey.isZero {
      // A name that could not be read is zero too, and has been reported.
      if !diagnostics.contains(where: { $0.key == .publicKey && $0.line >= open.line && $0.problem == .notKey }) {
        diagnostics.append(Diagnostic(line: open.line, key: .publicKey, problem: .zeroPublicKey))
      }
    }
    let earlier = document.peers.firstIndex { $0.publicKey == peer.publicKey }
    if dialect.isShared, open.isNamed, let earlier {
      diagnostics.append(Diagnostic(line: open.line, problem: .repeatedPeer))
      document.peers[earlier].merge(peer)
      settle(open.claims, ordinal: earlier)
    } else {
      document.peers.append(peer)
      settle(open.claims, ordinal: document.peers.count - 1)
    }
  }

  /// Notes whose the prefixes are and reports those that were listed before.
  private mutating func settle(_ claims: [Claim], ordinal: Int) {
    for claim in claims {
      guard let owner = owners.updateValue(ordinal, forKey: PrefixName(claim.prefix)) else { continue }
      diagnostics.append(
        Diagnostic(
          line: claim.line, key: .allowedIPs, element: claim.element,
          problem: owner == ordinal ? .repeatedPrefix : .prefixOfOtherPeer))
    }
  }

  private mutating func readAllowedIPs(_ value: Text) {
    for (number, element) in elements(of: value, .allowedIPs) {
      var change = AllowedIP.Change.listed
      var text = element
      if let sign = element.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
        guard dialect != .windows else {
          report(.signNotAllowed, .allowedIPs, element: number)
          continue
        }
        change = sign == UInt8(ascii: "+") ? .added : .removed
        text = element.dropFirst()
      }
      guard
        let written = text.addressAndLength,
        let prefix = Prefix(written.address, length: Int(written.length))
      else {
        report(.notPrefix, .allowedIPs, element: number)
        continue
      }
      if prefix.address != written.address { report(.hostBits, .allowedIPs, element: number) }
      openPeer?.peer.allowedIPs.append(AllowedIP(prefix, change))
      if change != .removed { openPeer?.claims.append(Claim(prefix: prefix, line: line, element: number)) }
    }
  }

  private mutating func readEndpoint(_ value: Text) {
    guard let endpoint = endpoint(value) else { return report(.notEndpoint, .endpoint) }
    openPeer?.peer.endpoint = endpoint
    if dialect.isShared && value.first != UInt8(ascii: "[") && endpoint.host.bytes.contains(UInt8(ascii: ":")) {
      report(.missingBrackets, .endpoint)
    }
  }

  private func endpoint(_ value: Text) -> EndpointReference? {
    guard let colon = value.lastIndex(of: UInt8(ascii: ":")), let port = port(value[(colon + 1)...]) else { return nil }
    if case .number = port {} else if dialect == .windows { return nil }
    var host = value[..<colon]
    let isBracketed = host.first == UInt8(ascii: "[")
    if isBracketed {
      guard host.last == UInt8(ascii: "]"), host.count > 2 else { return nil }
      host = host.dropFirst().dropLast()
    }
    let isLiteral = (host.cut(at: UInt8(ascii: "%"))?.before ?? host).address?.family == .v6
    let isCore = dialect == .wg || dialect == .wgQuick
    if isBracketed && !isLiteral && !isCore { return nil }
    if !isBracketed && isLiteral && dialect == .windows { return nil }
    guard isLiteral || isHostName(host), let text = host.unicode else { return nil }
    return EndpointReference(host: text, port: port)
  }

  private func isHostName(_ host: Text) -> Bool {
    let rest = Array("-_.".utf8)
    return !host.isEmpty && host.count <= 255
      && host.allSatisfy { $0.isLetter || $0.isDigit || $0 >= 0x80 || rest.contains($0) }
  }
}

extension ConfigurationDocument.Peer {
  /// Takes over what a later section says of the same peer: prefixes are joined, anything else is replaced.
  mutating func merge(_ later: Self) {
    presharedKey = later.presharedKey ?? presharedKey
    endpoint = later.endpoint ?? endpoint
    persistentKeepalive = later.persistentKeepalive ?? persistentKeepalive
    for allowedIP in later.allowedIPs where !allowedIPs.contains(allowedIP) { allowedIPs.append(allowedIP) }
  }
}
