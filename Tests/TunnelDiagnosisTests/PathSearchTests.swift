import Testing
import TunnelDiagnosis

struct PathSearchTests {
  /// What a search comes to on a way that passes packets of up to `limit` bytes, and the sizes that it tried.
  private static func search(mtu: Int, isSix: Bool = false, limit: Int) -> (PathSearch.Outcome?, [Int]) {
    var search = PathSearch(mtu: mtu, isSix: isSix)
    var tried: [Int] = []
    while let size = search.next, tried.count <= 100 {
      tried.append(size)
      search.take(isAnswered: size <= limit)
    }
    return (search.outcome, tried)
  }

  @Test(arguments: [128, 129, 1280, 1420, 1500, 9000, 65535]) func `every hole is found at its edge`(mtu: Int) {
    let limits = mtu <= 1500 ? Array(128..<mtu) : [128, 129, 576, 1280, 1499, 1500, mtu - 2, mtu - 1]
    for limit in limits {
      let (outcome, tried) = Self.search(mtu: mtu, limit: limit)
      #expect(outcome == .cut(largest: limit), "\(mtu) \(limit)")
      #expect(tried.count <= PathSearch.most && Set(tried).count == tried.count)
      #expect(tried.allSatisfy { $0 <= mtu })
    }
  }

  @Test func `a way without a hole takes two echoes`() {
    for mtu in [1280, 1420, 9000] {
      let (outcome, tried) = Self.search(mtu: mtu, limit: mtu)
      #expect(outcome == .whole && tried == [128, mtu])
    }
    #expect(Self.search(mtu: 1280, isSix: true, limit: 1280) == (.whole, [1280]))
    #expect(Self.search(mtu: 1420, isSix: true, limit: 1300).0 == .cut(largest: 1300))
  }

  @Test func `an address that never answers is tried once`() {
    #expect(Self.search(mtu: 1420, limit: 0) == (.unanswered, [128]))
    #expect(Self.search(mtu: 1420, isSix: true, limit: 1279) == (.unanswered, [1280]))
  }
}
