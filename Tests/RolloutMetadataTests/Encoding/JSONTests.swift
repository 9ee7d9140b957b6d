import RolloutMetadata
import Testing

func read(_ string: String) -> JSON? { try? JSON(canonical: text(string)) }

struct JSONTests {
  static let canonical = [
    "{}", "[]", "\"\"", "0", "-1", "18446744073709551615", "-9223372036854775808", "true", "false",
    #"{"":0,"a":[1,2,[]],"b":{"x":"y"}}"#, #""a\"b\\c""#, "\"é\u{2ff}\u{a0}\"", #"{"A":1,"a":1}"#, #"{"a":1,"aa":1}"#,
  ]

  @Test(arguments: canonical)
  func `what is canonical is read, and written the same`(source: String) throws {
    #expect(string(try JSON(canonical: text(source)).canonical) == source)
  }

  @Test(arguments: [
    "", " ", " 0", "0 ", "00", "01", "-0", "-", "+1", "1.0", "1e3", "1E3", "0x1", "18446744073709551616",
    "-9223372036854775809", "null", "nul", "True", "tru", "\"", "\"a", "'a'", "{", "[", "[1", "[1,", "[1,]", "[,1]",
    "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\":1 }", "{ \"a\":1}", "{\"a\" :1}", "{\"a\": 1}", "[1, 2]",
    "{\"a\":1,\"a\":1}", "{\"b\":1,\"a\":1}", "{\"aa\":1,\"a\":1}", "{a:1}", "{1:1}", #""\n""#, #""\u0041""#, #""\/""#,
    #""\x""#, "\"\u{0}\"", "\"\n\"", "\"\u{7f}\"", "\"\u{80}\"", "\"\u{9f}\"", "\"\u{300}\"", "\"e\u{301}\"", "\"Ω\"",
    "\"😀\"", "{\"é\":1}", "{\"a\\\"\":1}", "{}{}", "{}\n", "\u{feff}{}", "[1]]", "NaN", "Infinity",
  ])
  func `T16 what is not canonical is refused`(source: String) {
    #expect(read(source) == nil)
  }

  @Test func `T16 bytes that are not UTF-8 are refused`() {
    for bytes: [UInt8] in [
      [0xc0, 0x80], [0xc1, 0xbf], [0xc2], [0xc2, 0x20], [0xff], [0x80], [0xe2, 0x82, 0xac], [0xed, 0xa0, 0x80],
      [0xcc, 0x80],
    ] {
      #expect((try? JSON(canonical: [0x22] + bytes + [0x22])) == nil)
    }
  }

  @Test func `T16 the offset of a fault is where it is`() {
    #expect(throws: JSONError(offset: 5)) { try JSON(canonical: text(#"{"a":x}"#)) }
    #expect(throws: JSONError(offset: 4)) { try JSON(canonical: text("[1,2")) }
    #expect(throws: JSONError(offset: 7)) { try JSON(canonical: text(#"{"b":1,"a":1}"#)) }
  }

  @Test func `depth is bounded at its edge`() {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(read(nested(JSON.depthLimit)) != nil)
    #expect(read(nested(JSON.depthLimit + 1)) == nil)
    #expect(read(String(repeating: "{\"a\":", count: 33) + "1" + String(repeating: "}", count: 33)) == nil)
  }

  @Test func `the number of values is bounded at its edge`() {
    func list(_ count: Int) -> String { "[" + String(repeating: "1,", count: count - 1) + "1]" }
    #expect(read(list(JSON.valueLimit - 1)) != nil)
    #expect(read(list(JSON.valueLimit)) == nil)
  }

  @Test func `T16 mutations never trap, and what is accepted is written the same`() {
    var random = SeededGenerator()
    var accepted = 0
    for _ in 0..<20_000 {
      let bytes = random.mutation(of: text(Self.canonical[random.below(Self.canonical.count)]))
      guard let json = try? JSON(canonical: bytes) else { continue }
      accepted += 1
      #expect(json.canonical == bytes, random.note)
    }
    #expect(accepted > 100)
  }
}
