internal import Octets
public import RolloutMetadata

extension Workspace {
  /// The identifiers of the keys with a valid signature on the newest published document of a kind.
  public func signers(of role: Role) throws(PublisherError) -> [String] {
    guard let file = try publishedFile(role), let keys = try published(Root.self)?.keys(role) else { return [] }
    return Self.signers(of: file, keys, as: role)
  }

  /// The identifiers of the keys with a valid signature on a document.
  static func signers(of file: [UInt8], _ keys: RoleKeys, as role: Role) -> [String] {
    guard let envelope = try? Envelope(file, as: role) else { return [] }
    return keys.keys.filter { (try? envelope.verify(RoleKeys([$0], threshold: 1), as: role)) != nil }
      .map { string($0.identifier.hexadecimal) }
  }

  /// Keeps what the gate was asked and what it said, so that it can be asked again: `gate/NAME.ledger.json` and
  /// `gate/NAME.txt`.
  public func keepGate(_ name: String, ledger: String, verdict: String) throws(PublisherError) {
    try Files.makeFolder(folder + "/gate")
    try Files.write(octets(ledger), to: folder + "/gate/\(name).ledger.json")
    try Files.write(octets(verdict), to: folder + "/gate/\(name).txt")
  }

  /// Writes down what is known of a component's two implementations: `phase/COMPONENT.json`.
  public func keepPhase(_ record: String, of component: Component) throws(PublisherError) {
    try Files.makeFolder(folder + "/phase")
    try Files.write(octets(record), to: phaseFile(of: component))
  }

  /// Where that is written down; there may be nothing yet.
  public func phaseFile(of component: Component) -> String { folder + "/phase/\(component.name).json" }
}
