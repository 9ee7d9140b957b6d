public import Octets
public import RolloutMetadata

extension Workspace {
  /// Writes a document of an organisation, signed by one key.
  public static func write<Content: Document>(
    _ document: Content, signedBy key: borrowing SecretKey, to path: String
  ) throws(PublisherError) {
    let payload = document.payload
    _ = try publishing { () throws(MetadataError) in try Content(payload: payload) }
    var envelope = Envelope(payload: payload, payloadType: Content.role.payloadType)
    envelope.signatures = [Envelope.Signature(key: key.publicKey.identifier, bytes: key.sign(envelope.signedBytes))]
    try Files.write(envelope.file, to: path)
  }

  /// A change request as an approver reads it, and the digest that a verdict names. Its signature is not checked: an
  /// approver vouches for what it says, not for who wrote it.
  public static func changeRequest(_ path: String) throws(PublisherError) -> (ChangeRequest, Octets32) {
    let file = try required(path, .changeRequest)
    return try publishing("in \(path)") { () throws(MetadataError) in
      let payload = try Envelope(file, as: .changeRequest).payload
      return (try ChangeRequest(payload: payload), blake2b256(payload))
    }
  }

  /// A change request and the verdicts on it, every signature checked.
  public static func changeControl(
    _ path: String, verdicts: [String], keys: [PublicKey]
  ) throws(PublisherError) -> ChangeControl {
    let request = try required(path, .changeRequest)
    var files: [[UInt8]] = []
    for verdict in verdicts { files.append(try required(verdict, .approval)) }
    return try publishing { () throws(MetadataError) in
      try ChangeControl(request: request, approvals: files, keys: keys)
    }
  }

  private static func required(_ path: String, _ role: Role) throws(PublisherError) -> [UInt8] {
    guard let file = try Files.read(path, limit: role.lengthLimit) else {
      throw PublisherError(.failure, "\(path): no such file")
    }
    return file
  }
}
