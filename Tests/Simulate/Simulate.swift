import Foundation
import Simulation

/// `simulate [--seed N] [--count N] [--long] [--workers N] [--repeat]`: plays worlds and says which seed fails.
///
/// One seed is replayed with `simulate --seed N --count 1`. Exits with 0 when nothing failed, with 1 when a seed did.
@main
enum Simulate {
  static func main() async {
    var campaign = Campaign(firstSeed: 1, count: 1000)
    var arguments = CommandLine.arguments.dropFirst().makeIterator()
    while let argument = arguments.next() {
      switch argument {
      case "--long": campaign.isLong = true
      case "--seed": campaign.firstSeed = number(arguments.next())
      case "--count": campaign.count = Int(number(arguments.next()))
      case "--workers": campaign.workers = Int(number(arguments.next()))
      default: usage()
      }
    }
    let begin = Date()
    let outcome = await campaign.run()
    let seconds = Date().timeIntervalSince(begin)
    print("\(outcome.played) worlds in \(String(format: "%.1f", seconds)) s: \(outcome.tally)")
    guard let failure = outcome.failure else { return }
    print("seed \(failure.seed): \(failure.text)")
    print("replay: \(campaign.command(replaying: failure.seed))")
    exit(1)
  }

  private static func number(_ text: String?) -> UInt64 {
    guard let text, let number = UInt64(text) else { usage() }
    return number
  }

  private static func usage() -> Never {
    print("usage: simulate [--seed N] [--count N] [--long] [--workers N]")
    exit(2)
  }
}
