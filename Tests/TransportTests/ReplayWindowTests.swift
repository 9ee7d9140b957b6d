import Testing

@testable import Transport

struct ReplayWindowTests {
  static let limit = SessionLimit.rejectAfterMessages

  /// protocol.md §12, with this implementation's counter limit.
  static let vector: [(counter: UInt64, isAccepted: Bool)] = [
    (0, true), (0, false), (1, true), (9, true), (8, true), (7, true), (7, false), (8128, true), (8129, true),
    (0, false), (1, false), (2, true), (3, true), (8129, false), (20000, true), (11872, true), (11871, false),
    (11873, true), (11872, false), (limit - 1, true), (limit, false), (limit - 2, true), (limit - 8129, true),
    (limit - 8130, false),
  ]

  @Test func `the published vector holds`() {
    var window = ReplayWindow()
    for (counter, isAccepted) in Self.vector { #expect((window.accept(counter) == isAccepted) == true, "\(counter)") }
  }

  @Test func `no counter is accepted twice, whatever the order`() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<20 {
      var window = ReplayWindow()
      var accepted: Set<UInt64> = []
      var highest: UInt64 = 0
      for _ in 0..<5000 {
        let near = UInt64.random(in: 0...9000, using: &generator)
        let counter =
          highest > 4000 && Bool.random(using: &generator) ? highest &- min(near, highest) : highest &+ near / 100
        let expected = !accepted.contains(counter) && counter + ReplayWindow.size >= highest
        #expect((window.accept(counter) == expected) == true)
        if expected {
          accepted.insert(counter)
          highest = max(highest, counter)
        }
      }
    }
  }

  @Test func `a jump of any length clears exactly what fell out`() {
    for jump in [1, 63, 64, 65, 127, 128, 8127, 8128, 8129, 8191, 8192, 8193, 20000] as [UInt64] {
      var window = ReplayWindow()
      for counter in 0..<200 as Range<UInt64> { #expect((window.accept(counter)) == true) }
      #expect((window.accept(199 + jump)) == true)
      for counter in 0..<200 as Range<UInt64> { #expect((window.accept(counter)) == false) }
    }
  }
}
