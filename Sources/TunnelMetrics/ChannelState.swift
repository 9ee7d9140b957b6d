/// What is told of the update channel that a machine follows.
public struct ChannelState: Sendable {
  /// The component.
  public var component: String
  /// The channel's name.
  public var channel: String
  /// Which of two implementations the installed release takes unless asked; empty before there is one.
  public var phase = ""
  /// The installed release, 0 before there is one.
  public var serial: UInt64 = 0
  /// Whether a release is watched that is not kept yet.
  public var isProbation = false
  /// How many releases have failed here.
  public var quarantined = 0
  /// The newest release that the channel offers, 0 for none, and the parts per million of machines that may have it.
  public var offered: (serial: UInt64, ppm: UInt32) = (0, 0)
  /// Whether the repository has stood still for so long that nothing is decided any more.
  public var isFrozen = false

  /// A channel of which no more is known.
  public init(component: String, channel: String) {
    self.component = component
    self.channel = channel
  }

  func add(to page: inout MetricsPage) {
    let labels = Labels(["component": component])
    func one(_ value: UInt64) -> [(labels: Labels, value: UInt64)] { [(labels: labels, value: value)] }
    page.add(
      "needletail_release", .info, help: "The channel that the machine follows, and the installed release's phase.",
      [(labels: Labels(["component": component, "channel": channel, "phase": phase]), value: 1)])
    page.add("needletail_release_serial", .gauge, help: "The installed release, 0 before there is one.", one(serial))
    page.add(
      "needletail_release_probation", .gauge, help: "Whether a release is watched that is not kept yet.",
      one(isProbation ? 1 : 0))
    page.add(
      "needletail_release_quarantined", .gauge, help: "Releases that have failed here.", one(UInt64(quarantined)))
    page.add(
      "needletail_release_frozen", .gauge, help: "Whether the repository stands still: nothing new is decided.",
      one(isFrozen ? 1 : 0))
    page.add(
      "needletail_rollout_serial", .gauge, help: "The newest release that the channel offers, 0 for none.",
      one(offered.serial))
    page.add(
      "needletail_rollout_ppm", .gauge, help: "How many of a million machines may have it.", one(UInt64(offered.ppm)))
  }
}
