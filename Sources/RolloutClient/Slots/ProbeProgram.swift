internal import Rollout
internal import RolloutMetadata
internal import SystemPrograms

/// The program of the administrator's that asks the probes.
enum ProbeProgram {
  /// Seconds after which a program that does not answer could not tell.
  static let patience = 30.0

  /// Runs it with the folder of the slot as its last argument. Each line of its output is a probe's name and its outcome.
  /// A program that cannot be run, fails, or says something else, is a service that fails.
  static func ask(_ command: [String], slot: String) -> [ProbeResult] {
    do throws(SystemProgram.Fault) {
      let outcome = try SystemProgram.run(command + [slot], output: .caught, patience: patience)
      return outcome.status == 0 ? results(outcome.output) : [ProbeResult(.service, .fail)]
    } catch {
      return [ProbeResult(.service, error == .outOfTime ? .inconclusive : .fail)]
    }
  }

  /// What the lines say.
  static func results(_ text: String) -> [ProbeResult] {
    text.split(separator: "\n").map { line in
      let words = line.split(separator: " ")
      guard words.count == 2, let probe = Probe(named: Array(words[0].utf8)) else {
        return ProbeResult(.service, .fail)
      }
      switch words[1] {
      case "pass": return ProbeResult(probe, .pass)
      case "inconclusive": return ProbeResult(probe, .inconclusive)
      case "idle": return ProbeResult(probe, .inconclusive, lackOfTraffic: true)
      default: return ProbeResult(probe, .fail)
      }
    }
  }
}
