import Octets

extension TunnelState {
  /// Appends the state as a JSON object in one line, members in a fixed order. Keys that are secret are there only when
  /// they are not hidden; numbers of bytes, which can be too large for other readers' numbers, are numbers all the same.
  public func printJSON(into page: SecretBytes, hidesKeys: Bool) {
    page.append("{\"name\":\"\(JSONText.escape(name))\",\"publicKey\":")
    page.append(jsonKey: publicKey)
    if !hidesKeys {
      page.append(",\"privateKey\":")
      page.append(jsonKey: privateKey)
    }
    page.append(",\"hasPrivateKey\":\(privateKey != nil),\"listenPort\":\(listenPort),\"fwmark\":\(fwmark),\"peers\":[")
    for (number, peer) in peers.enumerated() {
      if number > 0 { page.append(",") }
      peer.printJSON(into: page, hidesKeys: hidesKeys)
    }
    page.append("]}")
  }
}

extension PeerState {
  fileprivate func printJSON(into page: SecretBytes, hidesKeys: Bool) {
    page.append("{\"publicKey\":")
    page.append(jsonKey: publicKey)
    if !hidesKeys {
      page.append(",\"presharedKey\":")
      page.append(jsonKey: presharedKey)
    }
    let place = endpoint.map { "\"\(JSONText.escape($0.text))\"" } ?? "null"
    let prefixes = allowedIPs.map { "\"\($0.address.words)/\($0.length)\"" }.joined(separator: ",")
    page.append(",\"hasPresharedKey\":\(presharedKey != nil),\"endpoint\":\(place),\"allowedIPs\":[\(prefixes)]")
    page.append(",\"latestHandshake\":\(handshakeSeconds),\"receivedBytes\":\(receivedBytes)")
    page.append(",\"sentBytes\":\(sentBytes),\"persistentKeepalive\":\(persistentKeepalive)}")
  }
}

extension SecretBytes {
  fileprivate func append(jsonKey key: Octets32?) {
    guard let key else { return append("null") }
    append("\"")
    append(base64: key)
    append("\"")
  }
}

/// Texts in JSON.
public enum JSONText {
  /// The text with what a JSON string cannot have written another way.
  public static func escape(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
