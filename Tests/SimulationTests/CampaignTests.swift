import Foundation
import Testing

@testable import Simulation

/// Worlds from seeds, with everything that can go wrong in them; the machine must keep its promises. The program `simulate`
/// plays thousands of them in a release build.
struct CampaignTests {
  static let environment = ProcessInfo.processInfo.environment
  static let isLong = environment["NEEDLETAIL_LONG"] == "1"
  /// The first seed: another slice of worlds for every commit.
  static let firstSeed = environment["NEEDLETAIL_SEED"].flatMap { UInt64($0) } ?? 1

  @Test func `no world breaks a promise of the machine`() async {
    let begin = Date()
    let campaign = Campaign(firstSeed: Self.firstSeed, count: Self.isLong ? 2_000 : 300, isLong: Self.isLong)
    let outcome = await campaign.run()
    print("\(outcome.played) worlds from seed \(Self.firstSeed) in \(Int(Date().timeIntervalSince(begin))) s")
    print(outcome.tally)
    for failure in outcome.failures {
      Issue.record("seed \(failure.seed): \(failure.text); replay: \(campaign.command(replaying: failure.seed))")
    }
    #expect(outcome.tally.deliveries > 0 && outcome.tally.cookies > 0 && outcome.tally.rejections > 0)
  }

  /// A seed must make the same world every time; otherwise a failure could not be replayed.
  @Test func `a seed makes the same world again`() {
    for seed in Self.firstSeed..<Self.firstSeed &+ 5 {
      var (once, again): ([String], [String]) = ([], [])
      _ = Campaign.play(seed, isLong: false) { once.append($0) }
      _ = Campaign.play(seed, isLong: false) { again.append($0) }
      #expect(once == again)
    }
  }
}
