import Foundation
import Glibc

/// The serial line to the guest's `init`: commands out, numbered answers back, many at a time.
///
/// The emulator reads from one named pipe and writes to another, which `cat` copies to a file for us, so that
/// nothing here ever blocks.
actor GuestLine {
  struct Answer: Sendable {
    let status: Int32
    let output: String
  }

  /// The emulator ended while something waited for the guest.
  struct Silent: Error, CustomStringConvertible {
    let description: String
  }

  private let writer: FileHandle
  private let reader: FileHandle
  private let copier: Child
  private var received = Data()
  private var answers: [Int: Answer] = [:]
  private var taken: Set<Int> = []
  private var sending = false
  private var last = 0

  /// Makes the pipes `PIPES.in` and `PIPES.out` for an emulator that will open them.
  init(pipes: URL) async throws {
    let (input, output) = (pipes.appendingPathExtension("in"), pipes.appendingPathExtension("out"))
    try await Command("mkfifo", "-m", "600", input.path, output.path).run()
    writer = try FileHandle(forUpdating: input)
    copier = try Child(Command("cat", output.path))
    reader = try FileHandle(forReadingFrom: copier.outputFile)
  }

  deinit { copier.signal(SIGKILL) }

  /// Runs a line of shell in the guest.
  func run(_ text: String, within patience: Duration) async throws -> Answer {
    last += 1
    let number = last
    try await send("\(number) \(text)\n", number: number)
    return try await answer(number, within: patience)
  }

  /// What the guest says with that number; number 0 is its kernel's version, said once it is ready.
  func answer(_ number: Int, within patience: Duration) async throws -> Answer {
    try await eventually("answer \(number) of the guest", within: patience, every: .milliseconds(10)) {
      try read()
      return answers[number] != nil
    }
    guard let answer = answers.removeValue(forKey: number) else { throw Silent(description: "answer \(number) lost") }
    return answer
  }

  /// One line at a time is under way, so the guest's input buffer never overflows.
  private func send(_ line: String, number: Int) async throws {
    while sending { try await Task.sleep(for: .milliseconds(2)) }
    sending = true
    defer { sending = false }
    try writer.write(contentsOf: Data(line.utf8))
    try await eventually("the guest takes line \(number)", within: .seconds(30), every: .milliseconds(2)) {
      try read()
      return taken.remove(number) != nil
    }
  }

  /// Takes in what has come and keeps the whole records of it.
  private func read() throws {
    if let more = try reader.readToEnd() { received.append(more) }
    while let kind = received.first {
      guard let end = received.firstIndex(of: UInt8(ascii: "\n")) else { return }
      let header = String(decoding: received[received.startIndex..<end].dropFirst(), as: UTF8.self)
      let fields = header.split(separator: " ").compactMap { Int($0) }
      switch (kind, fields.count) {
      case (2, 1):
        taken.insert(fields[0])
        received = Data(received[(end + 1)...])
      case (1, 3):
        let body = received[(end + 1)...].prefix(fields[2])
        guard body.count == fields[2] else { return }
        answers[fields[0]] = Answer(status: Int32(fields[1]), output: String(decoding: body, as: UTF8.self))
        received = Data(received[body.endIndex...])
      default:
        throw Silent(description: "the guest's line is out of step at: \(header)")
      }
    }
  }
}
