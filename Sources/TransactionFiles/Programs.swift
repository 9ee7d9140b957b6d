internal import SystemPrograms
internal import Transaction

/// Programs that a step runs.
enum Programs {
  /// Runs `command`, whose first word is a path, to its end.
  static func run(_ command: [String]) throws(ActionFailure) {
    guard let program = command.first else { throw ActionFailure("a step runs no program") }
    let status: Int32
    do throws(SystemProgram.Fault) {
      status = try SystemProgram.run(command, output: .passedOn).status
    } catch {
      throw ActionFailure("cannot run \(program): \(error.words)")
    }
    guard status == 0 else {
      throw ActionFailure("\(command.joined(separator: " ")) ended with \(status)")
    }
  }
}
