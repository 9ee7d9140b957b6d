import Foundation
import RolloutGate
import RolloutMetadata
import Testing

struct UTCTimeTests {
  @Test func `every day from 1970 to 2400 is written and read as the calendar says`() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    for day in stride(from: 0, to: 157_000, by: 13) {
      let seconds = day * 86400 + 12_345
      let parts = calendar.dateComponents([.year, .month, .day], from: Date(timeIntervalSince1970: Double(seconds)))
      let time = UTCTime(seconds: Int64(seconds))
      let words = time.dateText.split(separator: "-").map { Int($0) }
      #expect(words == [parts.year, parts.month, parts.day])
      #expect(UTCTime(time.description) == time)
    }
  }

  @Test(arguments: [
    "2027-02-29T00:00:00Z", "2027-01-06T24:00:00Z", "2027-01-06T09:00:00", "2027-01-06 09:00:00Z",
    "2027-1-06T09:00:00Z", "", "2027-13-01T00:00:00Z", "-027-01-01T00:00:00Z", "1969-12-31T23:59:59Z",
  ])
  func `what is no moment is refused`(text: String) {
    #expect(UTCTime(text) == nil)
  }

  @Test func `the week begins on Monday`() throws {
    let monday = try #require(UTCTime("2027-01-04T00:00:00Z"))
    #expect(monday.secondOfWeek == 0)
    #expect(UTCTime(seconds: monday.seconds - 1).secondOfWeek == 604_799)
    #expect(UTCTime(seconds: 0).secondOfWeek == 3 * 86400)
  }
}
