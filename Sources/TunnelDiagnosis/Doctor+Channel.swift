// What an update channel needs to go on, and to come back.

extension Doctor {
  static func examine(_ channel: Situation.Channel) -> [Finding] {
    var findings: [Finding] = []
    findings.append(
      channel.fault.isEmpty
        ? Finding(.channelState, "", .pass, "the update channel's state can be read, and its log is as it was written")
        : Finding(
          .channelState, "", .fail, channel.fault,
          "needletail channel verify and needletail channel status say more; updates stop until it is mended"))
    let knobs = channel.idleKnobs.map {
      Finding(
        .channelKnobs, $0, .warn, "this knob is set and does nothing any more",
        "take it out of the policy; needletail channel knobs says what the installed release knows")
    }
    findings += knobs.isEmpty ? [Finding(.channelKnobs, "", .pass, "no knob is set that does nothing")] : knobs
    switch channel.previous {
    case .none: findings.append(Finding(.channelPrevious, "", .pass, "there has been one release only"))
    case .there(let serial):
      findings.append(Finding(.channelPrevious, "", .pass, "release \(serial) is there to go back to"))
    case .missing(let serial):
      findings.append(
        Finding(
          .channelPrevious, "", .warn, "release \(serial), to which a rollback would go, is not on the disk",
          "going back to it needs the repository; the next release that is kept takes its place"))
    }
    findings.append(
      channel.freeBytes >= channel.wantedBytes
        ? Finding(.channelSpace, "", .pass, "there is room for another release")
        : Finding(
          .channelSpace, "", .warn,
          "\(channel.freeBytes >> 20) MB are free where releases go, and one takes up to \(channel.wantedBytes >> 20)",
          "make room there, or the next update waits"))
    return findings
  }
}
