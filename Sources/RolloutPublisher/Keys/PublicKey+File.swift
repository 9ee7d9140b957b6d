internal import Octets
public import RolloutMetadata

extension PublicKey {
  /// Reads a public key file, or the public half of a secret one: `NAME`, where there is `NAME.pub`, or `NAME.pub` itself.
  public init(file path: String) throws(PublisherError) {
    let name = path.hasSuffix(".pub") ? path : path + ".pub"
    guard let text = try Files.read(name, limit: 1024) else {
      throw PublisherError(.failure, "\(name): no such public key; `release keys new` makes one")
    }
    let line = text.last == UInt8(ascii: "\n") ? Array(text.dropLast()) : text
    guard let bytes = Octets32(hexadecimal: line) else {
      throw PublisherError(.malformed, "\(name): not a public key: 64 hexadecimal digits in lower case")
    }
    self.init(bytes)
  }
}
