internal import Foundation
public import Rollout
internal import RolloutMetadata
internal import TunnelControl

/// A knob that does nothing, or will do nothing soon.
public struct KnobNotice: Equatable, Sendable {
  /// Its name.
  public let name: String
  /// What is said of it.
  public let warning: KnobWarning
}

/// The knobs that the policy sets, as the running release takes them.
extension Client {
  /// What is to be said of the knobs that are set, in the order of their names; nothing before a release is installed.
  public var knobNotices: [KnobNotice] {
    guard let release = running else { return [] }
    return (policyFile.knobs ?? [:]).sorted { $0.key < $1.key }.compactMap { name, value in
      release.warning(of: SetKnob(name: Array(name.utf8), value: Array(value.utf8)))
        .map { KnobNotice(name: name, warning: $0) }
    }
  }

  /// Has the portable implementation stay, or, with `isUndone`, no more: sets the knob for it, and drafts a report of why.
  ///
  /// - Returns: where the draft lies; nil when the choice is undone.
  /// - Throws: `retiredKnob` when the running release does not know the knob any more; nothing is changed then.
  public mutating func optOut(reason: String, isUndone: Bool) throws(ClientError) -> String? {
    let name = "\(ImplementationChoice.optOut)"
    guard let release = running else {
      throw ClientError(.failure, "nothing is installed; see needletail channel status")
    }
    let warning = release.warning(of: SetKnob(name: Array(name.utf8), value: Array("1".utf8)))
    if !isUndone, warning == .retired || warning == .unknown {
      throw ClientError(
        .retiredKnob,
        "\(name) has no effect in \(component.name) \(release.serial), whose phase is \(release.phase.name)")
    }
    var policy = policyFile
    policy.knobs = policy.knobs ?? [:]
    policy.knobs?[name] = isUndone ? nil : "1"
    try folder.write(policy)
    let now = Clocks.now
    try folder.log(
      isUndone ? "optOutUndone" : "optOut", "\(component.name) \(release.serial)", reason, at: now,
      boot: Clocks.reading.boot)
    if isUndone { return nil }
    var kernel = "has none"
    if case .present = askKernel() { kernel = "has one" }
    let draft = ReportDraft(
      component: component, serial: release.serial, event: "opted out of the native implementation",
      details: [("reason", reason), ("phase", "\(release.phase.name)"), ("WireGuard of the kernel", kernel)])
    return try folder.file(
      draft, at: now, architecture: "\(host.architecture)", kernel: host.systemVersion)
  }
}
