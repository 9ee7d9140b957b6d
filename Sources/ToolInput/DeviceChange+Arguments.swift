import Octets

extension DeviceChange {
  /// The change that the arguments of `set` behind the interface's name mean.
  public init(arguments: [String], host: some ToolHost) throws(Complaint) {
    self.init()
    var rest = arguments[...]
    do throws(Complaint) {
      while let word = rest.popFirst() { try take(word, &rest, host) }
    } catch {
      wipe()
      throw error
    }
  }

  private mutating func take(
    _ word: String, _ rest: inout ArraySlice<String>, _ host: some ToolHost
  ) throws(Complaint) {
    if word == "remove", !peers.isEmpty {
      peers[peers.count - 1].isRemoved = true
      return
    }
    // A word without its value is as wrong as an unknown one.
    guard let text = rest.first else { throw Complaint("Invalid argument: \(word)") }
    let last = peers.count - 1
    switch (word, peers.isEmpty) {
    case ("listen-port", true): listenPort = try Values.port(text, host)
    case ("fwmark", true): fwmark = try Values.mark(text)
    case ("private-key", true): privateKey = try host.keyFile(text)
    case ("peer", _):
      var peer = PeerChange()
      peer.publicKey = try Values.key(text)
      peers.append(peer)
    case ("preshared-key", false): peers[last].presharedKey = try host.keyFile(text)
    case ("endpoint", false): peers[last].endpoint = try Values.endpoint(text, host)
    case ("persistent-keepalive", false): peers[last].persistentKeepalive = try Values.keepalive(text)
    case ("allowed-ips", false):
      let bare = String(decoding: text.utf8.filter { !$0.isSpace }, as: UTF8.self)
      peers[last].take(try Values.prefixes(bare, host))
    default: throw Complaint("Invalid argument: \(word)")
    }
    rest.removeFirst()
  }
}
