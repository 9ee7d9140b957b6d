import Foundation
import Testing

/// Runs the stock `wg` and ours on the same questions, in a mount namespace where a folder stands for /var/run/wireguard.
enum ToolRun {
  /// What a program made of some questions, one after the other.
  struct Answers: Equatable, CustomStringConvertible {
    var transcript: String
    var description: String { transcript }
  }

  /// The stock program.
  static let stock = "/usr/bin/wg"

  /// Why these tests cannot run, as a failure and not as a pass.
  static func requireRightsAndTools() throws {
    #expect(geteuid() == 0, "mount namespaces take root")
    #expect(FileManager.default.isExecutableFile(atPath: stock), "install it: apt-get install wireguard-tools")
    try #require(geteuid() == 0 && FileManager.default.isExecutableFile(atPath: stock))
  }

  /// The answers of a program to questions: lines of shell in which `wg` is the program. After each, its standard output,
  /// its standard error and its status.
  static func answers(of program: String, to questions: [String], in folder: String) throws -> Answers {
    var script = """
      set -u
      mkdir -p /var/run/wireguard
      mount --bind \(folder) /var/run/wireguard
      bin=$(mktemp -d)
      ln -s \(program) $bin/wg
      PATH=$bin:$PATH
      export LC_ALL=C

      """
    for question in questions {
      script += """
        { \(question); } >$bin/out 2>$bin/err </dev/null
        status=$?
        echo '== '\(quoted(question)); cat $bin/out; echo '-- '; cat $bin/err; echo "-- $status"

        """
    }
    script += "rm -r $bin\n"
    return Answers(transcript: try run(script))
  }

  /// Runs a script in a mount namespace of its own, and returns what it wrote, bytes as characters.
  private static func run(_ script: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
    process.arguments = ["-m", "timeout", "200", "sh"]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let place = input.fileHandleForWriting
    Thread.detachNewThread {
      try? place.write(contentsOf: Data(script.utf8))
      try? place.close()
    }
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }

  /// Both answer each question the same.
  ///
  /// Ages are in seconds, so that a second that ends between the two answers makes a difference once; a difference that
  /// comes five times is one.
  static func compare(_ questions: [String], in mock: MockTunnels, _ comment: Comment = "") throws {
    var script = """
      mkdir -p /var/run/wireguard
      mount --bind \(mock.folder) /var/run/wireguard
      bin=$(mktemp -d)
      mkdir $bin/stock $bin/ours
      ln -s \(stock) $bin/stock/wg
      ln -s \(CommandTests.program.path) $bin/ours/wg
      export LC_ALL=C
      usual=$PATH
      ask() { # whom, which question
        PATH=$bin/$1:$usual
        $2 >$bin/out 2>$bin/err </dev/null
        status=$?
        { cat $bin/out; echo "-- "; cat $bin/err; echo "-- $status"; } >$bin/$1.answer
      }
      compare() { # which question
        for attempt in 1 2 3 4 5; do
          ask stock $1
          ask ours $1
          cmp -s $bin/stock.answer $bin/ours.answer && return
        done
        echo "== DIFFERENT: $1"
        head -c 3000 $bin/stock.answer
        echo "== ours:"
        head -c 3000 $bin/ours.answer
      }

      """
    for (number, question) in questions.enumerated() {
      script += "q\(number)() { \(question)\n}\ncompare q\(number)\n"
    }
    script += "rm -r $bin\necho \(questions.count) asked\n"
    let output = try run(script)
    #expect(
      output == "\(questions.count) asked\n", "\(comment) of \(questions.count): \(question(in: output, questions))")
  }

  /// The question that a difference is about.
  private static func question(in output: String, _ questions: [String]) -> String {
    guard let mark = output.range(of: "DIFFERENT: q"),
      let number = Int(output[mark.upperBound...].prefix { $0.isNumber }), questions.indices.contains(number)
    else { return "" }
    return questions[number]
  }
}
