internal import Octets
public import RolloutMetadata

extension Workspace {
  /// Changes the draft of the rollout, or begins one from what is published.
  public func editRollout(now: UTCTime, _ change: (inout Rollout) throws(PublisherError) -> Void) throws(PublisherError)
  {
    let published = try published(Rollout.self)
    var rollout = try draft(Rollout.self) ?? published ?? Rollout(version: 1, expires: now)
    rollout.version = (published?.version ?? 0) + 1
    try change(&rollout)
    // A client measures from its own clock, a day's grace included.
    rollout.expires = now + rollout.longestLife
    try keep(rollout)
  }

  /// Offers a serial in a channel to so much of the fleet, in parts per million. The first offer of a serial draws its salt,
  /// which stays; offers of lower serials stay beside it, the lowest of more than eight goes.
  public func offer(
    _ component: Component, _ serial: UInt64, in channel: Channel, ppm: UInt32, step: UInt32?, now: UTCTime
  ) throws(PublisherError) {
    guard try newest(Releases.self)?.release(component, serial) != nil else {
      throw PublisherError(
        .failure, "\(component.name) \(serial) is not among the releases; `release repo add` puts it there")
    }
    try editRollout(now: now) { (rollout) throws(PublisherError) in
      let place = rollout.offers.firstIndex {
        $0.channel == channel && $0.component == component && $0.serial == serial
      }
      if let place {
        guard ppm <= rollout.offers[place].cap else {
          throw PublisherError(.policy, "\(ppm) ppm is more than the cap of \(rollout.offers[place].cap)")
        }
        if rollout.offers[place].ppm != ppm { rollout.offers[place].startedAt = now }
        rollout.offers[place].ppm = ppm
        rollout.offers[place].step = step ?? rollout.offers[place].step + 1
      } else {
        rollout.offers.append(
          Offer(
            channel: channel, component: component, serial: serial, ppm: ppm, salt: randomOctets16(), startedAt: now,
            step: step ?? 0))
      }
      rollout.offers.sort {
        ($0.channel.rawValue, $0.component.rawValue, $1.serial) < (
          $1.channel.rawValue, $1.component.rawValue, $0.serial
        )
      }
      // One, and eight before it.
      let mine = rollout.offers(channel, component)
      if mine.count > 9, let last = mine.last { rollout.offers.removeAll { $0 == last } }
    }
  }
}
