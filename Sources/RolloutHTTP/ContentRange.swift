/// What part of a file an answer brings, as the header `Content-Range` says (RFC 9110, section 14.4).
struct ContentRange: Equatable {
  let first: UInt64
  let last: UInt64
  let total: UInt64

  /// A part of a file whose length is known; nil for anything else, in which no byte can be placed.
  init?(_ text: String) {
    guard text.utf8.count <= 80, text.hasPrefix("bytes ") else { return nil }
    let parts = text.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
    let ends = parts.first?.split(separator: "-", omittingEmptySubsequences: false) ?? []
    guard parts.count == 2, ends.count == 2, let first = Self.number(ends[0]), let last = Self.number(ends[1]),
      let total = Self.number(parts[1]), first <= last, last < total
    else { return nil }
    self.first = first
    self.last = last
    self.total = total
  }

  /// A number of decimal digits only; nil when it is none.
  static func number(_ text: some StringProtocol) -> UInt64? {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt64(text) : nil
  }
}
