public import ConfigurationFile
internal import Foundation
internal import Transaction
internal import TransactionFiles
internal import TunnelControl
internal import TunnelPlan
internal import TunnelReport

/// Probes the path of a tunnel that was brought up with `MTUMode = probe` again: when the ways to its peers have changed, or
/// whenever somebody asks.
public struct PathMTURefresh {
  /// What became of a tunnel.
  public enum Event: Equatable, Sendable {
    /// Its interface has another MTU than before.
    case changed(mtu: UInt32)
    /// What is wrong, and what to do.
    case unsettled(String)
  }

  /// The ways at the last look; nil before the first.
  private var ways: [String]?

  /// A first look at a tunnel.
  public init() {}

  /// Looks at a tunnel, and probes its path when that is due.
  ///
  /// - Parameters:
  ///   - name: the tunnel's.
  ///   - document: its file.
  ///   - always: whether it is probed though no way has changed since the last look.
  /// - Returns: nil when there is nothing to be said.
  public mutating func look(
    at name: String, _ document: ConfigurationDocument, always: Bool
  ) throws(SetupFailure) -> Event? {
    do throws(ActionFailure) {
      guard let addresses = try Self.addresses(of: name) else { return nil }
      var state: TunnelState
      do throws(SystemFault) {
        state = try Tunnels(Lookup(environment: [:]), patience: 10).state(of: name)
      } catch {
        throw ActionFailure("\(name) cannot be asked: \(error.words)")
      }
      defer { state.wipe() }
      let now = SystemState.ways(to: state.endpoints, mark: state.fwmark)
      // `up` has probed the first.
      let isDue = always || ways.map { $0 != now } ?? false
      let sign = Self.sign(of: name)
      guard isDue || FileManager.default.fileExists(atPath: sign) else {
        ways = now
        return nil
      }
      try Folder.write(Data(), to: sign)
      let before = SystemState.mtu(of: name)
      let ceiling = document.interface.mtu ?? state.mtuForWays
      let outcome = try PathMTUProbe(name: name).settle(
        through: addresses, ceiling: ceiling, isRoutedIPv6: state.isRoutedIPv6)
      if outcome != .unanswered {
        ways = now
        try? FileManager.default.removeItem(atPath: sign)
      }
      if let complaint = outcome.complaint(name, addresses) { return .unsettled(complaint) }
      if case .settled(let mtu, _) = outcome, mtu != before { return .changed(mtu: mtu) }
      return nil
    } catch {
      throw SetupFailure(error)
    }
  }

  /// There from when a probe is due until it has settled the MTU, so that whoever looks next probes where nobody has answered, and
  /// where a process has died with an MTU that it was trying.
  static func sign(of name: String) -> String { "\(TunnelSetup.folder)/\(name).probing" }

  /// The addresses that a tunnel that is up is probed through; nil when it is not.
  static func addresses(of name: String) throws(ActionFailure) -> [String]? {
    let journal = Transaction(host: FileHost(journalPath: "\(TunnelSetup.folder)/\(name).journal"))
    for action in try journal.steps() {
      if case .pathMTU(let addresses)? = TunnelStep(action) { return addresses }
    }
    return nil
  }
}
