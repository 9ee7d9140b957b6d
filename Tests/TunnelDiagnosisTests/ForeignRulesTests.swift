import Testing
import TunnelDiagnosis

struct ForeignRulesTests {
  private static let usual = [
    "0:\tfrom all lookup local", "32766:\tfrom all lookup main", "32767:\tfrom all lookup default",
  ]
  private static let own = [
    "32764:\tfrom all lookup main suppress_prefixlength 0", "32765:\tnot from all fwmark 0xca6c lookup 51820",
  ]

  @Test func `the system's rules and those of a tunnel's mark are nobody's`() {
    #expect(ForeignRules.of(Self.usual, marks: []) == [])
    #expect(ForeignRules.of(Self.usual + Self.own, marks: [51820]) == [])
    #expect(ForeignRules.of(["9:\tfrom all fwmark 0x64/0xff lookup 7"], marks: [100]) == [])
  }

  @Test func `other rules are foreign, as are those of a mark that no tunnel has`() {
    #expect(ForeignRules.of(Self.usual + ["220:\tfrom all lookup 220"], marks: [51820]) == ["220: from all lookup 220"])
    #expect(ForeignRules.of(Self.own, marks: [7]) == ["32765: not from all fwmark 0xca6c lookup 51820"])
    #expect(ForeignRules.of(Self.own, marks: []).count == 2)
    #expect(ForeignRules.of(["", "nonsense", "5:\tfrom all fwmark"], marks: [1]) == ["5: from all fwmark"])
  }
}
