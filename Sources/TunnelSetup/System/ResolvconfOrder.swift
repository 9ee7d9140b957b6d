internal import Foundation

/// Under which name Debian's resolvconf takes an interface: it sorts servers by a list of patterns, and knows tunnels as
/// `tun.NAME` there.
enum ResolvconfOrder {
  static let path = "/etc/resolvconf/interface-order"

  /// What stands before an interface's name.
  static var prefix: String { (try? String(contentsOfFile: path, encoding: .utf8)).map(prefix(in:)) ?? "" }

  /// The word before the first `*` that ends a line of the list.
  static func prefix(in list: String) -> String {
    for line in list.split(separator: "\n") where line.hasSuffix("*") {
      let word = line.dropLast()
      if !word.isEmpty && word.utf8.allSatisfy({ Array("-".utf8).contains($0) || isAlphanumeric($0) }) {
        return word + "."
      }
    }
    return ""
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
  }
}
