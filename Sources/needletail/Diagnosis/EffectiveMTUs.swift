internal import ConfigurationFile
internal import Foundation
internal import TunnelControl
internal import TunnelDiagnosis
internal import TunnelReport
internal import TunnelSetup

/// The effective MTUs of tunnels' peers, and the names that their endpoints have in the tunnels' files. A file is read once,
/// and again when its interface has got another MTU.
struct EffectiveMTUs {
  private enum FileMTU {
    case none, automatic
    case bytes(Int)
  }

  private struct File {
    var interface: Int
    var mtu = FileMTU.none
    var names: [String: String] = [:]
  }

  private var files: [String: File] = [:]

  /// The names of endpoints in a tunnel's file, by the peers' keys in base 64; none before `of` was asked.
  func names(of tunnel: String) -> [String: String] { files[tunnel]?.names ?? [:] }

  /// Those of a tunnel's peers by their keys in base 64; none when the interface's MTU is not known.
  mutating func of(_ state: TunnelState, _ observation: TunnelObservation?) -> [String: EffectiveMTU] {
    let told = observation?.mtu.flatMap { Int(exactly: $0) }
    guard let interface = told ?? Routes.number("mtu", of: state.name) else { return [:] }
    if files[state.name]?.interface != interface { files[state.name] = Self.file(of: state.name, interface) }
    var ways: [String: Int] = [:]
    for peer in state.peers {
      if let endpoint = peer.endpoint { ways[peer.name] = EndpointWay.mtu(to: endpoint, mark: state.fwmark) }
    }
    let setting: EffectiveMTU.Setting =
      switch files[state.name]?.mtu {
      case .bytes(let bytes): .bytes(bytes)
      case .automatic:
        .automatic(Int(PathMTU.inside(ways: ways.values.map { UInt32(clamping: $0) }, defaultRoute: nil)))
      case Optional.none, .some(.none): .unknown
      }
    var mtus: [String: EffectiveMTU] = [:]
    for peer in state.peers {
      mtus[peer.name] = EffectiveMTU(
        interface: interface, setting: setting, way: ways[peer.name],
        isIPv6: peer.endpoint?.host.contains(":") ?? false)
    }
    return mtus
  }

  /// What the file says that the tunnel was brought up with, or that has its name.
  private static func file(of name: String, _ interface: Int) -> File {
    var known = File(interface: interface)
    let setup = TunnelSetup(name: name, environment: [:])
    let path = setup.file ?? "\(TunnelFile.folder)/\(name).conf"
    guard let file = try? TunnelFile(path).read(isQuiet: true) else { return known }
    known.mtu = file.document.interface.mtu.map { .bytes(Int($0)) } ?? .automatic
    for peer in file.document.peers {
      if let endpoint = peer.endpoint, endpoint.numeric == nil {
        known.names[peer.publicKey.keyText] = "\(endpoint.host)"
      }
    }
    return known
  }
}
