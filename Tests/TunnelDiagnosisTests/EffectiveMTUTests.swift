import Testing

@testable import TunnelDiagnosis

struct EffectiveMTUTests {
  private static func text(
    _ interface: Int, _ setting: EffectiveMTU.Setting, way: Int? = nil, isIPv6: Bool = false
  ) -> String {
    EffectiveMTU(interface: interface, setting: setting, way: way, isIPv6: isIPv6).text
  }

  @Test func `who has set the MTU is told, if the interface still has it`() {
    #expect(Self.text(1380, .bytes(1380)) == "1380 (file)" && Self.text(1381, .bytes(1380)) == "1381 (interface)")
    #expect(
      Self.text(1420, .automatic(1420)) == "1420 (route)" && Self.text(1412, .automatic(1420)) == "1412 (interface)")
    #expect(Self.text(1420, .unknown) == "1420 (default)" && Self.text(1419, .unknown) == "1419 (interface)")
    // A file that says what is usual is a file, and one that says otherwise has been overruled.
    #expect(Self.text(1420, .bytes(1420)) == "1420 (file)" && Self.text(1420, .bytes(1400)) == "1420 (interface)")
  }

  @Test func `a way that takes less decides, at each family's edge`() {
    #expect(Self.text(1440, .bytes(1440), way: 1500) == "1440 (file)")
    #expect(Self.text(1440, .bytes(1440), way: 1499) == "1424 (path)")
    #expect(Self.text(1420, .bytes(1420), way: 1500, isIPv6: true) == "1420 (file)")
    #expect(Self.text(1420, .bytes(1420), way: 1499, isIPv6: true) == "1408 (path)")
    // 1240 would be sent as 1248, which is 1308 outside.
    #expect(Self.text(1420, .bytes(1420), way: 1300) == "1232 (path)")
    #expect(Self.text(1420, .bytes(1420), way: 1308) == "1248 (path)")
    #expect(Self.text(1420, .bytes(1420), way: 0) == "0 (path)")
  }
}
