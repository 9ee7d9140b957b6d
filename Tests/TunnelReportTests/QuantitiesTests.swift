import Testing

@testable import TunnelReport

struct QuantitiesTests {
  private let plain = Palette(isColoured: false)

  @Test func `spans are said in the units they have`() {
    #expect(plain.span(0) == "")
    #expect(plain.span(1) == "1 second")
    #expect(plain.span(60) == "1 minute")
    #expect(plain.span(3661) == "1 hour, 1 minute, 1 second")
    #expect(plain.span(31_536_000 + 2 * 86400) == "1 year, 2 days")
  }

  @Test func `amounts have two places from a KiB on, and TiB is the last unit`() {
    #expect(plain.amount(1023) == "1023 B")
    #expect(plain.amount(1024) == "1.00 KiB")
    #expect(plain.amount((1 << 20) - 1) == "1024.00 KiB")
    #expect(plain.amount(5_000_000) == "4.77 MiB")
    #expect(plain.amount(1 << 50) == "1024.00 TiB")
    #expect(plain.amount(.max) == "16777216.00 TiB")
  }

  /// X.125 and X.375 of a KiB lie in the middle: the even neighbour is taken.
  @Test func `halves are rounded to even`() {
    #expect(plain.amount(1024 + 128) == "1.12 KiB")
    #expect(plain.amount(1024 + 384) == "1.38 KiB")
    #expect(plain.amount(1024 + 640) == "1.62 KiB")
  }

  @Test func `a handshake is now, ago, or in the future`() {
    #expect(plain.age(of: 100, now: 100) == "Now")
    #expect(plain.age(of: 99, now: 100) == "1 second ago")
    #expect(plain.age(of: 101, now: 100).contains("wound backward"))
  }

  @Test func `colours are where they are wanted`() {
    func isColoured(_ environment: [String: String], _ isTerminal: Bool) -> Bool {
      Palette(environment: environment, isTerminal: isTerminal).isColoured
    }
    #expect(isColoured([:], true) && !isColoured([:], false))
    #expect(isColoured(["WG_COLOR_MODE": "always", "NO_COLOR": "1"], false))
    #expect(!isColoured(["WG_COLOR_MODE": "never"], true))
    #expect(!isColoured(["NO_COLOR": "1"], true) && isColoured(["NO_COLOR": ""], true))
    #expect(isColoured(["WG_COLOR_MODE": "auto"], true))
  }
}
