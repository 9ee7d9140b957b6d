import AdapterManagement
import Testing

struct NativeCodeTests {
  typealias Code = NativeCode

  @Test func `code of the processor's own needs nobody`() {
    for machine in [Code.x86, Code.x64, Code.arm64] {
      #expect(Code.way(processMachine: 0, nativeMachine: machine, imageMachine: machine) == .itself)
    }
  }

  @Test func `a 32-bit process has a helper of the processor's, which its own folder of Windows' does not start`() {
    for native in [Code.x64, Code.arm64] {
      #expect(
        Code.way(processMachine: Code.x86, nativeMachine: native, imageMachine: Code.x86)
          == .helper(machine: native, isRedirected: true))
    }
  }

  @Test func `emulated x86-64 code on ARM64 has one, though it is told that its process is native`() {
    #expect(
      Code.way(processMachine: 0, nativeMachine: Code.arm64, imageMachine: Code.x64)
        == .helper(machine: Code.arm64, isRedirected: false))
  }

  @Test func `for other processors there is nobody`() {
    #expect(Code.way(processMachine: 0, nativeMachine: Code.x86, imageMachine: Code.x64) == .nobody)
    #expect(Code.way(processMachine: Code.x64, nativeMachine: Code.arm64, imageMachine: Code.arm64) == .nobody)
    #expect(Code.way(processMachine: 0x1c4, nativeMachine: 0x1c4, imageMachine: Code.x86) == .nobody)
  }
}

struct HelperAnswerTests {
  private func printed(_ error: UInt32, _ text: [UInt16]) -> [UInt16] {
    var room = [UInt16](repeating: 0xeeee, count: HelperAnswer.longest)
    var span = room.mutableSpan
    let count = HelperAnswer.print(error: error, text: text.span, into: &span)
    return Array(room[..<count])
  }

  private func parsed(_ units: [UInt16]) -> HelperAnswer? { HelperAnswer(parsing: units.span) }

  @Test func `an answer is the digits of an error, and a text`() {
    #expect(printed(0xe000_023d, []) == Array("E000023D\n".utf16))
    #expect(printed(0, Array("oem3.inf".utf16)) == Array("00000000 oem3.inf\n".utf16))
  }

  @Test func `whatever is answered is read as it was meant`() {
    for error in [0, 1, 0x1234_5678, .max] as [UInt32] {
      for length in [0, 1, 8, HelperAnswer.longestText] {
        let text = (0..<length).map { UInt16(0x41 + $0 % 26) }
        let units = printed(error, text)
        let answer = parsed(units)
        #expect(answer?.error == error)
        #expect(answer.map { Array(units[$0.text]) } == text)
      }
    }
  }

  @Test func `a text is cut to a path's length, and has no lines`() {
    let long = [UInt16](repeating: 0x6e, count: 300)
    #expect(printed(5, long).count == HelperAnswer.longest && parsed(printed(5, long)) != nil)
    #expect(printed(0, Array("a\nb".utf16)) == Array("00000000 a b\n".utf16))
  }

  @Test(
    arguments: [
      "", "\n", "0000000\n", "00000000", "00000000x\n", "0000000g\n", "0000000e\n", "00000000 \n", "00000000 a\nb\n",
      "000000000\n", " 00000000\n", "00000000 a\tb\n", "usage: rundll32\n",
    ])
  func `what is no answer is none`(text: String) { #expect(parsed(Array(text.utf16)) == nil) }

  @Test func `one that is too long is none`() {
    let units = Array("00000000 ".utf16) + [UInt16](repeating: 0x6e, count: 260) + [0x0a]
    #expect(parsed(units) == nil)
    #expect(parsed(Array(units[..<268]) + [0x0a]) != nil)
  }

  @Test func `a number is eight digits and nothing else`() {
    #expect(HelperAnswer.number(Array("0001000A".utf16).span) == 0x1_000a)
    #expect(HelperAnswer.number(Array("0001000".utf16).span) == nil)
    #expect(HelperAnswer.number(Array("0001000AA".utf16).span) == nil)
    #expect(HelperAnswer.number(Array("0001000x".utf16).span) == nil)
  }

  @Test func `an argument stands in quotation marks`() {
    #expect(HelperAnswer.argument(of: Array("\"SWD\\A\"".utf16).span) == 1..<6)
    #expect(HelperAnswer.argument(of: Array("\"\"".utf16).span) == 1..<1)
    for line in ["", "\"", "a", "\"a", "a\"", "\"a\"b\"", "\"a\nb\""] {
      #expect(HelperAnswer.argument(of: Array(line.utf16).span) == nil)
    }
  }
}

struct HelperLineTests {
  private func printed(_ level: DriverLog.Level, _ time: UInt64, _ text: [UInt16]) -> [UInt16] {
    var room = [UInt16](repeating: 0xeeee, count: HelperLine.longest)
    var span = room.mutableSpan
    let count = HelperLine.print(level: level, time: time, text: text.span, into: &span)
    return Array(room[..<count])
  }

  private func lines(_ log: [UInt16]) -> [(line: HelperLine, text: String)] {
    var place = 0
    var lines: [(HelperLine, String)] = []
    while let line = HelperLine.next(in: log.span, from: &place) {
      lines.append((line, String(decoding: log[line.text], as: UTF16.self)))
    }
    #expect(place >= log.count)
    return lines
  }

  @Test func `a line has a sign, a time and a text`() {
    #expect(printed(.warning, 0x1d, Array("one".utf16)) == Array("[- 000000000000001D] one\n".utf16))
  }

  @Test func `lines are read one after the other, as they were meant`() {
    let log =
      printed(.information, 0, Array("one".utf16)) + printed(.error, .max, []) + printed(.warning, 1 << 40, [0x40])
    let found = lines(log)
    #expect(found.map(\.line.level) == [.information, .error, .warning])
    #expect(found.map(\.line.time) == [0, .max, 1 << 40])
    #expect(found.map(\.text) == ["one", "", "@"])
  }

  @Test func `what is no line is passed over`() {
    let noise =
      "\nrundll32: hm\n[+ 00] a\n[? 0000000000000000] a\n[+ 000000000000000g] a\n[+ 0000000000000000]a\n"
      + "[+ 0000000000000000]"
    #expect(lines(Array(noise.utf16)).isEmpty)
    #expect(lines(Array((noise + "\n[! 0000000000000001] b").utf16)).map(\.text) == ["b"])
  }

  @Test func `a long line is cut, whoever wrote it`() {
    let long = [UInt16](repeating: 0x6e, count: 600)
    #expect(printed(.error, 0, long).count == HelperLine.longest)
    #expect(lines(Array("[! 0000000000000001] ".utf16) + long).map(\.text.utf16.count) == [HelperLine.longestText])
  }

  @Test func `a text of several lines becomes one`() {
    #expect(lines(printed(.error, 0, Array("a\nb".utf16))).map(\.text) == ["a b"])
  }
}
