import ControlProtocol
import Octets

extension ConfigurationDocument {
  /// Why a document cannot be written.
  public enum WritingError: UInt8, Error, Sendable {
    /// No file of the dialect says this: a text has a line end or a character that means something else, a value is out
    /// of the dialect's range, or the dialect does not know the key.
    case cannotBeSaid
  }

  /// The document as a file in canonical form.
  ///
  /// Reading it in the same dialect gives the same document: that is tried out, so that no text in a document can become
  /// a line of its own.
  public func text(dialect: Dialect = .shared(.linux)) throws(WritingError) -> String {
    var lines = ["[Interface]"]
    for key in Self.order where key.section == .interface {
      lines += values(of: key).map { "\(key.spelling) = \($0)" }
    }
    for peer in peers {
      lines += ["", "[Peer]"]
      for key in Self.order where key.section == .peer {
        if let value = peer.value(of: key) { lines.append("\(key.spelling) = \(value)") }
      }
    }
    let text = lines.joined(separator: "\n") + "\n"
    let again = try? Self.read(Array(text.utf8), dialect: dialect)
    guard again?.document == self else { throw .cannotBeSaid }
    return text
  }

  /// The order that the files of WireGuard for Windows have (protocol.md §26), with the keys that it lacks.
  private static let order: [Key] = [
    .privateKey, .listenPort, .fwMark, .address, .dns, .mtu, .preUp, .postUp, .preDown, .postDown, .table, .saveConfig,
    .publicKey, .presharedKey, .allowedIPs, .endpoint, .persistentKeepalive,
  ]

  /// The values of `key`, one for each line.
  private func values(of key: Key) -> [String] {
    switch key {
    case .privateKey: interface.privateKey.map { [$0.base64] } ?? []
    case .listenPort: interface.listenPort.map { [$0.text] } ?? []
    case .fwMark: interface.fwmark.map { [$0 == 0 ? "off" : "0x" + String($0, radix: 16)] } ?? []
    case .address: list(interface.addresses.map { $0.text })
    case .dns: list(interface.dns.map { $0.text })
    case .mtu: interface.mtu.map { [String($0)] } ?? []
    case .table: interface.table.map { [$0.text] } ?? []
    case .saveConfig: interface.saveConfig.map { [String($0)] } ?? []
    case .preUp, .postUp, .preDown, .postDown: interface[hooks: key].map { $0.description }
    default: []
    }
  }

  private func list(_ elements: [String]) -> [String] {
    elements.isEmpty ? [] : [elements.joined(separator: ", ")]
  }
}

extension ConfigurationDocument.Peer {
  fileprivate func value(of key: Key) -> String? {
    switch key {
    case .publicKey: publicKey.base64
    case .presharedKey: presharedKey?.base64
    case .allowedIPs: allowedIPs.isEmpty ? nil : allowedIPs.map { $0.text }.joined(separator: ", ")
    case .endpoint: endpoint?.text
    case .persistentKeepalive: persistentKeepalive.map { $0 == 0 ? "off" : String($0) }
    default: nil
    }
  }
}
