internal import Octets
public import RolloutMetadata

/// A publisher's folder: see `RolloutPublisher`.
public struct Workspace: Sendable {
  /// The folder.
  public let folder: String

  /// A workspace in a folder, which need not exist yet.
  public init(folder: String) { self.folder = folder }

  /// What is copied to a file server.
  public var repository: String { folder + "/repo" }
  var drafts: String { folder + "/draft" }
  var clientFile: String { folder + "/client.json" }

  /// The newest version of a document in the repository; 0 when there is none.
  func newestVersion(_ role: Role) throws(PublisherError) -> UInt64 {
    let suffix = ".\(role.name).json"
    let versions = try Files.names(in: repository).compactMap { name in
      name.hasSuffix(suffix) ? UInt64(name.dropLast(suffix.count)) : nil
    }
    return versions.max() ?? 0
  }

  /// The newest file of a document in the repository; nil when there is none.
  func publishedFile(_ role: Role) throws(PublisherError) -> [UInt8]? {
    if role == .timestamp { return try Files.read(repository + "/timestamp.json", limit: role.lengthLimit) }
    let version = try newestVersion(role)
    if version == 0 { return nil }
    return try Files.read(
      repository + "/" + string(MetadataRefresh.path(role, version: version)), limit: role.lengthLimit)
  }

  /// The newest document of a kind in the repository. Its signatures are not checked: the workspace is the publisher's own.
  public func published<Content: Document>(_ type: Content.Type) throws(PublisherError) -> Content? {
    guard let file = try publishedFile(type.role) else { return nil }
    return try publishing { () throws(MetadataError) in
      try Content(payload: Envelope(file, as: type.role).payload)
    }
  }

  /// The draft of a kind, as it waits for signatures.
  func draftEnvelope(_ role: Role) throws(PublisherError) -> Envelope? {
    guard let file = try Files.read(drafts + "/\(role.name).json", limit: role.lengthLimit) else { return nil }
    return try publishing { () throws(MetadataError) in try Envelope(file, as: role) }
  }

  /// The draft of a kind.
  public func draft<Content: Document>(_ type: Content.Type) throws(PublisherError) -> Content? {
    guard let envelope = try draftEnvelope(type.role) else { return nil }
    return try publishing { () throws(MetadataError) in try Content(payload: envelope.payload) }
  }

  /// The draft of a kind, or what is published.
  public func newest<Content: Document>(_ type: Content.Type) throws(PublisherError) -> Content? {
    if let draft = try draft(type) { return draft }
    return try published(type)
  }

  /// Keeps a document as a draft without signatures, if it is one that may be.
  func keep<Content: Document>(_ document: Content) throws(PublisherError) {
    let payload = document.payload
    _ = try publishing { () throws(MetadataError) in try Content(payload: payload) }
    try Files.makeFolder(drafts)
    try store(Envelope(payload: payload, payloadType: Content.role.payloadType), as: Content.role)
  }

  func store(_ envelope: Envelope, as role: Role) throws(PublisherError) {
    let file = envelope.file
    guard file.count <= role.lengthLimit else {
      throw PublisherError(.malformed, "\(role.name): longer than \(role.lengthLimit) bytes; remove what is old")
    }
    try Files.write(file, to: drafts + "/\(role.name).json")
  }

  /// The root that signs what comes next: the draft's, when there is one.
  func currentRoot() throws(PublisherError) -> Root {
    if let root = try newest(Root.self) { return root }
    throw PublisherError(.failure, "\(folder): no root of trust yet; begin with `release repo init`")
  }
}
