import ControlProtocol
public import Octets
import TunnelReport

/// Takes out of texts what is not for everybody: secret keys always, addresses and names of endpoints when it is told to.
///
/// What is left in is known by its type: a word that looks like a key goes unless it is a public key of a tunnel, so that a
/// secret key goes wherever it stands and whoever wrote it there.
public struct Scrubber: Sendable {
  private let publicKeys: Set<String>
  /// Names and addresses of endpoints, each with its number.
  private var endpoints: [String: Int] = [:]
  private let kept: Set<String>
  private let hidesEndpoints: Bool

  /// No public key, secret key or part of one is shorter, in characters.
  static let shortestKey = 40

  /// A scrubber.
  ///
  /// - Parameters:
  ///   - publicKeys: keys that may stay, unless they are among `secrets` as well.
  ///   - secrets: keys that go wherever they stand, in full or in part.
  ///   - endpoints: hosts of endpoints, names or addresses; each gets a number, so that two can be told apart.
  ///   - kept: addresses that may stay though they are of the internet, unless they are an endpoint's.
  ///   - hidesEndpoints: whether endpoints go, and with them all other addresses of the internet.
  public init(
    publicKeys: [Octets32], secrets: [Octets32], endpoints: [String], kept: [IPAddress], hidesEndpoints: Bool
  ) {
    self.publicKeys = Set(publicKeys.filter { key in !secrets.contains { $0 == key } }.map(\.keyText))
    for host in endpoints {
      let name = Self.canonical(host)
      if self.endpoints[name] == nil { self.endpoints[name] = self.endpoints.count + 1 }
    }
    self.kept = Set(kept.map(\.words))
    self.hidesEndpoints = hidesEndpoints
  }

  /// The text without it; `(key)`, `(endpoint 1)` and `(address)` stand in its place.
  public func scrubbed(_ text: String) -> String {
    let withoutKeys = Self.replaced(text, Self.isOfKey, withoutKey)
    guard hidesEndpoints else { return withoutKeys }
    return Self.replaced(Self.replaced(withoutKeys, Self.isOfName, withoutName), Self.isOfAddress, withoutAddress)
  }

  /// The text with every word, the longest run of characters that `isPart` takes, given to `change`.
  private static func replaced(
    _ text: String, _ isPart: (Unicode.Scalar) -> Bool, _ change: (String) -> String
  ) -> String {
    var result = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    while let first = rest.first {
      guard isPart(first) else {
        result.append(first)
        rest = rest.dropFirst()
        continue
      }
      let word = rest.prefix(while: isPart)
      result.append(contentsOf: change(String(word)).unicodeScalars)
      rest = rest.dropFirst(word.count)
    }
    return String(result)
  }

  private static func isAlphanumeric(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
  }

  private static func isOfKey(_ scalar: Unicode.Scalar) -> Bool {
    isAlphanumeric(scalar) || scalar == "+" || scalar == "/"
  }

  private static func isOfName(_ scalar: Unicode.Scalar) -> Bool {
    isAlphanumeric(scalar) || scalar == "." || scalar == "-" || scalar == "_" || scalar.value >= 0x80
  }

  private static func isOfAddress(_ scalar: Unicode.Scalar) -> Bool {
    isAlphanumeric(scalar) || scalar == "." || scalar == ":"
  }

  /// A word that is as long as a key; the `=` behind it is not of the word.
  private func withoutKey(_ word: String) -> String {
    word.utf8.count < Self.shortestKey || publicKeys.contains(word + "=") ? word : "(key)"
  }

  private func withoutName(_ word: String) -> String {
    endpoints[Self.canonical(word)].map { "(endpoint \($0))" } ?? word
  }

  /// A word that is an address, perhaps with a port or the end of a sentence behind it.
  private func withoutAddress(_ word: String) -> String {
    if let address = AddressText.address(word) { return shown(address) ?? word }
    guard let place = word.lastIndex(where: { $0 == ":" || $0 == "." }), place > word.startIndex else { return word }
    return withoutAddress(String(word[..<place])) + word[place...]
  }

  /// What is shown in the place of an address; nil when it may stay.
  private func shown(_ address: IPAddress) -> String? {
    if let number = endpoints[address.words] { return "(endpoint \(number))" }
    return kept.contains(address.words) || Self.isLocal(address) ? nil : "(address)"
  }

  private static func canonical(_ host: String) -> String {
    if let address = AddressText.address(host) { return address.words }
    let bare = host.last == "." ? String(host.dropLast()) : host
    return bare.lowercased()
  }

  /// Addresses that the internet does not have (RFC 6890) and those of groups.
  private static let local = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.168.0.0/16", "224.0.0.0/3", "::/127", "fc00::/7", "fe80::/10", "ff00::/8",
  ].compactMap(AddressText.prefix)

  private static func isLocal(_ address: IPAddress) -> Bool { local.contains { $0.contains(address) } }
}
