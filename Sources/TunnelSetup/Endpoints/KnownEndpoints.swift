internal import Foundation
internal import Octets
internal import ToolInput
internal import Transaction
internal import TunnelControl
internal import TunnelReport

/// The addresses that names of endpoints had when they were looked up last, in a file beside the journal.
///
/// A tunnel that comes up behind its own kill switch, because its daemon has died, takes them: nobody can be asked for names
/// there but through the tunnel.
struct KnownEndpoints {
  /// An address and a port, in numbers.
  struct Place: Codable, Equatable {
    let host, port: String
  }

  let path: String

  init(of tunnel: String) { path = "\(TunnelSetup.folder)/\(tunnel).endpoints" }

  /// What is known; nothing when the file cannot be understood.
  var places: [String: Place] {
    let bytes = FileManager.default.contents(atPath: path) ?? Data()
    return (try? JSONDecoder().decode([String: Place].self, from: bytes)) ?? [:]
  }

  /// Remembers these and no others.
  func remember(_ places: [String: Place]) throws(ActionFailure) {
    if places.isEmpty { return forget() }
    guard let bytes = try? JSONEncoder().encode(places) else { throw ActionFailure("a name is not text") }
    try Folder.write(bytes, to: path)
  }

  /// Remembers one more, when the tunnel has any.
  func remember(_ place: Endpoint, host: String, port: String) {
    var places = places
    if places.isEmpty { return }
    places[Self.name(host, port)] = Place(place)
    // Without it the tunnel has the address all the same.
    try? remember(places)
  }

  /// Forgets all, and what a process that died has left half written.
  func forget() {
    for file in [path, path + ".new"] { try? FileManager.default.removeItem(atPath: file) }
  }

  static func name(_ host: String, _ port: String) -> String { "\(host) \(port)" }
}

extension KnownEndpoints.Place {
  init(_ endpoint: Endpoint) {
    self.init(
      host: endpoint.address.words + (endpoint.scope == 0 ? "" : "%\(endpoint.scope)"), port: "\(endpoint.port)")
  }
}

/// A lookup that takes addresses that are known, and remembers which names it had to do with.
final class RememberingLookup: ToolHost {
  private let lookup: Lookup
  private let known: [String: KnownEndpoints.Place]
  /// The addresses of all names so far.
  private(set) var found: [String: KnownEndpoints.Place] = [:]

  /// A lookup that asks for what is not among `known`.
  init(_ lookup: Lookup, known: [String: KnownEndpoints.Place]) {
    self.lookup = lookup
    self.known = known
  }

  func endpoint(host: String, port: String, text: String) throws(Complaint) -> Endpoint {
    // Numbers are no names.
    if lookup.words(host: host, port: port) != nil {
      return try lookup.endpoint(host: host, port: port, text: text)
    }
    let name = KnownEndpoints.name(host, port)
    let place = known[name]
    let endpoint = try lookup.endpoint(host: place?.host ?? host, port: place?.port ?? port, text: text)
    found[name] = KnownEndpoints.Place(endpoint)
    return endpoint
  }

  func port(_ text: String) throws(Complaint) -> UInt16 { try lookup.port(text) }
  func keyFile(_ path: String) throws(Complaint) -> Octets32 { try lookup.keyFile(path) }
  func warn(_ line: String) { lookup.warn(line) }
}
