import Foundation
import Octets
import Rollout
import Testing

@testable import RolloutMetadata

func text(_ string: String) -> [UInt8] { Array(string.utf8) }

func time(_ string: String) -> UTCTime { UTCTime(text(string))! }

let hour: Int64 = 3600
let day: Int64 = 24 * hour

/// What a client may have verified, put together without signatures: how those are checked is another module's story.
struct World {
  static let now = time("2027-01-10T12:00:00Z")

  var releases: [Release] = [55, 56, 57, 58].map { release($0) }
  var floor: UInt64 = 55
  var offers = [offer(57)]
  var holds: [Hold] = []
  var rollbacks: [RollbackDirective] = []
  var halts: [Halt] = []
  var timestampExpires = now + 12 * hour
  var rolloutExpires = now + 5 * day
  var releasesExpires = now + 60 * day
  var snapshotExpires = now + 6 * day
  var rootExpires = now + 300 * day

  static func release(_ serial: UInt64, isSecurity: Bool = false, component: Component = .driver) -> Release {
    let digest = Octets32(repeating: UInt8(truncatingIfNeeded: serial))
    return Release(
      component: component, serial: serial, version: text("1.4.\(serial)"), phase: .optIn, isSecurity: isSecurity,
      artifacts: [
        Artifact(
          name: text("needletail.tar"), size: 1000, digest: digest, system: text("linux"),
          architecture: text("x86_64"), kind: .tar)
      ], recipe: text("make"), buildDigest: digest, notesDigest: digest)
  }

  static func offer(_ serial: UInt64, ppm: UInt32 = 1_000_000, channel: Channel = .stable) -> Offer {
    Offer(
      channel: channel, component: .driver, serial: serial, ppm: ppm, salt: Octets16(repeating: 1),
      startedAt: now + -5 * day)
  }

  private func trust<Content: Document>(_ document: Content) -> Trusted<Content> {
    Trusted(document: document, payload: [], fileDigest: Octets32(repeating: 9))
  }

  var trusted: TrustedSet {
    let brakeKey = PublicKey(Octets32(repeating: 3))
    let keys = (0..<7).map { _ in RoleKeys([brakeKey], threshold: 1) }
    let root = Root(version: 1, created: Self.now + -60 * day, expires: rootExpires, roles: keys)
    var set = TrustedSet(root: trust(root), rootFiles: [], clockFloor: Self.now + -hour)
    set.timestamp = trust(
      Timestamp(
        version: 1, created: Self.now + -hour, expires: timestampExpires, snapshotVersion: 1,
        snapshotDigest: Octets32(repeating: 9), snapshotLength: 10, brakeMinimum: []))
    set.snapshot = trust(Snapshot(version: 1, expires: snapshotExpires, files: []))
    set.releases = trust(
      Releases(
        version: 1, created: Self.now + -day, expires: releasesExpires, releases: releases,
        floors: [.init(component: .driver, serial: floor)]))
    set.rollout = trust(
      Rollout(version: 1, expires: rolloutExpires, offers: offers, holds: holds, rollbacks: rollbacks))
    set.brakes.merge(
      Brake(version: 1, expires: Self.now + 10 * day, halts: halts), of: brakeKey.identifier,
      digest: Octets32(repeating: 1), at: Self.now)
    return set
  }

  /// A Linux machine with driver 56 that is offered what there is.
  var situation: Situation {
    var situation = Situation(
      component: .driver, trusted: trusted, systemClock: Self.now, policy: LocalPolicy(), facts: Facts(),
      system: text("linux"), architecture: text("x86_64"), installID: [UInt8](repeating: 7, count: 16))
    situation.committed = [.init(component: .driver, serial: 56)]
    return situation
  }

  func decision(_ change: (inout Situation) -> Void = { _ in }) -> Decision {
    var situation = situation
    change(&situation)
    #expect(situation.explanation.result == situation.decision)
    return situation.decision
  }
}

/// Repeatable randomness (SplitMix64) whose seed stands in every failure.
struct SeededGenerator: RandomNumberGenerator {
  let seed: UInt64
  private var state: UInt64

  init() {
    seed = ProcessInfo.processInfo.environment["NEEDLETAIL_SEED"].flatMap { UInt64($0) } ?? .random(in: .min ... .max)
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }

  /// A number below `bound`.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
  /// True once in `count` times.
  mutating func once(in count: Int) -> Bool { below(count) == 0 }

  var note: Comment { "NEEDLETAIL_SEED=\(seed)" }
}
