internal import Foundation
public import Rollout
public import RolloutMetadata
internal import TunnelControl

/// Which of two paths a release takes on this machine: the kernel's own WireGuard, or `needletaild`. What was chosen stands
/// in the file `implementation` before `restart` runs, which starts the one or the other.
extension LinuxHost {
  /// The choice for a release: its phase and knobs, the policy's knobs, and whether the kernel has a WireGuard.
  func implementation(of release: Release) -> ImplementationChoice {
    let set = (policyFile.knobs ?? [:]).map { SetKnob(name: Array($0.key.utf8), value: Array($0.value.utf8)) }
    var hasNative = false
    if case .present = askKernel() { hasNative = true }
    return ImplementationChoice(
      phase: release.phase, release: release.knobs, set: set, embedderForcesPortable: false, hasNative: hasNative)
  }

  /// What `restart` was told last; nil before the first time.
  var toldImplementation: Implementation? {
    let text = try? String(contentsOfFile: folder.file("implementation"), encoding: .utf8)
    return text.flatMap { Implementation(named: Array($0.utf8.prefix { $0 != 10 })) }
  }

  /// A release without the portable path cannot run where the kernel has none.
  func checkPath(_ release: Release) throws(ClientError) {
    guard component == .portable, implementation(of: release).implementation == .native else { return }
    if case .present = askKernel() { return }
    throw ClientError(
      .wrongTarget,
      "\(component.name) \(release.serial) has only the kernel's WireGuard, and this kernel has none: update the kernel, "
        + "or load its module wireguard")
  }

  /// Writes down which path `restart` is to start.
  func tellImplementation(_ release: Release) throws(ClientError) {
    if component == .portable { try write(implementation(of: release).implementation) }
  }

  func write(_ implementation: Implementation) throws(ClientError) {
    try folder.files.replace(folder.file("implementation"), with: Array("\(implementation.name)\n".utf8))
  }
}

extension Client {
  /// The choice for a release.
  public func implementation(of release: Release) -> ImplementationChoice { host.implementation(of: release) }

  /// What `restart` was told last; nil before the first time.
  public var toldImplementation: Implementation? { host.toldImplementation }

  /// Makes a choice take effect that has changed since `restart` ran: by a knob, or by another kernel. Returns whether one had.
  public mutating func applyImplementation() throws(ClientError) -> Bool {
    guard record.progress == .idle, let release = running else {
      throw ClientError(.failure, "an update is under way, or nothing is installed; see needletail channel status")
    }
    let choice = implementation(of: release)
    guard choice.implementation != toldImplementation else { return false }
    try host.checkPath(release)
    let before = toldImplementation
    do throws(ClientError) {
      try host.switchFiles(
        to: release.serial, release, purpose: "\(choice.implementation.name) path of \(release.serial)")
    } catch {
      if let before { try host.write(before) }
      throw error
    }
    try folder.log(
      "implementation", "\(component.name) \(release.serial)", "\(choice.implementation.name): \(choice.reason.name)",
      at: Clocks.now, boot: Clocks.reading.boot)
    return true
  }
}
