import AdapterManagement
import Testing

struct DriverVersionTests {
  private func parse(_ text: String) -> DriverVersion? { DriverVersion(parsing: Array(text.utf16).span) }

  @Test func `the date comes before the number`() {
    #expect(DriverVersion(date: 1, number: 9) < DriverVersion(date: 2, number: 0))
    #expect(DriverVersion(date: 1, number: 1) < DriverVersion(date: 1, number: 2))
    #expect(!(DriverVersion(date: 1, number: 1) < DriverVersion(date: 1, number: 1)))
  }

  @Test(
    arguments: [
      ("01/01/1601,1.2.3.4", 0, 0x0001_0002_0003_0004),
      ("1/2/1601,65535", 864_000_000_000, 0xffff_0000_0000_0000),
      ("03/01/2000 , 0.1", 125_963_424_000_000_000, 0x0000_0001_0000_0000),
      ("02/29/2000,0.0.1", 125_962_560_000_000_000, 0x0000_0000_0001_0000),
      ("11/28/2026,0.1.0.0", 134_402_976_000_000_000, 0x0000_0001_0000_0000),
    ] as [(String, UInt64, UInt64)])
  func `DriverVer is read`(text: String, date: UInt64, number: UInt64) {
    #expect(parse(text) == DriverVersion(date: date, number: number))
  }

  @Test(arguments: [
    "", "11/28/2026", "11/28/2026,", "11/28/2026,1.", "11/28/2026,1.2.3.4.5", "13/01/2026,1", "0/1/2026,1",
    "1/0/2026,1",
    "1/32/2026,1", "1/1/1600,1", "1/1/99999,1", "1/1/2026,65536", "1/1/2026,1x", "1-1-2026,1", "x",
    "1/1/2026,99999999999",
  ])
  func `what is no DriverVer is refused`(text: String) {
    #expect(parse(text) == nil)
  }

  @Test func `a program is told major and minor`() {
    #expect(DriverVersion.told(fileVersion: 0x0001_0002_0003_0004) == 0x0001_0002)
    #expect(DriverVersion.told(fileVersion: 0x0000_0000_0003_0004) == nil)
  }
}
