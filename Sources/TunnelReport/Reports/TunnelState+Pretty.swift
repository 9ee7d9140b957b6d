extension TunnelState {
  /// Appends the report for people: `wg show`. Peers with the newest handshakes come first.
  ///
  /// `now` is in seconds since 1970; keys that are secret are printed only when they are not hidden.
  public func printPretty(into page: SecretBytes, palette: Palette, hidesKeys: Bool, now: Int64) {
    let paint = palette
    func label(_ name: String) { page.append("  \(paint.bold)\(name)\(paint.reset): ") }
    func line(_ name: String, _ value: String) {
      label(name)
      page.append(value + "\n")
    }
    page.append(
      "\(paint.reset)\(paint.green)\(paint.bold)interface\(paint.reset): \(paint.green)\(name)\(paint.reset)\n")
    if let privateKey, let publicKey {
      label("public key")
      page.append(base64: publicKey)
      page.append("\n")
      label("private key")
      if hidesKeys { page.append("(hidden)") } else { page.append(base64: privateKey) }
      page.append("\n")
    }
    if listenPort != 0 { line("listening port", "\(listenPort)") }
    if fwmark != 0 { line("fwmark", "0x" + String(fwmark, radix: 16)) }
    for peer in peersByHandshake {
      page.append("\n\(paint.yellow)\(paint.bold)peer\(paint.reset): \(paint.yellow)")
      page.append(base64: peer.publicKey)
      page.append("\(paint.reset)\n")
      if let presharedKey = peer.presharedKey {
        label("preshared key")
        if hidesKeys { page.append("(hidden)") } else { page.append(base64: presharedKey) }
        page.append("\n")
      }
      if let endpoint = peer.endpoint { line("endpoint", endpoint.text) }
      let prefixes = peer.allowedIPs.map { "\($0.address.words)\(paint.cyan)/\(paint.reset)\($0.length)" }
      line("allowed ips", prefixes.isEmpty ? "(none)" : prefixes.joined(separator: ", "))
      if peer.handshakeSeconds != 0 {
        line("latest handshake", paint.age(of: peer.handshakeSeconds, now: now))
      }
      if peer.receivedBytes != 0 || peer.sentBytes != 0 {
        line(
          "transfer", "\(paint.amount(peer.receivedBytes)) received, \(paint.amount(peer.sentBytes)) sent")
      }
      if peer.persistentKeepalive != 0 {
        line("persistent keepalive", "every \(paint.span(UInt64(peer.persistentKeepalive)))")
      }
    }
  }

  /// The peers, those with the newest handshakes first; those of one time in the order they have.
  public var peersByHandshake: [PeerState] {
    let order = peers.indices.sorted { left, right in
      let (one, other) = (peers[left], peers[right])
      if one.handshakeSeconds != other.handshakeSeconds { return one.handshakeSeconds > other.handshakeSeconds }
      if one.handshakeNanoseconds != other.handshakeNanoseconds {
        return one.handshakeNanoseconds > other.handshakeNanoseconds
      }
      return left < right
    }
    return order.map { peers[$0] }
  }
}
