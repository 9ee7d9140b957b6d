internal import Octets
internal import RolloutMetadata

/// A serial that could be installed.
struct Candidate: Equatable {
  let release: Release
  let offer: Offer
}

/// What is asked of each candidate, in this order.
enum CandidateRule: CaseIterable {
  case brake, hold, approval, window, deferral, pause, cohort, use
}

/// What an organisation says of a release.
enum ApprovalState: Equatable {
  case approved
  case missing([[UInt8]])
  case waiting(UTCTime)
}

extension Release {
  /// The file that a client of a system and a processor installs: of the kind that it unpacks.
  func package(system: [UInt8], architecture: [UInt8]) -> Artifact? {
    for artifact in artifacts
    where artifact.kind == .tar && artifact.system == system && artifact.architecture == architecture {
      return artifact
    }
    return nil
  }
}

extension Situation {
  /// Whether a release has a file for this machine and what it needs is there.
  func fits(_ release: Release) -> Bool {
    guard release.package(system: system, architecture: architecture) != nil else { return false }
    for need in release.requires where committedSerial(need.component) < need.serial { return false }
    return true
  }

  /// The serials above the committed one that are offered in the channel, for this machine, past all pins and not
  /// quarantined, the highest first.
  var candidates: [Candidate] {
    guard let releases = trusted.releases?.document else { return [] }
    let committed = committedSerial(component)
    var candidates: [Candidate] = []
    for offer in offers where offer.serial > committed {
      // Nothing is newly installed below the floor.
      guard offer.serial >= floor, !isQuarantined(offer.serial) else { continue }
      guard let release = releases.release(component, offer.serial), fits(release) else { continue }
      var isAllowed = true
      for pin in policy.pins where pin.component == component && !pin.allows(release) { isAllowed = false }
      if isAllowed { candidates.append(Candidate(release: release, offer: offer)) }
    }
    return candidates.sorted { $0.release.serial > $1.release.serial }
  }

  /// What this machine is offered: what its channel has; on `frozen`, what a change request of its organisation asks for.
  var offers: [Offer] {
    guard let releases = trusted.releases?.document, let rollout = trusted.rollout?.document else { return [] }
    guard policy.channel == .frozen else { return rollout.offers(policy.channel, component) }
    var offers: [Offer] = []
    for release in releases.releases where release.component == component {
      guard changeControls.contains(where: { $0.covers(release) }) else { continue }
      offers.append(
        Offer(
          channel: .frozen, component: component, serial: release.serial, ppm: 1_000_000,
          salt: Octets16(repeating: 0), startedAt: now))
    }
    return offers
  }

  /// What a rule says against a candidate; nil when nothing.
  func check(_ rule: CandidateRule, _ candidate: Candidate) -> Decision? {
    let serial = candidate.release.serial
    // A machine that a rollback has left below the floor takes what lifts it above ahead of windows, deferrals, its place
    // in the queue and what else it does; so does every machine with a security release, but for the window.
    let isUrgent = committedSerial(component) < floor && (isBelowFloorAfterRollback || candidate.release.isSecurity)
    switch rule {
    case .brake:
      return trusted.brakeCap(component, serial, systemClock: publishersClock) == 0 ? .halted(serial) : nil
    case .hold:
      for hold in trusted.holds(systemClock: publishersClock)
      where hold.component == component && hold.serials.contains(serial) && hold.predicate.applies(to: facts) {
        return .held(serial, by: hold.id)
      }
      return nil
    case .approval:
      if policy.requiresApproval, case .missing(let roles) = approval(of: candidate.release) {
        return .awaitsApproval(serial, missing: roles)
      }
      return nil
    case .window:
      if policy.requiresApproval, !isBelowFloorAfterRollback || !isUrgent,
        case .waiting(let start) = approval(of: candidate.release)
      {
        return .awaitsWindow(serial, from: start)
      }
      return nil
    case .deferral: return isUrgent ? nil : deferral(candidate.release)
    case .pause:
      guard !isUrgent, let pause = policy.pause, now >= pause.setAt, now < pause.end else { return nil }
      return .deferred(serial, until: pause.end)
    case .cohort:
      if isUrgent { return nil }
      let bucket = bucket(of: candidate)
      let ppm = trusted.effectivePPM(candidate.offer, systemClock: publishersClock)
      return Cohort.includes(bucket, ppm: ppm) ? nil : .notInCohort(serial, bucket: bucket, ppm: ppm)
    case .use: return isBusy && !isUrgent ? .inUse(serial) : nil
    }
  }

  private func bucket(of candidate: Candidate) -> UInt32 {
    Cohort.bucket(
      salt: candidate.offer.salt.array, component: component.name.octets, release: candidate.release.version,
      installID: installID)
  }

  private func deferral(_ release: Release) -> Decision? {
    let days = min(policy.deferDays, LocalPolicy.longestDeferral(release))
    var first = now
    for entry in firstOffers where entry.component == component && entry.serial == release.serial { first = entry.at }
    let end = first + Int64(days) * 86_400
    return now < end ? .deferred(release.serial, until: end) : nil
  }

  /// The best that any change request says of a release.
  func approval(of release: Release) -> ApprovalState {
    var best: ApprovalState?
    let lifts = liftsToFloor(release.serial)
    for control in changeControls where control.covers(release) {
      switch control.state(at: now, liftsToFloor: lifts) {
      case .approved: return .approved
      case .waiting(let start):
        if case .waiting(let other)? = best, other <= start { continue }
        best = .waiting(start)
      case .missing(let roles):
        if best == nil { best = .missing(roles) }
      case .rejected, .over: continue
      }
    }
    return best ?? .missing([])
  }
}
