import ControlProtocol
import Octets
import Testing

struct ReasonNameTests {
  /// 24 bytes with a text at their beginning.
  private static func octets(_ text: String) -> FixedOctets<24> {
    var octets = FixedOctets<24>()
    for (place, byte) in text.utf8.enumerated() { octets[place] = byte }
    return octets
  }

  @Test func `a name of up to 24 characters is the same from text and from bytes`() {
    #expect(ReasonName(Self.octets("bad_mac1")) == "bad_mac1")
    #expect(ReasonName(Self.octets("reason_of_24_characters_")) == "reason_of_24_characters_")
    #expect(ReasonName(Self.octets("a")) == ReasonName("a") && ReasonName("a") != "b")
  }

  @Test(arguments: ["", "A", "a b", "a=b", "a\n", "ä", "-", "a\0b"])
  func `bytes that are no name are none`(text: String) {
    #expect(ReasonName(Self.octets(text)) == nil)
  }
}
