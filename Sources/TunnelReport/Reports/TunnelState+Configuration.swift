extension TunnelState {
  /// Appends the state as a configuration file: `wg showconf`.
  public func printConfiguration(into page: SecretBytes) {
    page.append("[Interface]\n")
    if listenPort != 0 { page.append("ListenPort = \(listenPort)\n") }
    if fwmark != 0 { page.append("FwMark = 0x\(String(fwmark, radix: 16))\n") }
    if let privateKey {
      page.append("PrivateKey = ")
      page.append(base64: privateKey)
      page.append("\n")
    }
    page.append("\n")
    for (number, peer) in peers.enumerated() {
      if number > 0 { page.append("\n") }
      page.append("[Peer]\nPublicKey = ")
      page.append(base64: peer.publicKey)
      page.append("\n")
      if let presharedKey = peer.presharedKey {
        page.append("PresharedKey = ")
        page.append(base64: presharedKey)
        page.append("\n")
      }
      if !peer.allowedIPs.isEmpty { page.append("AllowedIPs = \(peer.prefixes(separator: ", "))\n") }
      if let endpoint = peer.endpoint { page.append("Endpoint = \(endpoint.text)\n") }
      if peer.persistentKeepalive != 0 { page.append("PersistentKeepalive = \(peer.persistentKeepalive)\n") }
    }
  }
}
