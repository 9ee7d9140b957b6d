internal import Foundation
public import Rollout
public import RolloutMetadata
internal import Transaction
internal import TunnelControl

/// Which of two paths a release takes on this machine: the kernel's own WireGuard, or `needletaild`. What was chosen stands
/// in the file `implementation` before `restart` runs, which starts the one or the other.
extension Client {
  /// The choice for a release: its phase and knobs, the policy's knobs, and whether the kernel has a WireGuard.
  public func implementation(of release: Release) -> ImplementationChoice {
    let set = (policyFile.knobs ?? [:]).map { SetKnob(name: Array($0.key.utf8), value: Array($0.value.utf8)) }
    var hasNative = false
    if case .present = askKernel() { hasNative = true }
    return ImplementationChoice(
      phase: release.phase, release: release.knobs, set: set, embedderForcesPortable: false, hasNative: hasNative)
  }

  /// The release that runs: the one that is watched, or else the committed one.
  public var running: Release? {
    let serial: UInt64?
    switch record.progress {
    case .switching(let watched, _), .probation(let watched, _): serial = watched
    default: serial = record.committed
    }
    return serial.flatMap { trusted.releases?.document.release(component, $0) }
  }

  /// What `restart` was told last; nil before the first time.
  public var toldImplementation: Implementation? {
    let text = try? String(contentsOfFile: folder.file("implementation"), encoding: .utf8)
    return text.flatMap { Implementation(named: Array($0.utf8.prefix { $0 != 10 })) }
  }

  /// A release without the portable path cannot run where the kernel has none.
  func checkPath(_ serial: UInt64) throws(ClientError) {
    guard component == .portable, let release = trusted.releases?.document.release(component, serial),
      implementation(of: release).implementation == .native
    else { return }
    if case .present = askKernel() { return }
    throw ClientError(
      .wrongTarget,
      "\(component.name) \(serial) has only the kernel's WireGuard, and this kernel has none: update the kernel, or load "
        + "its module wireguard")
  }

  /// Writes down which path `restart` is to start.
  func tellImplementation(_ serial: UInt64) throws(ClientError) {
    guard component == .portable, let release = trusted.releases?.document.release(component, serial) else { return }
    let name = implementation(of: release).implementation.name
    try DurableFiles.replace(folder.file("implementation"), with: Array("\(name)\n".utf8))
  }

  /// Makes a choice take effect that has changed since `restart` ran: by a knob, or by another kernel. Returns whether one had.
  public mutating func applyImplementation() throws(ClientError) -> Bool {
    guard record.progress == .idle, let release = running else {
      throw ClientError(.failure, "an update is under way, or nothing is installed; see needletail channel status")
    }
    let choice = implementation(of: release)
    guard choice.implementation != toldImplementation else { return false }
    try checkPath(release.serial)
    let before = toldImplementation
    do throws(ClientError) {
      try switchFiles(to: release.serial, purpose: "\(choice.implementation.name) path of \(release.serial)")
    } catch {
      if let before { try DurableFiles.replace(folder.file("implementation"), with: Array("\(before.name)\n".utf8)) }
      throw error
    }
    try folder.log(
      "implementation", "\(component.name) \(release.serial)", "\(choice.implementation.name): \(choice.reason.name)",
      at: Clocks.now, boot: Clocks.reading.boot)
    return true
  }
}
