import Foundation

/// A program run to its end.
enum Command {
  /// Runs `tool`, a path or a name, for at most `limit` seconds; returns its status, −1 when time was up, and all it said.
  static func run(_ tool: String, _ arguments: [String], limit: Double) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [tool] + arguments
    var environment = ProcessInfo.processInfo.environment
    environment["SWIFT_BACKTRACE"] = "enable=no"
    process.environment = environment
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let patience = DispatchWorkItem { process.terminate() }
    DispatchQueue.global().asyncAfter(deadline: .now() + limit, execute: patience)
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let isOver =
      !patience.isCancelled && process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGTERM
    patience.cancel()
    return (isOver ? -1 : process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
