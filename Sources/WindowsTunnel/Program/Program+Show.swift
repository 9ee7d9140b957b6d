import ConfigurationFile
import ControlProtocol
import Octets
import Timeline

extension Program {
  /// Prints what one adapter is doing, or all.
  func show(_ name: PlainText?) -> ExitCode {
    perform(name.map { "the tunnel \($0) cannot be shown" } ?? "the tunnels cannot be shown") {
      () throws(SystemError) in
      if let name { return try show(adapter: name.description) }
      let names = try system.adapterNames()
      if names.isEmpty { system.say("there are no tunnels") }
      for (number, name) in names.enumerated() {
        if number > 0 { system.say("") }
        try show(adapter: name)
      }
    }
  }

  private func show(adapter name: String) throws(SystemError) {
    let adapter = try system.openAdapter(name: name)
    defer { system.close(adapter) }
    let isUp = try system.isUp(adapter)
    guard let answer = ConfigurationAnswer(try adapter.configuration()) else { throw .invalidData }
    system.say("interface: \(name)")
    system.say("  state: " + (isUp ? "up" : "down"))
    if !answer.publicKey.isZero { system.say("  public key: " + Self.base64(answer.publicKey)) }
    // The private key is never shown.
    if answer.interface.listenPort != 0 { system.say("  listening port: \(answer.interface.listenPort)") }
    var place = answer.firstPeer
    while let peer = place {
      show(answer, peer)
      place = answer.peer(after: peer)
    }
  }

  private func show(_ answer: ConfigurationAnswer, _ place: Int) {
    let facts = answer.facts(ofPeer: place)
    system.say("")
    system.say("peer: " + Self.base64(facts.publicKey))
    if !facts.presharedKey.isZero { system.say("  preshared key: (hidden)") }
    if let endpoint = facts.endpoint { system.say("  endpoint: " + Self.text(endpoint)) }
    var prefixes: [String] = []
    while let prefix = answer.allowedIP(prefixes.count, ofPeer: place) {
      prefixes.append("\(prefix.address.text)/\(prefix.length)")
    }
    system.say("  allowed ips: " + (prefixes.isEmpty ? "(none)" : prefixes.joined(separator: ", ")))
    if facts.lastHandshake.seconds != 0 {
      let now = system.now()
      let ago = now > facts.lastHandshake.seconds ? now - facts.lastHandshake.seconds : 0
      system.say("  latest handshake: \(ago) s ago")
    }
    if facts.receivedBytes != 0 || facts.sentBytes != 0 {
      system.say("  transfer: \(facts.receivedBytes) B received, \(facts.sentBytes) B sent")
    }
    if facts.persistentKeepalive != 0 { system.say("  persistent keepalive: every \(facts.persistentKeepalive) s") }
  }

  private static func base64(_ key: Octets32) -> String {
    String(decoding: [UInt8](capacity: 44) { $0.print(base64: key) }, as: UTF8.self)
  }

  private static func text(_ endpoint: Endpoint) -> String {
    String(decoding: [UInt8](capacity: 80) { $0.print(endpoint) }, as: UTF8.self)
  }

  /// Prints the lines of a tunnel's log, those of before as well when its process keeps them, until the end is asked for or
  /// that process has ended.
  func log(_ name: String) -> ExitCode {
    perform("the log of the tunnel \(name) cannot be read") { () throws(SystemError) in
      do throws(SystemError) {
        try system.openLog(name: name)
        while system.printLog() && !system.wait(milliseconds: 300) {}
        return
      } catch {
        if error != .fileNotFound { throw error }
      }
      // An adapter of another program's: what the driver says from now on.
      let adapter = try system.openAdapter(name: name)
      defer { system.close(adapter) }
      try system.setLogging(adapter, isOn: true)
      while !system.wait(milliseconds: 1000) {}
      try system.setLogging(adapter, isOn: false)
    }
  }
}
