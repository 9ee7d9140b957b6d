extension Key {
  /// The key that was probably meant by `name`, when one differs in at most two letters.
  static func resembling(_ name: Text, in dialect: Dialect) -> Key? {
    guard name.count <= 24 else { return nil }
    let name = name.filter { !$0.isSpace }.map { $0.lowercased }
    let near = allCases.filter { $0.isKnown(in: dialect) }.map { key in
      (key: key, distance: distance(name, key.spelling.utf8.map { $0.lowercased }))
    }
    guard let best = near.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance <= 2 && best.distance < name.count ? best.key : nil
  }

  /// The number of bytes to insert, delete or replace (Levenshtein).
  private static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
    var row = Array(0...other.count)
    for (i, byte) in one.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in other.indices {
        let replaced = diagonal + (byte == other[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[other.count]
  }
}
