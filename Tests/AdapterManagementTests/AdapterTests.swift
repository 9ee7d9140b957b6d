import AdapterManagement
import Testing

struct AdapterTests {
  @Test func `a LUID has type and index, and zeros`() {
    #expect(Adapter.luid(index: 0x12_3456, type: 53) == 0x0035_1234_5600_0000)
    #expect(Adapter.luid(index: 0xff00_0001, type: 53) == 0x0035_0000_0100_0000)
  }

  @Test func `what is left over goes, what somebody disabled stays`() {
    #expect(Adapter.isOrphan(hasStatus: false, problem: 0))
    #expect(Adapter.isOrphan(hasStatus: true, problem: 10))
    #expect(!Adapter.isOrphan(hasStatus: true, problem: 0))
    #expect(!Adapter.isOrphan(hasStatus: true, problem: 22))
  }

  @Test func `a state is down or up`() {
    #expect(Adapter.state(0) == false)
    #expect(Adapter.state(1) == true)
    #expect(Adapter.state(2) == nil && Adapter.state(.max) == nil)
  }
}

struct AdapterNameTests {
  private func numbered(_ name: [UInt16], _ number: UInt32) -> [UInt16] {
    var room = [UInt16](repeating: 0xeeee, count: AdapterName.longest)
    var span = room.mutableSpan
    let count = AdapterName.numbered(name.span, number, into: &span)
    return Array(room[..<count])
  }

  @Test func `a name has 1 to 127 units`() {
    #expect(!AdapterName.isFit(length: 0) && !AdapterName.isFit(length: 128))
    #expect(AdapterName.isFit(length: 1) && AdapterName.isFit(length: 127))
  }

  @Test(
    arguments: [(1, "Office 1"), (10, "Office 10"), (999, "Office 999"), (1000, "Office 1000")] as [(UInt32, String)])
  func `a number stands behind a name`(number: UInt32, expected: String) {
    #expect(numbered(Array("Office".utf16), number) == Array(expected.utf16))
  }

  @Test func `a long name is cut for its number, never within a character`() {
    let long = [UInt16](repeating: 0x6e, count: 127)
    #expect(numbered(long, 7) == [UInt16](repeating: 0x6e, count: 125) + [0x20, 0x37])
    let pair = [UInt16](repeating: 0x6e, count: 124) + [0xd83d, 0xde00, 0x6e]
    #expect(numbered(pair, 7) == [UInt16](repeating: 0x6e, count: 124) + [0x20, 0x37])
    #expect(numbered(pair, 10) == [UInt16](repeating: 0x6e, count: 124) + [0x20, 0x31, 0x30])
  }
}

struct DriverLogTests {
  @Test func `levels are those of the lines' first bytes`() {
    #expect(DriverLog.level(0x31) == .error)
    #expect(DriverLog.level(0x32) == .warning)
    #expect(DriverLog.level(0x33) == .information)
    #expect(DriverLog.level(0x30) == nil && DriverLog.level(0x34) == nil && DriverLog.level(0) == nil)
    #expect(DriverLog.Level.information.rawValue == 0 && DriverLog.Level.error.rawValue == 2)
  }

  @Test func `a mode is off, on or prefixed`() {
    #expect(DriverLog.Mode(rawValue: 2) == .prefixed)
    #expect(DriverLog.Mode(rawValue: 3) == nil)
  }

  @Test func `a reader whose device does not answer gives up after ten attempts`() {
    var reader = LogReader()
    for _ in 0..<10 { #expect(reader.fail(error: 2, isWanted: true) == .reopen) }
    #expect(reader.pause == 1000)
    #expect(reader.fail(error: 2, isWanted: true) == .end)
  }

  @Test func `a line makes up for all failures before it`() {
    var reader = LogReader()
    for _ in 0..<10 { _ = reader.fail(error: 2, isWanted: true) }
    #expect(reader.readLine() == .read)
    #expect(reader.fail(error: 2, isWanted: true) == .reopen)
  }

  @Test func `a reader that is not wanted ends, and one that was called off waits longer`() {
    var reader = LogReader()
    #expect(reader.fail(error: 995, isWanted: true) == .reopen)
    #expect(reader.pause == 5000)
    #expect(reader.fail(error: 995, isWanted: false) == .end)
  }
}
