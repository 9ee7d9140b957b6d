import Foundation
import Glibc

/// A program to run: its name or path, its arguments, what it reads and which variables it gets beside the usual.
struct Command: Sendable {
  var arguments: [String]
  var input = ""
  var variables: [String: String] = [:]

  init(_ arguments: String...) { self.arguments = arguments }

  init(_ arguments: [String]) { self.arguments = arguments }

  /// What a program left behind when it ended.
  struct Outcome: Sendable {
    let status: Int32
    let output: String
    let complaint: String
  }

  /// A program that ended with another status than zero, or did not end.
  struct Failure: Error, CustomStringConvertible {
    let arguments: [String]
    let outcome: Outcome
    var description: String {
      "\(arguments.joined(separator: " ")): status \(outcome.status): \(outcome.output)\(outcome.complaint)"
    }
  }

  /// Runs to the end and returns the outcome whatever the status; kills the program after `patience`.
  func outcome(within patience: Duration = .seconds(20)) async throws -> Outcome {
    let child = try Child(self)
    do {
      let status = try await child.wait(within: patience)
      return Outcome(status: status, output: child.output, complaint: child.complaint)
    } catch {
      kill(child.process, SIGKILL)
      let killed = Outcome(status: -1, output: child.output, complaint: child.complaint + " (killed: \(error))")
      throw Failure(arguments: arguments, outcome: killed)
    }
  }

  /// Runs to the end; any status but zero is a failure.
  @discardableResult
  func run(within patience: Duration = .seconds(20)) async throws -> Outcome {
    let outcome = try await outcome(within: patience)
    guard outcome.status == 0 else { throw Failure(arguments: arguments, outcome: outcome) }
    return outcome
  }
}

/// A program that is running. It reads from a file and writes to files, so it never waits for us.
final class Child: Sendable {
  let process: pid_t
  let outputFile: URL
  private let complaintFile: URL
  private let reaped = Reaped()

  init(_ command: Command) throws {
    let base = Laboratory.scratch.appending(path: "child-\(Laboratory.number())")
    try FileManager.default.createDirectory(at: Laboratory.scratch, withIntermediateDirectories: true)
    outputFile = base.appendingPathExtension("out")
    complaintFile = base.appendingPathExtension("err")
    var inputFile = URL(fileURLWithPath: "/dev/null")
    if !command.input.isEmpty {
      inputFile = base.appendingPathExtension("in")
      try Data(command.input.utf8).write(to: inputFile)
    }
    guard let program = Executable.find(command.arguments[0]) else {
      throw Laboratory.Unready(description: "no program called \(command.arguments[0])")
    }
    var variables = ["PATH": Executable.searchPath, "LC_ALL": "C", "HOME": "/root", "TERM": "dumb"]
    variables.merge(command.variables) { $1 }
    process = try spawn(
      program, arguments: command.arguments, variables: variables.map { "\($0)=\($1)" },
      input: inputFile.path, output: outputFile.path, complaint: complaintFile.path)
  }

  /// What it has written to its standard output until now.
  var output: String { (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "" }

  /// What it has written to its standard error until now.
  var complaint: String { (try? String(contentsOf: complaintFile, encoding: .utf8)) ?? "" }

  var isRunning: Bool { reaped.status(of: process) == nil }

  /// Waits for its end and returns its exit status, or 128 plus the signal that ended it.
  func wait(within patience: Duration) async throws -> Int32 {
    let end = ContinuousClock.now + patience
    var pause = 1
    while true {
      if let status = reaped.status(of: process) { return status }
      guard ContinuousClock.now < end else { throw Late(what: "end of process \(process)", patience: patience) }
      try await Task.sleep(for: .milliseconds(pause))
      pause = min(pause * 2, 20)
    }
  }

  func signal(_ number: Int32) {
    if isRunning { kill(process, number) }
  }
}

/// Where programs are.
enum Executable {
  static let searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  /// The path of `name`, if it can be executed; a name with a slash is a path already.
  static func find(_ name: String) -> String? {
    let candidates = name.contains("/") ? [name] : searchPath.split(separator: ":").map { "\($0)/\(name)" }
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
