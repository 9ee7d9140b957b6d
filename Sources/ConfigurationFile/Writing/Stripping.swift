extension ConfigurationDocument {
  /// The lines of a file of wg-quick that `wg` understands: what `wg-quick strip` prints.
  ///
  /// Nothing is checked, and everything that is not a line of wg-quick stays as it is, comments included; only spaces
  /// and tabs around a line are lost.
  public static func stripped(_ file: [UInt8]) -> [UInt8] {
    var reader = FileReader(dialect: .wgQuick)
    var kept: [UInt8] = []
    for line in file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if reader.isKeptByQuick(line) { continue }
      kept += line.trimmed { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      kept.append(UInt8(ascii: "\n"))
    }
    return kept
  }
}
