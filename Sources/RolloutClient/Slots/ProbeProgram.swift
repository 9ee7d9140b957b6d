internal import Foundation
internal import Rollout
internal import RolloutMetadata

/// The program of the administrator's that asks the probes.
enum ProbeProgram {
  /// Seconds after which a program that does not answer could not tell.
  static let patience = 30.0

  /// Runs it with the folder of the slot as its last argument. Each line of its output is a probe's name and its outcome.
  /// A program that cannot be run, fails, or says something else, is a service that fails.
  static func ask(_ command: [String], slot: String) -> [ProbeResult] {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: command.first ?? "")
    process.arguments = Array(command.dropFirst()) + [slot]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    do { try process.run() } catch { return [ProbeResult(.service, .fail)] }
    let end = Date(timeIntervalSinceNow: patience)
    while process.isRunning && Date() < end { Thread.sleep(forTimeInterval: 0.05) }
    guard !process.isRunning else {
      process.terminate()
      return [ProbeResult(.service, .inconclusive)]
    }
    let bytes = (try? output.fileHandleForReading.read(upToCount: 65_536)) ?? nil
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      return [ProbeResult(.service, .fail)]
    }
    return results(String(decoding: bytes ?? Data(), as: UTF8.self))
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
