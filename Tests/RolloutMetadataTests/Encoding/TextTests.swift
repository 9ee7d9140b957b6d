import Foundation
import Octets
import RolloutMetadata
import Testing

struct TextTests {
  @Test func `base64 is Foundation's, both ways`() {
    var random = SeededGenerator()
    for count in 0..<200 {
      let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      #expect(string(Base64.encode(bytes)) == Data(bytes).base64EncodedString())
      #expect(Base64.decode(Base64.encode(bytes)) == bytes)
    }
  }

  @Test(arguments: [
    "A", "AA", "AAA", "AA=", "A===", "====", "AA==AAAA", "AAAA=", "AB==", "AAB=", "AA A", "AA\nA", " AAAA", "AAAA ",
    "AA-_",
    "=AAA", "A=AA", "AA=A",
  ])
  func `base64 in another form is refused`(source: String) {
    #expect(Base64.decode(text(source)) == nil)
  }

  @Test func `hexadecimal has one form`() {
    #expect(FixedOctets<2>(hexadecimal: text("0aff"))?.array == [10, 255])
    for source in ["0AFF", "0af", "0aff0", "0agf", "", " 0af", "0x0a"] {
      #expect(FixedOctets<2>(hexadecimal: text(source)) == nil, "\(source)")
    }
  }

  @Test func `times are Foundation's, both ways`() {
    let format = ISO8601DateFormatter()
    var random = SeededGenerator()
    var seconds: [Int64] = [0, 86_399, 86_400, 951_782_400, 951_868_799, 4_107_542_400, 253_402_300_799]
    for _ in 0..<2000 { seconds.append(Int64(random.next() % 253_402_300_800)) }
    for second in seconds {
      let expected = format.string(from: Date(timeIntervalSince1970: TimeInterval(second)))
      #expect(string(UTCTime(seconds: second).text) == expected, random.note)
      #expect(UTCTime(text(expected))?.seconds == second)
    }
  }

  @Test(arguments: [
    "2027-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2027-13-01T00:00:00Z", "2027-00-01T00:00:00Z",
    "2027-01-32T00:00:00Z", "2027-01-00T00:00:00Z", "2027-04-31T00:00:00Z", "2027-01-01T24:00:00Z",
    "2027-01-01T00:60:00Z", "2027-01-01T00:00:60Z", "1969-12-31T23:59:59Z", "2027-01-01t00:00:00Z",
    "2027-01-01T00:00:00z", "2027-01-01T00:00:00", "2027-01-01T00:00:00.0Z", "2027-01-01T00:00:00+00:00",
    "2027-01-01 00:00:00Z", "20270101T000000Z", "", "27-01-01T00:00:00Z", "2027-1-01T00:00:00Z", "+027-01-01T00:00:00Z",
  ])
  func `a time in another form is refused`(source: String) {
    #expect(UTCTime(text(source)) == nil)
  }

  @Test func `the 29th of February is in leap years`() {
    for source in ["2028-02-29T00:00:00Z", "2000-02-29T00:00:00Z"] { #expect(UTCTime(text(source)) != nil) }
  }

  @Test func `arithmetic on times stays within the years there are`() {
    #expect(UTCTime(seconds: -1).seconds == 0)
    #expect((UTCTime.last + 1) == .last)
    #expect((UTCTime.last + .max) == .last)
    #expect((UTCTime(seconds: 5) + .min).seconds == 0)
  }

  @Test func `statuses are a closed list, each once, and below 128`() {
    let expected: [UInt8] = [
      0, 1, 2, 3, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 21, 22, 23, 24, 25, 26, 27, 30, 31, 32, 33, 34, 40, 41, 50,
      60,
      70, 77,
    ]
    #expect(ExitStatus.allCases.map(\.rawValue) == expected)
    #expect(Set(expected).count == expected.count)
    #expect(expected.allSatisfy { $0 < 128 })
  }
}
