internal import Foundation
internal import FuzzTargets

// Two programs in one. Built with the trait `Fuzzing` and `--sanitize fuzzer`, libFuzzer brings the entry point and calls
// the function below. Built otherwise it writes what the fuzzer starts from, seeds and kept inputs, into a folder.

#if Fuzzing
// SAFETY: libFuzzer calls from one thread.
nonisolated(unsafe) private let targets = FuzzTargets()

/// What libFuzzer calls with each input; bytes that a boundary cannot bear trap.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // SAFETY: libFuzzer lends `count` bytes for the call.
  unsafe targets.run(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
#else
@main
struct Fuzz {
  static func main() throws {
    guard CommandLine.arguments.count == 2 else {
      print("usage: fuzz FOLDER: writes the inputs a fuzzer starts from; see Tests/Fuzz/run.sh")
      exit(2)
    }
    let folder = URL(fileURLWithPath: CommandLine.arguments[1])
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (number, input) in (FuzzTargets().seeds + (try FoundInputs.read())).enumerated() {
      try Data(input).write(to: folder.appendingPathComponent("\(number)"))
    }
  }
}
#endif
