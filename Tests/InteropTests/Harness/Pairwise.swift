/// Choices for a number of factors, each choice a number below the factor's count.
enum Pairwise {
  /// All combinations.
  static func product(_ counts: [Int]) -> [[Int]] {
    counts.reduce([[]]) { rows, count in rows.flatMap { row in (0..<count).map { row + [$0] } } }
  }

  /// Few combinations in which any two choices of two factors meet at least once: each time the one in which most pairs
  /// meet that have not met before.
  static func rows(_ counts: [Int]) -> [[Int]] {
    let all = product(counts)
    var open = Set(all.flatMap(pairs))
    var chosen: [[Int]] = []
    while !open.isEmpty {
      guard let best = all.max(by: { news($0, open) < news($1, open) }) else { break }
      open.subtract(pairs(of: best))
      chosen.append(best)
    }
    return chosen
  }

  /// Two choices that meet in a row.
  struct Meeting: Hashable {
    let first: Int
    let firstChoice: Int
    let second: Int
    let secondChoice: Int
  }

  static func pairs(of row: [Int]) -> [Meeting] {
    row.indices.flatMap { first in
      (first + 1..<row.count).map {
        Meeting(first: first, firstChoice: row[first], second: $0, secondChoice: row[$0])
      }
    }
  }

  private static func news(_ row: [Int], _ open: Set<Meeting>) -> Int { pairs(of: row).count { open.contains($0) } }
}
