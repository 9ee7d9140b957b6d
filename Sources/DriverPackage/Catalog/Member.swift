/// A file that a catalog vouches for.
public struct CatalogMember: Equatable, Sendable {
  /// What the digest is of.
  enum Kind: Equatable { case image, flat }

  /// The file's name, without a folder.
  public let name: String
  /// SHA-256: of an image its Authenticode digest, of any other file its bytes'.
  public let digest: [UInt8]
  let kind: Kind

  /// A member for a file with these bytes.
  public init(name: String, bytes: [UInt8]) throws(PackageError) {
    self.name = name
    let image: PortableExecutable?
    do throws(PackageError) { image = try PortableExecutable(bytes) } catch { throw PackageError("\(name): \(error)") }
    kind = image == nil ? .flat : .image
    digest = sha256(image?.digested ?? bytes)
  }
}
