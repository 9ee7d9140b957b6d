import Testing
import TunnelPlan

@Suite struct PlateauSearchTests {
  /// What a search comes to on a path that passes packets of up to `limit` bytes in the tunnel, and the sizes that it tried.
  private static func search(_ ceiling: UInt32, six: Bool = false, limit: UInt32) -> (largest: UInt32?, tried: [UInt32])
  {
    var search = PlateauSearch(ceiling: ceiling, carriesIPv6: six)
    var tried: [UInt32] = []
    while let size = search.next, tried.count <= 20 {
      tried.append(size)
      search.take(isAnswered: size <= limit)
    }
    return (search.largest, tried)
  }

  @Test func `a path that drops what is longer than 1300 bytes is settled in three sizes`() {
    // 1300 less 80 is 1220, of which packets that are padded to a multiple of 16 leave 1216.
    #expect(Self.search(1420, limit: 1220) == (1216, [1420, 1216, 1312]))
    #expect(Self.search(1420, six: true, limit: 1300) == (1280, [1420, 1312, 1280]))
  }

  @Test func `a path without a hole takes one`() {
    for ceiling: UInt32 in [8920, 1420, 1300, 1280, 600, 400] {
      #expect(Self.search(ceiling, limit: ceiling) == (ceiling, [ceiling]))
    }
  }

  @Test func `a tunnel that carries IPv6 is given no less than it takes, whatever its way takes`() {
    for ceiling: UInt32 in [1279, 1200, 576] {
      #expect(Self.search(ceiling, six: true, limit: 1500) == (1280, [1280]))
      #expect(Self.search(ceiling, limit: 1500) == (ceiling, [ceiling]))
    }
  }

  @Test(arguments: [8920, 1420, 1412, 1300, 1280] as [UInt32], [true, false])
  func `what is found passes, and the next larger size does not, in four`(ceiling: UInt32, six: Bool) {
    for limit in 1...ceiling {
      let (largest, tried) = Self.search(ceiling, six: six, limit: limit)
      #expect(tried.count <= 4 && Set(tried).count == tried.count && tried.allSatisfy { $0 <= ceiling })
      guard let largest else {
        #expect(tried.allSatisfy { $0 > limit } && tried.min() == (six ? 1280 : 496))
        continue
      }
      #expect(largest <= limit && (largest == ceiling || tried.contains { $0 > limit }) && (!six || largest >= 1280))
    }
  }
}
