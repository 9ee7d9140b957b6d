import Foundation
import Simulation

/// `simulate [--seed N] [--count N] [--long] [--all] [--tell] [--workers N]`: plays worlds and says which seed
/// fails; with `--tell`, what happens in the first. `simulate --transcript SEED` prints a transcript.
///
/// Without arguments: 5,000 worlds, or 50,000 longer ones when NEEDLETAIL_LONG is 1, from NEEDLETAIL_SEED. One seed is
/// replayed with `simulate --seed N --count 1`. Exits with 0 when nothing failed, with 1 when a seed did.
@main
enum Simulate {
  static func main() async {
    let environment = ProcessInfo.processInfo.environment
    let isLong = environment["NEEDLETAIL_LONG"] == "1"
    let firstSeed = environment["NEEDLETAIL_SEED"].flatMap { UInt64($0) } ?? 1
    var campaign = Campaign(firstSeed: firstSeed, count: isLong ? 50_000 : 5_000, isLong: isLong)
    var isTold = false
    var arguments = CommandLine.arguments.dropFirst().makeIterator()
    while let argument = arguments.next() {
      switch argument {
      case "--long": campaign.isLong = true
      case "--all": campaign.playsAll = true
      case "--tell": isTold = true
      case "--transcript": transcribe(number(arguments.next()))
      case "--seed": campaign.firstSeed = number(arguments.next())
      case "--count": campaign.count = Int(number(arguments.next()))
      case "--workers": campaign.workers = Int(number(arguments.next()))
      default: usage()
      }
    }
    if isTold {
      let (failure, tally) = Campaign.play(campaign.firstSeed, isLong: campaign.isLong) { print($0) }
      print("\(failure ?? "nothing failed"): \(tally)")
      exit(failure == nil ? 0 : 1)
    }
    let begin = Date()
    let outcome = await campaign.run()
    let seconds = Date().timeIntervalSince(begin)
    print("\(outcome.played) worlds from seed \(campaign.firstSeed) in \(String(format: "%.1f", seconds)) s")
    print(outcome.tally)
    for failure in outcome.failures { print("seed \(failure.seed): \(failure.text)") }
    guard let failure = outcome.failures.first else { return }
    print("replay: \(campaign.command(replaying: failure.seed))")
    exit(1)
  }

  private static func transcribe(_ seed: UInt64) -> Never {
    do {
      for line in try Transcript.play(seed: seed) { print(line) }
      exit(0)
    } catch {
      print("simulate: \(error)")
      exit(1)
    }
  }

  private static func number(_ text: String?) -> UInt64 {
    guard let text, let number = UInt64(text) else { usage() }
    return number
  }

  private static func usage() -> Never {
    print("usage: simulate [--seed N] [--count N] [--long] [--all] [--tell] [--workers N] | --transcript SEED")
    exit(2)
  }
}
