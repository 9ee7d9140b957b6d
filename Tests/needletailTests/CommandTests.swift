import Foundation
import Testing

/// The program, run as people run it.
struct CommandTests {
  /// Built into the folder of the test bundle.
  static let program = URL(
    fileURLWithPath: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/"
  ).deletingLastPathComponent().appendingPathComponent("needletail")

  /// Runs the program; returns its status and what it wrote.
  static func run(_ arguments: String...) throws -> (status: Int32, output: String, errors: String) {
    try run(arguments)
  }

  static func run(_ arguments: [String]) throws -> (status: Int32, output: String, errors: String) {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Files and not pipes: the program never waits for a reader.
    let places = ["out", "err"].map { folder.appendingPathComponent($0) }
    for place in places { try Data().write(to: place) }
    process.standardOutput = try FileHandle(forWritingTo: places[0])
    process.standardError = try FileHandle(forWritingTo: places[1])
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let texts = try places.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
    return (process.terminationStatus, texts[0], texts[1])
  }

  static func expectSuccess(_ arguments: [String]) throws {
    let result = try run(arguments)
    #expect(result.status == 0, "\(arguments): \(result.errors)")
  }

  /// A file with this text that is removed afterwards.
  static func withFile<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
    let place = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString + ".json")
    try Data(text.utf8).write(to: place)
    defer { try? FileManager.default.removeItem(at: place) }
    return try body(place.path)
  }

  @Test func `a bucket is printed`() throws {
    let arguments = ["channel", "bucket", "--component", "driver", "--release", "1.4.0"]
    let salt = String(repeating: "0", count: 32)
    let known = try Self.run(
      arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5], "--salt", salt,
      "--install-id", "000102030405060708090a0b0c0d0e0f")
    #expect(known.status == 0 && known.output == "109646\n")
    let unknown = try Self.run(
      arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5], "--salt", salt, "--json")
    #expect(unknown.status == 0 && unknown.output == "{\"bucket\":999999}\n")
  }

  @Test func `a wrong command line ends with 2 and says what is wrong`() throws {
    let salt = String(repeating: "0", count: 31)
    let short = try Self.run("channel", "bucket", "--salt", salt, "--component", "driver", "--release", "1")
    #expect(short.status == 2 && short.errors.contains("--salt: 32 hexadecimal digits"))
    let component = try Self.run("channel", "bucket", "--salt", salt + "0", "--component", "x", "--release", "1")
    #expect(component.status == 2 && component.errors.contains("there are core, portable, driver, app, content"))
    #expect(try Self.run("channel", "nonsense").status == 2)
    #expect(try Self.run("channel", "bucket").status == 2)
    let help = try Self.run("--help")
    #expect(help.status == 0 && help.output.contains("SUBCOMMANDS") && help.errors.isEmpty)
  }

  static let ledger = """
    {"component": "driver", "serial": 57, "channel": "stable", "ppm": 1000, "targetPPM": 10000,
     "now": "2027-01-06T12:00:00Z", "stepStartedAt": "2027-01-05T12:00:00Z", "builtAt": "2027-01-04T00:00:00Z",
     "exposure": {"installs": 3000, "idleInstalls": 0, "installDays": 3000, "attestedInstalls": 0},
     "reports": [], "signers": ["a", "b"],
     "drill": {"id": "T-1", "serial": 57, "passedAt": "2027-01-05T00:00:00Z"}}
    """

  @Test func `the gate explains itself, and its status can be used in scripts`() throws {
    let advance = try Self.withFile(Self.ledger) { try Self.run("release", "gate", "explain", $0) }
    #expect(advance.status == 0 && advance.output.hasPrefix("driver 57 stable 1000→10000 ppm : ADVANCE\n"))
    let braked = Self.ledger.replacingOccurrences(of: "\"reports\"", with: "\"brakePPM\": 0, \"reports\"")
    #expect(try Self.withFile(braked) { try Self.run("release", "gate", "explain", $0) }.status == 12)
    let early = Self.ledger.replacingOccurrences(of: "05T12:00:00Z", with: "05T12:00:01Z")
    let wait = try Self.withFile(early) { try Self.run("release", "gate", "explain", "--json", $0) }
    #expect(wait.status == 1 && wait.output.contains("\"decision\" : \"wait\""))
  }

  @Test func `a file that is wrong is named, with the place in it`() throws {
    let missing = try Self.run("release", "gate", "explain", "/nonexistent/ledger.json")
    #expect(missing.status == 1 && missing.errors.contains("/nonexistent/ledger.json: "))
    for (old, new, place) in [
      ("\"serial\": 57, \"channel\"", "\"channel\"", "serial: is missing"),
      ("\"installs\": 3000", "\"installs\": \"many\"", "exposure.installs: "),
      ("2027-01-06T12:00:00Z", "tomorrow", "now: \"tomorrow\" is not a time like"),
      ("\"targetPPM\": 10000", "\"targetPPM\": 50000", "targetPPM: the step after 1000 is 10000, not 50000"),
    ] {
      let text = Self.ledger.replacingOccurrences(of: old, with: new)
      let wrong = try Self.withFile(text) { try Self.run("release", "gate", "explain", $0) }
      #expect(wrong.status == 26 && wrong.errors.contains(place), "\(wrong.errors)")
    }
  }

  static let scenario = """
    {"clients": 1000000, "hours": 100, "tickMinutes": 30, "runs": 5, "discovery": [{"share": 1, "meanHours": 6}],
     "manifestationMeanHours": 6, "backgroundRate": 0, "backgroundIsReported": false, "beaconShare": 0,
     "reports": {"rate": 0.01, "medianDelayHours": 12, "sigma": 1, "toHalt": 2, "triageHours": 4},
     "policies": [{"name": "all", "steps": [{"ppm": 1000000, "hours": 0}], "pausesAtFirstReport": false,
       "beacons": "none"}], "defects": [0.1], "plottedDefect": 0.1}
    """

  @Test func `a simulation prints the same for the same seed, and draws`() throws {
    let plot = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString + ".svg")
    defer { try? FileManager.default.removeItem(at: plot) }
    try Self.withFile(Self.scenario) { file in
      let one = try Self.run("channel", "simulate", file, "--seed", "7", "--plot", plot.path)
      #expect(one.status == 0 && one.output.contains("haltedByReports 5"))
      #expect(try String(contentsOf: plot, encoding: .utf8).hasPrefix("<svg "))
      #expect(try Self.run("channel", "simulate", file, "--seed", "7").output == one.output)
      #expect(try Self.run("channel", "simulate", file, "--seed", "8").output != one.output)
      let wrong = try Self.run("channel", "simulate", file, "--clients", "0")
      #expect(wrong.status == 26 && wrong.errors.contains("clients: 1 to 1000000000"))
    }
  }
}
