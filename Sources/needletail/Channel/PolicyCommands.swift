internal import ArgumentParser
internal import Foundation
internal import Rollout
internal import RolloutClient
internal import RolloutMetadata

/// Chooses the channel.
struct Follow: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Choose how early to hear of releases.")
  @OptionGroup var options: ClientOptions
  @Argument(help: "insider, preview, stable, lts or frozen.") var channel: String

  func run() throws { try options.changePolicy("follow", channel) { $0.channel = channel } }
}

/// Lets only some releases through.
struct PinCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pin", abstract: "Let only some releases of a component through.")
  @OptionGroup var options: ClientOptions
  @Argument(help: "Versions that begin so, as 1.4.") var prefix: String?
  @Option(help: "Only this serial.") var exactly: UInt64?
  @Option(help: "Serials up to this one.") var atMost: UInt64?

  func validate() throws {
    let count = [prefix != nil, exactly != nil, atMost != nil].count { $0 }
    if count != 1 { throw ValidationError("one of a version's beginning, --exactly and --at-most is needed") }
  }

  func run() throws {
    let detail = prefix ?? exactly.map { "exactly \($0)" } ?? "at most \(atMost ?? 0)"
    try options.changePolicy("pin", "\(options.component) \(detail)") {
      $0.pins =
        ($0.pins ?? []) + [.init(component: options.component, version: prefix, exactly: exactly, atMost: atMost)]
    }
  }
}

/// Removes pins.
struct Unpin: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Remove all pins of a component.")
  @OptionGroup var options: ClientOptions

  func run() throws {
    _ = try options.checkedComponent()
    try options.changePolicy("unpin", options.component) { policy in
      policy.pins = policy.pins?.filter { $0.component != options.component }
    }
  }
}

/// Leaves releases to others first.
struct Defer: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Leave each release to others for some days.",
    discussion: "At most 7 days for a security release, 30 for a driver, 365 for anything else.")
  @OptionGroup var options: ClientOptions
  @Argument(help: "Days, counted from when a release is first offered here.") var days: Int

  func validate() throws {
    if !(0...365).contains(days) { throw ValidationError("0 to 365 days; a pin keeps a release away for longer") }
  }

  func run() throws { try options.changePolicy("defer", "\(days) days") { $0.deferDays = days } }
}

/// Installs nothing for a while.
struct Pause: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Install nothing until a time, 35 days away at most.")
  @OptionGroup var options: ClientOptions
  @Argument(help: "The time, as 2027-01-06T09:00:00Z, or \"off\".") var until: String

  func run() throws {
    if until == "off" { return try options.changePolicy("pause", "off") { $0.pause = nil } }
    guard let end = UTCTime(Array(until.utf8)) else {
      throw Failure(.usage, "\"\(until)\" is not a time like 2027-01-06T09:00:00Z")
    }
    let now = Clocks.now
    guard end > now, end - now <= LocalPolicy.Pause.longest else {
      throw Failure(.policy, "a pause ends in the next 35 days; \(until) is not among them")
    }
    try options.changePolicy("pause", until) {
      $0.pause = .init(setAt: String(decoding: now.text, as: UTF8.self), until: until)
    }
  }
}

/// Knobs that are set.
struct Knobs: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Which knobs are set and what they do.",
    discussion: "Exits with 16 when one is set that no longer does anything.")
  @OptionGroup var options: ClientOptions

  func run() throws {
    let client = try options.open(changing: false)
    let release = client.record.committed.flatMap {
      client.trusted.releases?.document.release(client.component, $0)
    }
    var isIdle = false
    for (name, value) in (client.policyFile.knobs ?? [:]).sorted(by: { $0.key < $1.key }) {
      let knob = SetKnob(name: Array(name.utf8), value: Array(value.utf8))
      let warning = release.map { $0.warning(of: knob) } ?? .unknown
      let text = warning?.words ?? "honoured"
      if warning == .retired || warning == .unknown { isIdle = true }
      print(
        options.json
          ? "{\"knob\":\"\(name)\",\"value\":\"\(value)\",\"state\":\"\(text)\"}" : "\(name) = \(value)  \(text)")
    }
    if isIdle { throw Failure(.retiredKnob) }
  }
}
