public import ConfigurationFile
internal import ControlProtocol
internal import Foundation
public import Octets
internal import ToolInput
internal import TunnelControl
public import TunnelReport

/// Looks up the names of endpoints again when their peers do not answer: a name may lead to another address by then.
///
/// A tunnel is told the address of a name once, when it comes up. The daemon has no rights to read files or to ask for names,
/// so that a process beside it does this.
public struct EndpointRefresh {
  /// A peer that is to be looked up.
  public struct Due: Equatable, Sendable {
    /// The peer.
    public let peer: Octets32
    /// The name and the port that its file has.
    public let endpoint: EndpointReference
    /// Where the tunnel sends to.
    public let current: EndpointWords?
  }

  /// What became of one.
  public enum Event: Equatable, Sendable {
    /// The tunnel sends to another address from now on.
    case moved(peer: Octets32, to: String)
    /// The name has no address, for this reason.
    case unresolved(peer: Octets32, reason: String)
  }

  /// What each peer had been sent at the last look, in bytes.
  private var sent: [String: UInt64] = [:]
  private let lookup = Lookup(environment: ["WG_ENDPOINT_RESOLUTION_RETRIES": "0"])

  /// A first look at a tunnel.
  public init() {}

  /// The peers of `state` that are to be looked up: their endpoint in the file is a name, and they do not answer
  /// (`EndpointPatience`).
  ///
  /// - Parameters:
  ///   - document: the tunnel's file.
  ///   - state: what the tunnel says of itself.
  ///   - now: seconds since 1970.
  public mutating func due(_ document: ConfigurationDocument, _ state: TunnelState, now: Int64) -> [Due] {
    var due: [Due] = []
    for peer in state.peers {
      let before = sent.updateValue(peer.sentBytes, forKey: peer.name)
      let isOver = EndpointPatience.isOver(
        lastHandshake: peer.handshakeSeconds, now: now, sentBefore: before, sent: peer.sentBytes)
      guard isOver,
        let endpoint = document.peers.last(where: { $0.publicKey == peer.publicKey && $0.endpoint != nil })?.endpoint,
        endpoint.numeric == nil
      else { continue }
      due.append(Due(peer: peer.publicKey, endpoint: endpoint, current: peer.endpoint))
    }
    return due
  }

  /// Looks at a tunnel, looks up what is to be looked up, and tells the tunnel what has changed.
  ///
  /// - Throws: when the tunnel cannot be asked or told.
  public mutating func look(at name: String, _ document: ConfigurationDocument) throws(SetupFailure) -> [Event] {
    let tunnels = Tunnels(lookup, patience: 10)
    do throws(SystemFault) {
      var state = try tunnels.state(of: name)
      defer { state.wipe() }
      var events: [Event] = []
      for due in due(document, state, now: Int64(Date().timeIntervalSince1970)) {
        let found: Endpoint
        let reference = due.endpoint
        do throws(Complaint) {
          found = try lookup.endpoint(host: "\(reference.host)", port: reference.port.text, text: reference.text)
        } catch {
          events.append(.unresolved(peer: due.peer, reason: error.lines.joined(separator: "; ")))
          continue
        }
        if found.isWritten(due.current) { continue }
        try tunnels.apply([.beginExistingPeer(due.peer), .endpoint(found), .endPeer], to: name)
        KnownEndpoints(of: name).remember(found, host: "\(reference.host)", port: reference.port.text)
        events.append(.moved(peer: due.peer, to: EndpointWords(host: found.address.words, port: "\(found.port)").text))
      }
      return events
    } catch {
      throw SetupFailure("\(name) cannot be asked: \(error.words)")
    }
  }
}

extension Endpoint {
  /// Whether these are the words for it, apart from a zone.
  fileprivate func isWritten(_ words: EndpointWords?) -> Bool {
    words.map { String($0.host.prefix { $0 != "%" }) == address.words && $0.port == "\(port)" } ?? false
  }
}

extension TunnelSetup {
  /// The tunnels that were brought up here and not taken down, in the order of their names.
  public static var tunnels: [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.filter { $0.hasSuffix(".up") }.map { String($0.dropLast(3)) }.sorted()
  }
}
