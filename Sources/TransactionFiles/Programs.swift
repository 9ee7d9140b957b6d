internal import Foundation
internal import Transaction

/// Programs that a step runs.
enum Programs {
  /// Runs `command`, whose first word is a path, to its end.
  static func run(_ command: [String]) throws(ActionFailure) {
    guard let program = command.first else { throw ActionFailure("a step runs no program") }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = Array(command.dropFirst())
    process.standardInput = FileHandle.nullDevice
    do { try process.run() } catch { throw ActionFailure("cannot run \(program): \(error)") }
    process.waitUntilExit()
    guard process.terminationReason == .exit && process.terminationStatus == 0 else {
      throw ActionFailure("\(command.joined(separator: " ")) ended with \(process.terminationStatus)")
    }
  }
}
